public import Domain

/// Where the payments of one card shard were counted, for as long as a counter holds them: 72 bytes each.
public struct OriginStore: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): no memory is shared with another value; who mutates it has it alone.
    private var origins: PaymentSegments<PaymentOrigin>

    /// An empty one.
    public init(memory: SlabMemory) { origins = PaymentSegments(memory: memory) }

    /// How many bytes it takes.
    public var byteCount: Int { origins.byteCount }

    /// How many payments are in it.
    public var count: Int { origins.count }

    /// Where a payment was counted; `nil`: it was not, or so long ago that no counter holds it at a time.
    public func find(_ payment: UInt64, at time: Instant, policy: borrowing Policy) -> PaymentOrigin? {
        guard let place = origins.find(payment) else { return nil }
        let origin = origins[place]
        return policy.holds(origin, at: time) ? origin : nil
    }

    /// The same of the payment that a message is about.
    public func find(_ payment: PaymentRecord?, at time: Instant, policy: borrowing Policy) -> PaymentOrigin? {
        guard let payment, payment.flags.contains(.counted) else { return nil }
        return find(payment.id, at: time, policy: policy)
    }

    /// Takes over where a payment was counted, whatever was known of it.
    @inline(__always)
    public mutating func put(_ origin: PaymentOrigin) {
        if origin.id > origins.lastID { return origins.append(origin) }
        if let place = origins.find(origin.id) {
            origins.replace(at: place, with: origin)
        } else {
            origins.insert(origin)
        }
    }

    /// Gives back the memory of the oldest payments that no counter holds any more at the time of a record, now and
    /// then: one look for every 16 records is enough, since a segment has some hundred payments. Nothing that can be
    /// observed changes.
    @inline(__always)
    public mutating func trim(after lsn: LogSequenceNumber, at time: Instant, policy: borrowing Policy) {
        guard lsn.rawValue % 16 == 0 else { return }
        origins.removeFirstSegment { origin in !policy.holds(origin, at: time) }
    }

    /// Calls the body with origins in the order of their payments, from one on, up to `limit` of them.
    ///
    /// - Returns: the payment to go on from; `nil` at the end.
    public func forEach(from payment: UInt64, limit: Int, _ body: (PaymentOrigin) -> Void) -> UInt64? {
        var place = origins.firstPlace(from: payment)
        for _ in 0..<limit {
            guard origins.isInside(place) else { return nil }
            body(origins[place])
            place = origins.place(after: place)
        }
        return origins.isInside(place) ? origins[place].id : nil
    }

    /// A fingerprint of all that counters hold at a time.
    public func digest(at time: Instant, policy: borrowing Policy) -> Digest128 {
        var sum = Digest128()
        var place = origins.firstPlace(from: 0)
        while origins.isInside(place) {
            let origin = origins[place]
            place = origins.place(after: place)
            guard policy.holds(origin, at: time) else { continue }
            var digest = Digest128()
            digest.combine(origin.id, UInt64(bitPattern: origin.at))
            digest.combine(origin.place.merchantLow, origin.place.merchantHigh)
            digest.combine(origin.place.acquirerLow, origin.place.acquirerHigh)
            digest.combine(origin.place.terminal, origin.place.codes)
            digest.combine(origin.uncounted, 0)
            sum.add(digest)
        }
        return sum
    }
}

extension Policy {
    /// Whether a counter holds a payment at a time.
    fileprivate func holds(_ origin: PaymentOrigin, at time: Instant) -> Bool {
        var rest = countersOn
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            if counters[counter].has(origin.id, at: origin.at, now: time) { return true }
        }
        return false
    }
}
