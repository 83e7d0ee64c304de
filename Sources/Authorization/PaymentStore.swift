public import Domain

/// The payments of one shard that are in memory, by id. Nothing is hashed when the newest is added.
///
/// A payment that was authorized and nothing more takes 80 bytes (`PlainPayment`); from its next event on it takes the
/// 160 of a `PaymentRecord`, in segments of their own. No payment is in both.
///
/// The keys of payments are put into an index when somebody first asks for one, and from then on for what was added
/// meanwhile.
public struct PaymentStore: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): no memory is shared with another value; who mutates it has it alone.
    private var plain: PaymentSegments<PlainPayment>
    private var full: PaymentSegments<PaymentRecord>
    /// How many of `full` hold something; each of `plain` does.
    private var fullHoldCount = 0
    private var index: FingerprintIndex
    /// The keys of all payments up to this id are in `index`.
    private var indexedThrough: UInt64 = 0
    /// The sum of the digests of all payments that left memory.
    private(set) var absent = Digest128()

    /// Makes an empty store.
    public init(memory: SlabMemory = .heap) {
        precondition(MemoryLayout<PaymentRecord>.size == PaymentRecord.byteCount)
        plain = PaymentSegments(memory: memory)
        full = PaymentSegments(memory: memory)
        index = FingerprintIndex(memory: memory)
    }

    /// How many payments are in memory.
    public var count: Int { plain.count + full.count }

    /// How many payments hold something.
    public var openHoldCount: Int { plain.count + fullHoldCount }

    /// How many bytes of memory it has taken.
    public var byteCount: Int { plain.byteCount + full.byteCount + index.byteCount }

    /// The id of the newest payment in memory; zero: there is none.
    public var lastID: UInt64 { max(plain.lastID, full.lastID) }

    /// Where the last byte of the next payment will be written that holds something, for the processor to fetch ahead;
    /// `nil` where there is no room yet.
    @inline(__always)
    public var prefetchAddress: UnsafeRawPointer? { plain.prefetchAddress }

    /// The same of the next payment of the other form, of which two more cache lines come before.
    @inline(__always)
    public var prefetchFullAddress: UnsafeRawPointer? { full.prefetchAddress }

    // MARK: Adding

    /// Adds a payment that is newer than all others, and that has been authorized and nothing more.
    ///
    /// - Complexity: constant; allocates only for every 409th.
    @inline(__always)
    mutating func append(_ payment: PlainPayment) { plain.append(payment) }

    /// Adds a payment that is newer than all others.
    ///
    /// - Complexity: constant; allocates only for every 204th.
    public mutating func append(_ payment: PaymentRecord) {
        precondition(payment.id > lastID, "a payment that is not the newest")
        if let small = PlainPayment(payment) { plain.append(small) } else { appendFull(payment) }
    }

    /// The same of a payment that is none of the other form: it is written where it stays, and moved no more.
    @inline(__always)
    mutating func appendFull(_ payment: PaymentRecord) {
        full.append(payment)
        countHold(payment, by: 1)
    }

    /// Adds a payment again that had left memory, or changes one that is there.
    ///
    /// - Complexity: logarithmic, and a move of at most 32 KiB twice.
    public mutating func insertOutOfOrder(_ payment: PaymentRecord) {
        precondition(payment.id > 0, "a payment without an id")
        if replace(payment) { return }
        insert(payment)
        if payment.id <= indexedThrough { addKeys(payment) }
    }

    /// Changes a payment that is in memory.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    public mutating func replace(_ payment: PaymentRecord) -> Bool {
        let old: PaymentRecord
        if let place = full.find(payment.id) {
            old = full[place]
            full.replace(at: place, with: payment)
            countHold(old, by: -1)
            countHold(payment, by: 1)
        } else if let place = plain.find(payment.id) {
            old = plain[place].record
            plain.remove(at: place)
            insert(payment)
        } else {
            return false
        }
        if payment.id <= indexedThrough, old.keys != payment.keys {
            removeKeys(old)
            addKeys(payment)
        }
        return true
    }

    private mutating func insert(_ payment: PaymentRecord) {
        if let small = PlainPayment(payment) {
            plain.insert(small)
        } else {
            full.insert(payment)
            countHold(payment, by: 1)
        }
    }

    /// A payment of `full` came or went.
    @inline(__always)
    private mutating func countHold(_ payment: PaymentRecord, by change: Int) {
        if payment.hold > 0 { fullHoldCount += change }
    }

    /// Takes a payment from memory: it is elsewhere from now on, and counts in the digest as before.
    ///
    /// - Parameters:
    ///   - id: which one.
    ///   - lastLSN: its newest event as it is elsewhere; a payment that has had another since stays.
    /// - Returns: Whether it was taken.
    @discardableResult
    public mutating func remove(id: UInt64, lastLSN: UInt64) -> Bool {
        let payment: PaymentRecord
        if let place = full.find(id) {
            payment = full[place]
            guard payment.lastLSN == lastLSN else { return false }
            full.remove(at: place)
            countHold(payment, by: -1)
        } else if let place = plain.find(id) {
            payment = plain[place].record
            guard payment.lastLSN == lastLSN else { return false }
            plain.remove(at: place)
        } else {
            return false
        }
        if id <= indexedThrough { removeKeys(payment) }
        absent.add(payment.digest)
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
        if let place = full.find(id) { return full[place] }
        return plain.find(id).map { plain[$0].record }
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

    /// Whether somebody has asked for a key, so that it is worth while to keep the index up to date.
    public var isIndexed: Bool { indexedThrough > 0 }

    /// Puts the keys of up to `budget` payments into the index, oldest first: for doing it in idle time.
    ///
    /// - Returns: How many were put in.
    @discardableResult
    public mutating func indexAhead(budget: Int) -> Int {
        var done = 0
        guard indexedThrough < lastID else { return 0 }
        var places = Places(from: indexedThrough + 1, plain, full)
        while done < budget, let payment = places.next(plain, full) {
            addKeys(payment)
            indexedThrough = payment.id
            done += 1
        }
        return done
    }

    /// Calls the body with every payment in the order of ids.
    public func forEach(_ body: (PaymentRecord) -> Void) { _ = forEach(from: 0, limit: .max, body) }

    /// Calls the body with payments in the order of ids, from one on, up to `limit` of them.
    ///
    /// - Returns: the id to go on from; `nil` at the end.
    public func forEach(from id: UInt64, limit: Int, _ body: (PaymentRecord) -> Void) -> UInt64? {
        var done = 0
        var places = Places(from: id, plain, full)
        while let payment = places.next(plain, full) {
            guard done < limit else { return payment.id }
            body(payment)
            done += 1
        }
        return nil
    }

    /// Calls the body with payments that are closed at a time and have had no event after a record nor since a time,
    /// in the order of ids: a walk through the shard in pieces, which may change between them.
    ///
    /// - Parameters:
    ///   - id: where the piece before ended; 0 to begin.
    ///   - lookMax: how many payments are looked at.
    /// - Returns: where the next piece begins; `nil` at the end.
    /// - Complexity: linear in `lookMax`, and logarithmic in the payments in memory. Payments that have had no event
    ///   but their authorization hold something, and are passed over without a look.
    public func forEachClosed(
        after id: UInt64,
        lookMax: Int,
        at time: Instant,
        quietSince quiet: Instant,
        through lsn: LogSequenceNumber,
        _ body: (PaymentRecord) -> Void
    ) -> UInt64? {
        var place = full.firstPlace(from: id + 1)
        var looks = 0
        while full.isInside(place) {
            let payment = full[place]
            guard looks < lookMax else { return payment.id - 1 }
            looks += 1
            if payment.lastLSN <= lsn.rawValue, payment.lastAt <= quiet.microseconds, payment.isClosed(at: time) {
                body(payment)
            }
            place = full.place(after: place)
        }
        return nil
    }

    /// Calls the body with payments whose hold expires at a time or before, up to `limit` of them.
    ///
    /// - Complexity: constant for every segment of payments none of which is due.
    public mutating func forEachDue(limit: Int, at time: Instant, _ body: (PaymentRecord) -> Void) {
        var found = 0
        plain.forEachDue(limit: limit, at: time) { payment in
            body(payment.record)
            found += 1
        }
        full.forEachDue(limit: limit - found, at: time, body)
    }

    /// The sum of the digests of all payments, in memory or not.
    ///
    /// - Complexity: linear in the payments in memory.
    public var digest: Digest128 {
        var sum = absent
        forEach { sum.add($0.digest) }
        return sum
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

/// A walk through both forms in the order of ids.
private struct Places {
    private var plainPlace: PaymentSegments<PlainPayment>.Place
    private var fullPlace: PaymentSegments<PaymentRecord>.Place

    init(
        from id: UInt64,
        _ plain: borrowing PaymentSegments<PlainPayment>,
        _ full: borrowing PaymentSegments<PaymentRecord>
    ) {
        plainPlace = plain.firstPlace(from: id)
        fullPlace = full.firstPlace(from: id)
    }

    mutating func next(
        _ plain: borrowing PaymentSegments<PlainPayment>,
        _ full: borrowing PaymentSegments<PaymentRecord>
    ) -> PaymentRecord? {
        let isFull = full.isInside(fullPlace)
        if plain.isInside(plainPlace) {
            let payment = plain[plainPlace]
            if !isFull || payment.id < full[fullPlace].id {
                plainPlace = plain.place(after: plainPlace)
                return payment.record
            }
        }
        guard isFull else { return nil }
        let payment = full[fullPlace]
        fullPlace = full.place(after: fullPlace)
        return payment
    }
}
