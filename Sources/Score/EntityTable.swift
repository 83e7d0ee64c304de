import Domain

/// Histories of one kind by their owners' keys, at most so many. Where there is no room for another, the one that was
/// changed longest ago leaves: replay forgets the same ones.
///
/// Histories lie in segments that never move; the index of their keys doubles when it is half full.
struct EntityTable: ~Copyable {
    /// How many words a history has.
    let wordCount: Int
    /// The most histories.
    let capacity: Int
    /// How many histories there are.
    private(set) var count = 0
    /// The newest record that changed a history.
    private(set) var record: UInt64 = 0

    // A unit is the key, its neighbours by age, and the history's words.
    private static let linkWord = 2
    static let headWords = 3
    private static let segmentShift = 8
    private static let none = UInt32.max

    // SAFETY: segments and index are allocated here and freed in `deinit` alone; numbers of units come from `units`.
    private var segments: [UnsafeMutablePointer<Int64>] = []
    private var index: UnsafeMutablePointer<UInt32>
    private var indexMask: Int
    private var oldest = Self.none
    private var newest = Self.none

    /// - Parameter capacity: 1 to 2^28.
    init(wordCount: Int, capacity: Int) {
        precondition((1...(1 << 28)).contains(capacity))
        self.wordCount = wordCount
        self.capacity = capacity
        indexMask = 1_023
        index = .allocate(capacity: indexMask + 1)
        index.initialize(repeating: Self.none, count: indexMask + 1)
    }

    deinit {
        for segment in segments { segment.deallocate() }
        index.deallocate()
    }

    /// How many bytes the table takes.
    var byteCount: Int {
        (segments.count << Self.segmentShift) * (wordCount + Self.headWords) * 8 + (indexMask + 1) * 4
    }

    @inline(__always)
    private func unit(_ number: UInt32) -> UnsafeMutablePointer<Int64> {
        precondition(Int(number) < count, "no such history")
        return segments[Int(number) &>> Self.segmentShift]
            + (Int(number) & (1 &<< Self.segmentShift &- 1)) &* (wordCount &+ Self.headWords)
    }

    @inline(__always)
    private func key(_ number: UInt32) -> EntityKey {
        let unit = unit(number)
        return EntityKey(high: UInt64(bitPattern: unit[0]), low: UInt64(bitPattern: unit[1]))
    }

    // MARK: Finding

    /// Where the index has a key, or the free place for it.
    @inline(__always)
    private func place(_ key: EntityKey) -> Int {
        var place = Int(truncatingIfNeeded: key.hash &>> 16) & indexMask
        while index[place] != Self.none, self.key(index[place]) != key { place = (place &+ 1) & indexMask }
        return place
    }

    /// The words of an owner's history; `nil` where there is none.
    @inline(__always)
    func find(_ key: EntityKey) -> UnsafeMutablePointer<Int64>? {
        let number = index[place(key)]
        return number == Self.none ? nil : unit(number) + Self.headWords
    }

    // MARK: Changing

    /// What `change` found.
    enum Change {
        /// The words of a history that was there.
        case known(UnsafeMutablePointer<Int64>)
        /// The words of one that is new; they may be anything.
        case new(UnsafeMutablePointer<Int64>)
        /// The record is in the table already: a snapshot had it.
        case included
    }

    /// The history that a record changes, made where there is none.
    mutating func change(_ key: EntityKey, record: UInt64) -> Change {
        guard record > self.record else { return .included }
        self.record = record
        let place = place(key)
        let number = index[place]
        guard number == Self.none else { return .known(touch(number)) }
        return .new(unit(insert(key, at: place)) + Self.headWords)
    }

    /// The words of the history that a record changes if there is one, and it is not included.
    mutating func changeKnown(_ key: EntityKey, record: UInt64) -> UnsafeMutablePointer<Int64>? {
        guard record > self.record else { return nil }
        self.record = record
        let number = index[place(key)]
        return number == Self.none ? nil : touch(number)
    }

    private mutating func touch(_ number: UInt32) -> UnsafeMutablePointer<Int64> {
        if number != newest {
            unlink(number)
            linkNewest(number)
        }
        return unit(number) + Self.headWords
    }

    private mutating func insert(_ key: EntityKey, at place: Int) -> UInt32 {
        var place = place
        let number: UInt32
        if count == capacity {
            number = oldest
            removeFromIndex(number)
            unlink(number)
            place = self.place(key)
        } else {
            if (count &+ 1) &* 2 > indexMask {
                growIndex()
                place = self.place(key)
            }
            number = append()
        }
        index[place] = number
        let unit = unit(number)
        unit[0] = Int64(bitPattern: key.high)
        unit[1] = Int64(bitPattern: key.low)
        linkNewest(number)
        return number
    }

