import Domain

/// Histories of one kind by their owners' keys, in sets of eight by the keys' hashes. Where a set has no room for
/// another, the one of the eight that was changed longest ago leaves.
///
/// A set knows the newest record that changed it, so each can be copied at a moment of its own: what a record did that
/// is in the copy already is not done again when the record is replayed, and what leaves depends on its own set alone.
///
/// Sets lie in segments that never move and are made when a key needs them; nothing is ever rehashed.
struct EntityTable: ~Copyable {
    /// How many histories a set has room for.
    static let wayCount = 8
    /// The words of a history that are not the owner's: its key, and the newest record that changed it.
    static let headWords = 3
    private static let recordWord = 2
    // A set is the newest record that changed it, 16 bits of each key's hash, none of them zero where there is a
    // history, and eight histories.
    private static let setHeadWords = 3
    private static let setsPerSegment = 4

    /// How many words a history has.
    let wordCount: Int
    /// How many sets there are.
    let setCount: Int
    /// How many words a set has, whole cache lines.
    private let setWordCount: Int
    /// How many histories there are.
    private(set) var count = 0
    private var segmentCount = 0
    // SAFETY: segments are allocated here, zeroed, and freed in `deinit` alone; numbers of sets are below `setCount`.
    private var segments: [UnsafeMutablePointer<Int64>?]

    /// - Parameter setCount: 1 to 2^28.
    init(wordCount: Int, setCount: Int) {
        precondition((1...(1 << 28)).contains(setCount))
        self.wordCount = wordCount
        self.setCount = setCount
        setWordCount = Self.setWordCount(wordCount)
        segments = Array(repeating: nil, count: Self.segmentCount(setCount))
    }

    deinit {
        for case let segment? in segments { segment.deallocate() }
    }

    private static func setWordCount(_ wordCount: Int) -> Int {
        (setHeadWords + wayCount * (headWords + wordCount) + 7) / 8 * 8
    }

    private static func segmentCount(_ setCount: Int) -> Int { (setCount + setsPerSegment - 1) / setsPerSegment }

    /// How many bytes the table takes.
    var byteCount: Int { (segmentCount * Self.setsPerSegment * setWordCount + segments.count) * 8 }

    /// The most bytes that a table takes.
    static func byteCountMax(wordCount: Int, setCount: Int) -> Int {
        segmentCount(setCount) * (setsPerSegment * setWordCount(wordCount) + 1) * 8
    }

    // MARK: Finding

