import Authorization
import Domain
import Platform

/// The newest request ids and where the answer of each lies in the journal: what makes a repeat a repeat.
///
/// A ring of entries in the order of their decisions, found through an open-addressed index. When the ring is full the
/// oldest entry leaves, and the horizon rises to the transmission time that it carried: from then on a request that
/// claims to be as old as that and is not in the table is refused, because nobody can know any more whether it was
/// executed. So memory is bounded and nothing is ever applied twice, however wrong the clients' clocks are.
///
/// Memory is reserved at once and touched as it fills: at most 64 bytes an id.
///
/// At a start entries are brought back in their order alone, and the index is made once, of those that are left: most
/// of a long journal's ids have left again by then, and each would have been looked for twice.
struct RequestIDTable: ~Copyable {
    /// What is known of a remembered request.
    struct Entry: BitwiseCopyable {
        let id: RequestID
        /// The transmission time that the request carried.
        let transmissionTime: Instant
        /// The record of its decision.
        let place: RecordPlace
    }

    // What every decision changes comes first: the lock is just before it.
    private var oldest = 0
    private(set) var count = 0
    /// How many ids have left: the number of the oldest one in the order of all that ever came.
    private(set) var removedCount: UInt64 = 0
    /// Requests with a transmission time up to this one are remembered only if they are in the table.
    private(set) var horizon = Instant(microseconds: .min)
    /// A sum over the remembered ids, so that a digest costs nothing. Good when there is an index.
    private(set) var digest = Digest128()
    /// Whether index and digest have all entries; not while entries are brought back.
    private var isIndexed = true
    // SAFETY: the two slices belong to this shard alone and live as long as `memory`. Every position is below the
    // capacity or masked, which the slices' sizes follow from.
    private let memory: RequestIDMemory
    private let places: RequestIDPlaces
    private let entries: UnsafeMutablePointer<Entry>
    /// The upper half is a tag from the hash, the lower half the ring slot plus one; zero is empty.
    private let index: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    private let indexMask: UInt64
    /// How many entries of the ring, from its beginning, have memory of their own.
    private var populatedCount = 0
    /// Where the search for the oldest entry begins; only a hint.
    private var oldestBucket: UInt64 = 0
    private let pinned = Pinned()

    init(shard: Int, of memory: RequestIDMemory) {
        let entries = memory.entries(of: shard)
        let index = memory.index(of: shard)
        guard let firstEntry = entries.baseAddress, let firstBucket = index.baseAddress else {
            preconditionFailure("a shard's memory is not empty")
        }
        self.memory = memory
        places = memory.places
        self.entries = firstEntry
        self.index = firstBucket
        capacity = entries.count
        indexMask = UInt64(index.count - 1)
    }

    /// The entry of this id, if it is remembered.
    func find(_ id: RequestID) -> Entry? {
        precondition(isIndexed, "makeIndex was not called")
        let hash = places.hash(id)
        var bucket = places.home(hash)
        while true {
            let word = index[Int(bucket)]
            if word == 0 { return nil }
            if word >> 32 == hash >> 32 {
                let entry = entries[Int(word & 0xFFFF_FFFF) - 1]
                if entry.id == id { return entry }
            }
            bucket = (bucket + 1) & indexMask
        }
    }

    /// Why a request with this id cannot be executed now; `nil` when it can.
    func refusal(of id: RequestID, transmissionTime: Instant, clock: Instant) -> Refusal? {
        if let entry = find(id) { return .repeated(entry.place) }
        if transmissionTime <= horizon { return .tooOld(horizon: horizon) }
        if transmissionTime > clock.advanced(byMicroseconds: EngineOptions.clockSkewMax) {
            return .fromTheFuture(now: clock)
        }
        return nil
    }

    /// Remembers an id that is not in the table; the oldest one leaves when the table is full.
    mutating func insert(_ entry: Entry) {
        precondition(isIndexed, "makeIndex was not called")
        let slot = append(entry)
        putIntoIndex(slot)
        if count == capacity { oldestBucket = places.home(places.hash(entries[oldest].id)) }
    }

    /// The same at a start, where nobody asks for an id before `makeIndex`: reads and writes nothing at random.
    mutating func bringBack(_ entry: Entry) {
        precondition(!isIndexed || count == 0, "the index was made")
        isIndexed = false
        _ = append(entry)
    }

    /// Has the entries found that were brought back.
    ///
    /// - Complexity: linear in the entries.
    mutating func makeIndex() {
        guard !isIndexed else { return }
        isIndexed = true
        for number in 0..<count {
            if number + Self.fetchedAhead < count {
                let id = entries[slot(number + Self.fetchedAhead)].id
                Memory.prefetchToWrite(index + Int(places.home(places.hash(id))))
            }
            putIntoIndex(slot(number))
        }
        if count == capacity { oldestBucket = places.home(places.hash(entries[oldest].id)) }
    }

    /// How many entries ahead `makeIndex` fetches memory.
    private static let fetchedAhead = 12

    /// The place in the ring of an entry, by its number from the oldest on.
    @inline(__always)
    private func slot(_ number: Int) -> Int {
        let slot = oldest + number
        return slot < capacity ? slot : slot - capacity
    }