    private mutating func append() -> UInt32 {
        if count >> Self.segmentShift == segments.count {
            let words = (wordCount + Self.headWords) << Self.segmentShift
            let segment = UnsafeMutableRawPointer.allocate(byteCount: words * 8, alignment: 64)
                .bindMemory(to: Int64.self, capacity: words)
            segment.initialize(repeating: 0, count: words)
            segments.append(segment)
        }
        count += 1
        return UInt32(count - 1)
    }

    private mutating func growIndex() {
        index.deallocate()
        indexMask = indexMask * 2 + 1
        index = .allocate(capacity: indexMask + 1)
        index.initialize(repeating: Self.none, count: indexMask + 1)
        for number in 0..<UInt32(count) { index[place(key(number))] = number }
    }

    /// Takes a key out and moves those back that were pushed on by it.
    private func removeFromIndex(_ number: UInt32) {
        var hole = place(key(number))
        var place = hole
        while true {
            place = (place &+ 1) & indexMask
            guard index[place] != Self.none else { break }
            let home = Int(truncatingIfNeeded: key(index[place]).hash &>> 16) & indexMask
            // It may stay where it is unless the hole lies between its home and it.
            if (place &- home) & indexMask >= (place &- hole) & indexMask {
                index[hole] = index[place]
                hole = place
            }
        }
        index[hole] = Self.none
    }

    // MARK: Age

    private func links(_ number: UInt32) -> (older: UInt32, newer: UInt32) {
        let word = UInt64(bitPattern: unit(number)[Self.linkWord])
        return (UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
    }

    private func setLinks(_ number: UInt32, older: UInt32, newer: UInt32) {
        unit(number)[Self.linkWord] = Int64(bitPattern: UInt64(older) | UInt64(newer) << 32)
    }

    private mutating func linkNewest(_ number: UInt32) {
        setLinks(number, older: newest, newer: Self.none)
        if newest == Self.none { oldest = number } else { setLinks(newest, older: links(newest).older, newer: number) }
        newest = number
    }

    private mutating func unlink(_ number: UInt32) {
        let (older, newer) = links(number)
        if older == Self.none { oldest = newer } else { setLinks(older, older: links(older).older, newer: newer) }
        if newer == Self.none { newest = older } else { setLinks(newer, older: older, newer: links(newer).newer) }
    }

    // MARK: Images

    /// How many bytes one history's image takes: key and words.
    var imageByteCount: Int { (wordCount + 2) * 8 }

    /// The two parts of a history's image as they lie in memory: its key, and its words.
    private func withImage(_ number: UInt32, _ body: (UnsafeRawBufferPointer) -> Void) {
        let unit = unit(number)
        body(UnsafeRawBufferPointer(start: unit, count: 2 * 8))
        body(UnsafeRawBufferPointer(start: unit + Self.headWords, count: wordCount * 8))
    }

    /// Appends the images of histories, those that were changed longest ago first.
    ///
    /// - Parameter number: The last that was written; `nil` at the beginning.
    /// - Returns: the last that is written now; `nil` where there is no other.
    func encode(after number: UInt32?, atMost limit: Int, into bytes: inout [UInt8]) -> UInt32? {
        var last: UInt32?
        var next = number.map { links($0).newer } ?? oldest
        for _ in 0..<limit where next != Self.none {
            withImage(next) { bytes.append(contentsOf: $0) }
            last = next
            next = links(next).newer
        }
        return last
    }

    /// Takes over histories from their images, which come in the order in which they were written.
    ///
    /// - Parameter record: The newest record that is in the histories.
    /// - Returns: false where the bytes are not so many whole images, a key is there twice or there is no room.
    mutating func restore(_ bytes: UnsafeRawBufferPointer, record: UInt64) -> Bool {
        guard bytes.count % imageByteCount == 0 else { return false }
        self.record = max(self.record, record)
        for start in stride(from: 0, to: bytes.count, by: imageByteCount) {
            func word(_ number: Int) -> Int64 {
                bytes.loadUnaligned(fromByteOffset: start + number * 8, as: Int64.self)
            }
            let key = EntityKey(high: UInt64(bitPattern: word(0)), low: UInt64(bitPattern: word(1)))
            let place = place(key)
            guard index[place] == Self.none, count < capacity else { return false }
            let words = unit(insert(key, at: place)) + Self.headWords
            for number in 0..<wordCount { words[number] = word(2 + number) }
        }
        return true
    }

    /// Adds fingerprints of all histories, in the order in which they were changed.
    func addDigest(to digest: inout Digest128) {
        digest.combine(UInt64(count), record)
        var next = oldest
        while next != Self.none {
            withImage(next) { digest.combine($0) }
            next = links(next).newer
        }
    }
}
