/// Entries that are to become one run, in any order.
public struct ArchiveBatch: ~Copyable, @unchecked Sendable {
    // SAFETY: the memory belongs to this value alone, and is freed only by `deinit`.
    private let entries: UnsafeMutableRawBufferPointer
    private let entryByteCount: Int
    private var pairs: [WordPair] = []

    /// The fingerprints of one entry; zero stands for none.
    public typealias Fingerprints = (UInt64, UInt64, UInt64, UInt64)

    /// How many entries fit.
    public let capacity: Int
    /// Bytes of one entry's image.
    public let imageByteCount: Int
    /// How many entries there are.
    public private(set) var count = 0

    /// An empty batch.
    ///
    /// - Parameter capacity: 1 to 2^20 entries; their memory is taken as they come.
    public init(capacity: Int, imageByteCount: Int) {
        precondition((1...1 << 20).contains(capacity), "a batch has 1 to 1,048,576 entries")
        precondition((8...4_064).contains(imageByteCount) && imageByteCount % 8 == 0, "images are whole words")
        self.capacity = capacity
        self.imageByteCount = imageByteCount
        entryByteCount = RunFormat.entryHeadByteCount + imageByteCount
        entries = .allocate(byteCount: capacity * entryByteCount, alignment: 64)
    }

    deinit { entries.deallocate() }

    /// Whether nothing more fits.
    public var isFull: Bool { count == capacity }

    /// Adds an entry; there must be room.
    ///
    /// - Parameters:
    ///   - id: the key.
    ///   - version: of two entries with one id the higher version counts, wherever they are.
    ///   - fingerprints: up to four further keys, by which ids are found; zero stands for none.
    ///   - image: exactly `imageByteCount` bytes.
    public mutating func add(
        id: UInt64,
        version: UInt64,
        fingerprints: Fingerprints,
        image: UnsafeRawBufferPointer
    ) {
        precondition(count < capacity, "the batch has room")
        precondition(image.count == imageByteCount, "an image has the size of all images")
        // SAFETY: the entry's bytes lie within the memory, which has room for `capacity` of them.
        let start = count * entryByteCount
        let entry = UnsafeMutableRawBufferPointer(rebasing: entries[start..<start + entryByteCount])
        entry.store(id, at: 0)
        entry.store(version, at: 8)
        UnsafeMutableRawBufferPointer(rebasing: entry[RunFormat.entryHeadByteCount...]).copyMemory(from: image)
        count += 1
        for fingerprint in [fingerprints.0, fingerprints.1, fingerprints.2, fingerprints.3] where fingerprint != 0 {
            pairs.append(WordPair(first: fingerprint, second: id))
        }
    }

    /// Takes all entries out.
    public mutating func removeAll() {
        count = 0
        pairs.removeAll(keepingCapacity: true)
    }

    var pairCount: Int { pairs.count }

    /// The bytes of an entry: id, version, image.
    func entry(_ index: Int) -> UnsafeRawBufferPointer {
        let start = index * entryByteCount
        return UnsafeRawBufferPointer(rebasing: entries[start..<start + entryByteCount])
    }

    /// Fingerprints with their ids, ascending; one may be there twice.
    func sortedPairs() -> [WordPair] {
        var sorted = pairs
        PairSort.sort(&sorted)
        return sorted
    }

    /// The indexes of the entries by id; of equal ids the highest version alone.
    func order() -> [Int] {
        var keys = (0..<count).map { WordPair(first: entry($0).word(0), second: UInt64($0)) }
        PairSort.sort(&keys)
        var order: [Int] = []
        order.reserveCapacity(count)
        for key in keys {
            let index = Int(key.second)
            if let last = order.last, entry(last).word(0) == key.first {
                if entry(index).word(8) >= entry(last).word(8) { order[order.count - 1] = index }
            } else {
                order.append(index)
            }
        }
        return order
    }
}