    @inline(__always)
    private func number(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash &>> 16 & 0xFFFF_FFFF) &* UInt64(setCount)) &>> 32)
    }

    @inline(__always)
    private static func mark(_ hash: UInt64) -> UInt64 { max(1, hash &>> 48) }

    @inline(__always)
    private func set(_ number: Int) -> UnsafeMutablePointer<Int64>? {
        guard let segment = segments[number / Self.setsPerSegment] else { return nil }
        return segment + number % Self.setsPerSegment &* setWordCount
    }

    /// 16 bits of the hash of the key of one of the eight; zero: there is no history.
    @inline(__always)
    private static func mark(_ set: UnsafeMutablePointer<Int64>, _ way: Int) -> UInt64 {
        UInt64(bitPattern: set[1 &+ way &>> 2]) &>> UInt64((way & 3) &* 16) & 0xFFFF
    }

    @inline(__always)
    private func unit(_ set: UnsafeMutablePointer<Int64>, _ way: Int) -> UnsafeMutablePointer<Int64> {
        set + (Self.setHeadWords &+ way &* (Self.headWords &+ wordCount))
    }

    @inline(__always)
    private func find(_ key: EntityKey, _ hash: UInt64, in set: UnsafeMutablePointer<Int64>)
        -> UnsafeMutablePointer<Int64>?
    {
        let mark = Self.mark(hash)
        for way in 0..<Self.wayCount where Self.mark(set, way) == mark {
            let unit = unit(set, way)
            if unit[0] == Int64(bitPattern: key.high), unit[1] == Int64(bitPattern: key.low) { return unit }
        }
        return nil
    }

    /// The words of an owner's history; `nil` where there is none.
    @inline(__always)
    func find(_ key: EntityKey) -> UnsafeMutablePointer<Int64>? {
        let hash = key.hash
        guard let set = set(number(hash)), let unit = find(key, hash, in: set) else { return nil }
        return unit + Self.headWords
    }

    // MARK: Changing

    /// What `change` found.
    enum Change {
        /// The words of a history that was there.
        case known(UnsafeMutablePointer<Int64>)
        /// The words of one that is new; they may be anything.
        case new(UnsafeMutablePointer<Int64>)
        /// The record is in the set already: a snapshot had it.
        case included
    }

    /// The history that a record changes, made where there is none.
    ///
    /// - Parameter record: above that of every change before; zero is none.
    mutating func change(_ key: EntityKey, record: UInt64) -> Change {
        let hash = key.hash
        let set = makeSet(number(hash))
        guard record > UInt64(bitPattern: set[0]) else { return .included }
        set[0] = Int64(bitPattern: record)
        if let unit = find(key, hash, in: set) {
            unit[Self.recordWord] = Int64(bitPattern: record)
            return .known(unit + Self.headWords)
        }
        let way = room(in: set)
        let unit = unit(set, way)
        let shift = UInt64((way & 3) * 16)
        let marks = UInt64(bitPattern: set[1 + way >> 2]) & ~(0xFFFF << shift)
        set[1 + way >> 2] = Int64(bitPattern: marks | Self.mark(hash) << shift)
        unit[0] = Int64(bitPattern: key.high)
        unit[1] = Int64(bitPattern: key.low)
        unit[Self.recordWord] = Int64(bitPattern: record)
        return .new(unit + Self.headWords)
    }

    /// The words of the history that a record changes if there is one, and it is not included.
    mutating func changeKnown(_ key: EntityKey, record: UInt64) -> UnsafeMutablePointer<Int64>? {
        let hash = key.hash
        guard let set = set(number(hash)), record > UInt64(bitPattern: set[0]), let unit = find(key, hash, in: set)
        else { return nil }
        set[0] = Int64(bitPattern: record)
        unit[Self.recordWord] = Int64(bitPattern: record)
        return unit + Self.headWords
    }

    /// Which of the eight a new history takes: the first that is free, else the one that was changed longest ago.
    private mutating func room(in set: UnsafeMutablePointer<Int64>) -> Int {
        var oldest = (way: 0, record: UInt64.max)
        for way in 0..<Self.wayCount {
            guard Self.mark(set, way) != 0 else {
                count += 1
                return way
            }
            let record = UInt64(bitPattern: unit(set, way)[Self.recordWord])
            if record < oldest.record { oldest = (way, record) }
        }
        return oldest.way
    }

    private mutating func makeSet(_ number: Int) -> UnsafeMutablePointer<Int64> {
        if let set = set(number) { return set }
        let words = Self.setsPerSegment * setWordCount
        let segment = UnsafeMutableRawPointer.allocate(byteCount: words * 8, alignment: 64)
            .bindMemory(to: Int64.self, capacity: words)
        segment.initialize(repeating: 0, count: words)
        segments[number / Self.setsPerSegment] = segment
        segmentCount += 1
        return segment + number % Self.setsPerSegment * setWordCount
    }

    // MARK: Images

    /// How many bytes one set's image takes: its number and its words.
    var imageByteCount: Int { 8 + setWordCount * 8 }

    /// Writes images of sets that were ever changed, as many as there is room for.
    ///
    /// - Parameter start: the first set to look at.
    /// - Returns: the first that was not looked at, `setCount` at the end, and how many bytes were written.
    func encode(from start: Int, into buffer: UnsafeMutableRawBufferPointer) -> (next: Int, byteCount: Int) {
        var byteCount = 0
        var number = start
        while number < setCount {
            guard let set = set(number) else {
                number = (number / Self.setsPerSegment + 1) * Self.setsPerSegment
                continue
            }
            if set[0] != 0 {
                guard buffer.count - byteCount >= imageByteCount else { return (number, byteCount) }
                let room = UnsafeMutableRawBufferPointer(rebasing: buffer[byteCount...])
                room.storeBytes(of: UInt64(number), as: UInt64.self)
                UnsafeMutableRawBufferPointer(rebasing: room[8...])
                    .copyMemory(from: UnsafeRawBufferPointer(start: set, count: setWordCount * 8))
                byteCount += imageByteCount
            }
            number += 1
        }
        return (setCount, byteCount)
    }

    /// Takes over sets from their images.
    ///
    /// - Returns: false where the bytes are not so many whole images, there is no such set or it is there already.
    mutating func restore(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count % imageByteCount == 0 else { return false }
        for start in stride(from: 0, to: bytes.count, by: imageByteCount) {
            guard let number = Int(exactly: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
                number < setCount
            else { return false }
            let set = makeSet(number)
            guard set[0] == 0 else { return false }
            let image = UnsafeRawBufferPointer(rebasing: bytes[start + 8..<start + imageByteCount])
            UnsafeMutableRawBufferPointer(start: set, count: setWordCount * 8).copyMemory(from: image)
            for way in 0..<Self.wayCount where Self.mark(set, way) != 0 { count += 1 }
        }
        return true
    }

    /// Adds a fingerprint of every set that was ever changed.
    func addDigest(to digest: inout Digest128) {
        digest.combine(UInt64(setCount), UInt64(count))
        for number in 0..<setCount {
            guard let set = set(number), set[0] != 0 else { continue }
            digest.combine(UInt64(number), UInt64(bitPattern: set[0]))
            for word in stride(from: 0, to: setWordCount, by: 2) {
                digest.combine(UInt64(bitPattern: set[word]), UInt64(bitPattern: set[word + 1]))
            }
        }
    }
}
