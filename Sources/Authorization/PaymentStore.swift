public import Domain

/// The payments of one shard that are in memory, in the order of their ids: records of 160 bytes, one after the other
/// in segments of 204, just below 32 KiB. Adding the newest is one write behind the last; nothing is hashed for it.
///
/// A segment that is full and must take one more in its middle is split; two neighbours that have run half empty become
/// one. So any change moves at most a segment's bytes (32 KiB), and there is no great clearing up.
///
/// The keys of payments are put into an index when somebody first asks for one, and from then on for what was added
/// meanwhile.
public struct PaymentStore: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): no memory is shared with another value; who mutates it has it alone.
    // SAFETY: every segment is `segmentByteCount` bytes from `memory`, of which `count` records are initialised; the
    // directory is allocated here; both go in `deinit`. Indexes are checked before they are used.
    struct Segment: BitwiseCopyable {
        var base: UnsafeMutablePointer<PaymentRecord>
        var count: Int
        /// The id of its first record.
        var firstID: UInt64
        /// No hold in it expires before this; it may be too early, never too late.
        var firstExpiry: Int64
    }

    static let segmentCapacity = 204
    static var segmentByteCount: Int { segmentCapacity * PaymentRecord.byteCount }

    private let memory: SlabMemory
    private var directory: UnsafeMutablePointer<Segment>
    private var directoryCapacity = 8
    private(set) var segmentCount = 0
    /// How many payments are in memory.
    public private(set) var count = 0
    private var index: FingerprintIndex
    /// The keys of all payments up to this id are in `index`.
    private var indexedThrough: UInt64 = 0
    /// Which segment is looked at next for closed payments.
    private var hand = 0
    /// The sum of the digests of all payments that left memory.
    private(set) var absent = Digest128()

    /// Makes an empty store.
    public init(memory: SlabMemory = .heap) {
        precondition(MemoryLayout<PaymentRecord>.size == PaymentRecord.byteCount)
        precondition(MemoryLayout<PaymentRecord>.stride == PaymentRecord.byteCount)
        self.memory = memory
        directory = .allocate(capacity: directoryCapacity)
        index = FingerprintIndex(memory: memory)
    }

    deinit {
        for number in 0..<segmentCount { memory.release(directory[number].base, Self.segmentByteCount) }
        directory.deallocate()
    }

    /// How many bytes of memory it has taken.
    public var byteCount: Int { segmentCount * Self.segmentByteCount + index.byteCount }

    /// The id of the newest payment in memory; zero: there is none.
    public var lastID: UInt64 {
        guard segmentCount > 0 else { return 0 }
        let last = directory[segmentCount - 1]
        return last.base[last.count - 1].id
    }

    /// Where the next payment will be written, for the processor to fetch ahead; `nil` where there is no room yet.
    @inline(__always)
    public var prefetchAddress: UnsafeRawPointer? {
        guard segmentCount > 0 else { return nil }
        let last = directory[segmentCount - 1]
        return last.count < Self.segmentCapacity ? UnsafeRawPointer(last.base + last.count) : nil
    }

    // MARK: Adding

    /// Adds a payment that is newer than all others.
    ///
    /// - Complexity: constant; allocates only for every 204th.
    @inline(__always)
    public mutating func append(_ payment: borrowing PaymentRecord) {
        let id = payment.id
        precondition(id > lastID, "a payment that is not the newest")
        if segmentCount == 0 || directory[segmentCount - 1].count == Self.segmentCapacity {
            addSegment(at: segmentCount, firstID: id)
        }
        let segment = directory + (segmentCount - 1)
        (segment.pointee.base + segment.pointee.count).initialize(to: copy payment)
        segment.pointee.count += 1
        if payment.hold > 0 { segment.pointee.firstExpiry = min(segment.pointee.firstExpiry, payment.expiresAt) }
        count += 1
    }

    /// Adds a payment again that had left memory, or changes one that is there.
    ///
    /// - Complexity: logarithmic, and a move of at most 32 KiB.
    public mutating func insertOutOfOrder(_ payment: PaymentRecord) {
        precondition(payment.id > 0, "a payment without an id")
        if payment.id > lastID { return append(payment) }
        if replace(payment) { return }
        var number = segment(of: payment.id) ?? 0
        if directory[number].count == Self.segmentCapacity {
            split(number)
            if payment.id >= directory[number + 1].firstID { number += 1 }
        }
        let segment = directory + number
        let place = Self.place(of: payment.id, in: segment.pointee)
        let base = segment.pointee.base
        (base + (place + 1)).moveInitialize(from: base + place, count: segment.pointee.count - place)
        (base + place).initialize(to: payment)
        segment.pointee.count += 1
        if place == 0 { segment.pointee.firstID = payment.id }
        if payment.hold > 0 { segment.pointee.firstExpiry = min(segment.pointee.firstExpiry, payment.expiresAt) }
        count += 1
        if payment.id <= indexedThrough { addKeys(payment) }
    }

    /// Changes a payment that is in memory.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    public mutating func replace(_ payment: PaymentRecord) -> Bool {
        guard let (number, place) = find(payment.id) else { return false }
        let segment = directory + number
        let old = segment.pointee.base[place]
        segment.pointee.base[place] = payment
        if payment.hold > 0 { segment.pointee.firstExpiry = min(segment.pointee.firstExpiry, payment.expiresAt) }
        if payment.id <= indexedThrough, old.keys != payment.keys {
            removeKeys(old)
            addKeys(payment)
        }
        return true
    }

    /// Takes a payment from memory: it is elsewhere from now on, and counts in the digest as before.
    ///
    /// - Parameters:
    ///   - id: which one.
    ///   - lastLSN: its newest event as it is elsewhere; a payment that has had another since stays.
    /// - Returns: Whether it was taken.
    @discardableResult
    public mutating func remove(id: UInt64, lastLSN: UInt64) -> Bool {
        guard let (number, place) = find(id) else { return false }
        let segment = directory + number
        let payment = segment.pointee.base[place]
        guard payment.lastLSN == lastLSN else { return false }
        if id <= indexedThrough { removeKeys(payment) }
        absent.add(payment.digest)
        let base = segment.pointee.base
        (base + place).moveInitialize(from: base + (place + 1), count: segment.pointee.count - place - 1)
        segment.pointee.count -= 1
        count -= 1
        if segment.pointee.count == 0 {
            removeSegment(number)
        } else {
            segment.pointee.firstID = base[0].id
            mergeIfSparse(number)
        }
        return true
    }

    /// Notes that a payment which had left memory comes back, or is elsewhere in another state, so that the digest
    /// counts it no longer as it was.
    mutating func forgetAbsent(_ payment: PaymentRecord) { absent.subtract(payment.digest) }

    /// Sets what `remove` has added up, in a store that is made from a snapshot.
    package mutating func restore(absent digest: Digest128) { absent = digest }

    // MARK: Finding

    /// The payment with an id; `nil` where it is not in memory.
    ///
    /// - Complexity: logarithmic.
    public func find(id: UInt64) -> PaymentRecord? {
        find(id).map { directory[$0.segment].base[$0.place] }
    }

    /// The newest payment that has a fingerprint among its keys and for which a condition holds.
    ///
    /// - Complexity: constant, and linear in the payments that were added since the last call of this.
    public mutating func find(key: UInt64, where holds: (PaymentRecord) -> Bool = { _ in true }) -> PaymentRecord? {
        guard key != 0 else { return nil }
        indexAhead(budget: .max)
        let id = index.newest(key) { id in find(id: id).map(holds) ?? false }
        return id.flatMap { find(id: $0) }
    }

    /// Puts the keys of up to `budget` payments into the index, oldest first: for doing it in idle time.
    ///
    /// - Returns: How many were put in.
    @discardableResult
    public mutating func indexAhead(budget: Int) -> Int {
        var done = 0
        var number = indexedThrough == 0 ? 0 : segment(of: indexedThrough) ?? 0
        while done < budget, number < segmentCount {
            let segment = directory[number]
            var place = Self.place(of: indexedThrough + 1, in: segment)
            while place < segment.count, done < budget {
                addKeys(segment.base[place])
                indexedThrough = segment.base[place].id
                place += 1
                done += 1
            }
            number += 1
        }
        return done
    }

    /// Calls the body with every payment in the order of ids.
    public func forEach(_ body: (PaymentRecord) -> Void) {
        for number in 0..<segmentCount {
            let segment = directory[number]
            for place in 0..<segment.count { body(segment.base[place]) }
        }
    }

    /// Calls the body with payments in the order of ids, from one on, up to `limit` of them.
    ///
    /// - Returns: the id to go on from; `nil` at the end.
    public func forEach(from id: UInt64, limit: Int, _ body: (PaymentRecord) -> Void) -> UInt64? {
        var done = 0
        for number in (segment(of: id) ?? 0)..<max(segmentCount, segment(of: id) ?? 0) {
            let segment = directory[number]
            for place in Self.place(of: id, in: segment)..<segment.count {
                guard done < limit else { return segment.base[place].id }
                body(segment.base[place])
                done += 1
            }
        }
        return nil
    }

    /// Calls the body with payments that are closed at a time and have had no event after a record, up to `limit` of
    /// them, going round from where the last call ended.
    ///
    /// - Complexity: linear in the payments looked at: those of the shard at most once, and no more than
    ///   64 x `limit` + 204.
    public mutating func forEachClosed(
        limit: Int,
        at time: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) {
        var found = 0
        var looks = 0
        for _ in 0..<segmentCount where found < limit && looks < limit * 64 {
            if hand >= segmentCount { hand = 0 }
            let segment = directory[hand]
            for place in 0..<segment.count where found < limit {
                let payment = segment.base + place
                guard payment.pointee.lastLSN <= lsn.rawValue, payment.pointee.isClosed(at: time) else { continue }
                body(payment.pointee)
                found += 1
            }
            looks += segment.count
            if found < limit { hand += 1 }
        }
    }

    /// Calls the body with payments whose hold expires at a time or before, oldest first, up to `limit` of them.
    ///
    /// - Complexity: constant for every 204 payments none of which is due.
    public mutating func forEachDue(limit: Int, at time: Instant, _ body: (PaymentRecord) -> Void) {
        var found = 0
        for number in 0..<segmentCount where found < limit {
            let segment = directory + number
            guard segment.pointee.firstExpiry <= time.microseconds else { continue }
            var first = Int64.max
            for place in 0..<segment.pointee.count {
                let payment = segment.pointee.base + place
                guard payment.pointee.hold > 0 else { continue }
                first = min(first, payment.pointee.expiresAt)
                guard payment.pointee.expiresAt <= time.microseconds, found < limit else { continue }
                body(payment.pointee)
                found += 1
            }
            segment.pointee.firstExpiry = first
        }
    }

    /// The sum of the digests of all payments, in memory or not.
    ///
    /// - Complexity: linear in the payments in memory.
    public var digest: Digest128 {
        var sum = absent
        forEach { sum.add($0.digest) }
        return sum
    }
}