    /// Writes an entry behind the newest, and gives its place in the ring.
    @inline(__always)
    private mutating func append(_ entry: Entry) -> Int {
        if count == capacity { removeOldest() }
        let slot = slot(count)
        if slot == populatedCount { populate() }
        entries[slot] = entry
        count += 1
        return slot
    }

    @inline(__always)
    private mutating func putIntoIndex(_ slot: Int) {
        let hash = places.hash(entries[slot].id)
        var bucket = places.home(hash)
        while index[Int(bucket)] != 0 { bucket = (bucket + 1) & indexMask }
        index[Int(bucket)] = hash & ~0xFFFF_FFFF | UInt64(slot + 1)
        digest.add(Self.digest(of: entries[slot]))
    }

    /// Fetches what an insertion into a full table begins with: the oldest entry's bucket; and the entry behind that,
    /// which the insertion ends with.
    @inline(__always)
    func prefetchOldest() {
        Memory.prefetchToWrite(entries + oldest)
        Memory.prefetch(entries + (oldest + 1 == capacity ? 0 : oldest + 1))
        Memory.prefetchToWrite(index + Int(oldestBucket))
    }

    /// Fetches what the next insertion will write.
    @inline(__always)
    func prefetchNext() {
        if count == capacity { prefetchOldest() } else { Memory.prefetchToWrite(entries + (oldest + count)) }
    }

    /// Takes memory for some hundred entries at once: page by page, as they are touched, it takes ten times as long.
    @inline(never)
    private mutating func populate() {
        let added = min(Self.populatedAtOnce, capacity - populatedCount)
        let byteCount = added * MemoryLayout<Entry>.stride
        Memory.populate(UnsafeMutableRawPointer(entries + populatedCount), byteCount: byteCount)
        populatedCount += added
    }

    /// 64 KiB.
    private static let populatedAtOnce = 65_536 / MemoryLayout<Entry>.stride

    /// Copies entries in the order in which they came, from a number on or from the oldest that is left.
    ///
    /// - Returns: the number of the first one copied, and how many.
    func copy(from number: UInt64, into buffer: UnsafeMutableBufferPointer<Entry>) -> (first: UInt64, count: Int) {
        let first = max(number, removedCount)
        precondition(first <= removedCount + UInt64(count), "an entry that never came")
        let skipped = Int(first - removedCount)
        let copied = min(buffer.count, count - skipped)
        var slot = oldest + skipped
        if slot >= capacity { slot -= capacity }
        // SAFETY: two runs at most, both inside of the ring and of the buffer.
        if copied > 0, let target = buffer.baseAddress {
            let run = min(copied, capacity - slot)
            target.initialize(from: entries + slot, count: run)
            (target + run).initialize(from: entries, count: copied - run)
        }
        return (first, copied)
    }

    /// The record of the oldest id; `nil` while there is none.
    var oldestPlace: RecordPlace? { count == 0 ? nil : entries[oldest].place }

    /// Empties the table, for a snapshot that goes on behind a gap.
    mutating func forgetAll() {
        while count > 0 { removeOldest() }
        removedCount = 0
    }

    /// Completes what was restored from a snapshot by inserting its entries, some of which had left again when the
    /// snapshot was complete.
    ///
    /// - Parameters:
    ///   - firstNumber: the number of the first entry that was inserted.
    ///   - oldestNumber: that of the oldest one that is to stay.
    ///   - horizon: what those that have left have raised it to.
    mutating func restore(firstNumber: UInt64, oldestNumber: UInt64, horizon: Instant) {
        removedCount += firstNumber
        while removedCount < oldestNumber, count > 0 { removeOldest() }
        removedCount = max(removedCount, oldestNumber)
        self.horizon = max(self.horizon, horizon)
    }

    private mutating func removeOldest() {
        let entry = entries[oldest]
        if isIndexed {
            var bucket = places.home(places.hash(entry.id))
            while index[Int(bucket)] & 0xFFFF_FFFF != UInt64(oldest + 1) { bucket = (bucket + 1) & indexMask }
            closeGap(at: bucket)
            digest.subtract(Self.digest(of: entry))
        }
        horizon = max(horizon, entry.transmissionTime)
        oldest = oldest + 1 == capacity ? 0 : oldest + 1
        count -= 1
        removedCount += 1
    }

    /// Linear probing's deletion without tombstones (Knuth, volume 3, algorithm 6.4 R).
    private func closeGap(at start: UInt64) {
        var gap = start
        var bucket = start
        while true {
            bucket = (bucket + 1) & indexMask
            let word = index[Int(bucket)]
            if word == 0 { break }
            if (bucket &- places.home(word)) & indexMask >= (bucket &- gap) & indexMask {
                index[Int(gap)] = word
                gap = bucket
            }
        }
        index[Int(gap)] = 0
    }

    private static func digest(of entry: Entry) -> Digest128 {
        var digest = Digest128()
        digest.combine(entry.id.high, entry.id.low)
        digest.combine(UInt64(bitPattern: entry.transmissionTime.microseconds), entry.place.lsn.rawValue)
        return digest
    }
}