// MARK: Segments

extension PaymentStore {
    /// The bytes of a segment's records, for copying.
    package func bytes(ofSegment number: Int) -> UnsafeRawBufferPointer {
        precondition((0..<segmentCount).contains(number), "no such segment")
        return UnsafeRawBufferPointer(
            start: directory[number].base,
            count: directory[number].count * PaymentRecord.byteCount
        )
    }

    /// How many segments there are.
    package var imageSegmentCount: Int { segmentCount }

    private func find(_ id: UInt64) -> (segment: Int, place: Int)? {
        guard let number = segment(of: id) else { return nil }
        let place = Self.place(of: id, in: directory[number])
        guard place < directory[number].count, directory[number].base[place].id == id else { return nil }
        return (number, place)
    }

    /// The last segment whose first id is not above an id; `nil`: there is none.
    private func segment(of id: UInt64) -> Int? {
        var low = 0
        var high = segmentCount
        while low < high {
            let middle = (low + high) / 2
            if directory[middle].firstID <= id { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The place of the first record with this id or a higher one.
    private static func place(of id: UInt64, in segment: Segment) -> Int {
        var low = 0
        var high = segment.count
        while low < high {
            let middle = (low + high) / 2
            if segment.base[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func addSegment(at number: Int, firstID: UInt64) {
        if segmentCount == directoryCapacity {
            let larger = UnsafeMutablePointer<Segment>.allocate(capacity: directoryCapacity * 2)
            larger.moveInitialize(from: directory, count: segmentCount)
            directory.deallocate()
            directory = larger
            directoryCapacity *= 2
        }
        let place = directory + number
        (place + 1).moveInitialize(from: place, count: segmentCount - number)
        let base = memory.allocate(Self.segmentByteCount)
            .bindMemory(to: PaymentRecord.self, capacity: Self.segmentCapacity)
        place.initialize(to: Segment(base: base, count: 0, firstID: firstID, firstExpiry: .max))
        segmentCount += 1
    }

    private mutating func removeSegment(_ number: Int) {
        memory.release(directory[number].base, Self.segmentByteCount)
        let place = directory + number
        place.moveInitialize(from: place + 1, count: segmentCount - number - 1)
        segmentCount -= 1
        if hand > number { hand -= 1 }
    }

    private mutating func split(_ number: Int) {
        let half = Self.segmentCapacity / 2
        addSegment(at: number + 1, firstID: directory[number].base[half].id)
        let full = directory + number
        let added = directory + (number + 1)
        added.pointee.base.moveInitialize(from: full.pointee.base + half, count: full.pointee.count - half)
        added.pointee.count = full.pointee.count - half
        added.pointee.firstExpiry = full.pointee.firstExpiry
        full.pointee.count = half
    }

    /// Joins a segment with a neighbour if both fit into half of one.
    private mutating func mergeIfSparse(_ number: Int) {
        for left in [number - 1, number] where left >= 0 && left + 1 < segmentCount {
            let target = directory + left
            let source = directory + (left + 1)
            guard target.pointee.count + source.pointee.count <= Self.segmentCapacity / 2 else { continue }
            (target.pointee.base + target.pointee.count)
                .moveInitialize(from: source.pointee.base, count: source.pointee.count)
            target.pointee.count += source.pointee.count
            target.pointee.firstExpiry = min(target.pointee.firstExpiry, source.pointee.firstExpiry)
            source.pointee.count = 0
            removeSegment(left + 1)
            return
        }
    }

    // MARK: Keys

    private mutating func addKeys(_ payment: PaymentRecord) {
        let keys = payment.keys
        index.insert(keys.request, id: payment.id)
        index.insert(keys.lifecycle, id: payment.id)
        index.insert(keys.trace, id: payment.id)
        index.insert(keys.retrieval, id: payment.id)
    }

    private mutating func removeKeys(_ payment: PaymentRecord) {
        let keys = payment.keys
        index.remove(keys.request, id: payment.id)
        index.remove(keys.lifecycle, id: payment.id)
        index.remove(keys.trace, id: payment.id)
        index.remove(keys.retrieval, id: payment.id)
    }
}
