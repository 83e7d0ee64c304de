public import Domain

/// What an event changes in counters: of which payment, and by how much.
public struct CountedChange: Sendable {
    /// The payment's id.
    public let payment: UInt64
    /// The account that pays.
    public let account: CardToken
    /// The currency of the money, packed.
    public let currency: UInt32
    /// When.
    public let time: Instant
    /// Approvals and money.
    public let change: VelocityChange
    /// Whether there is a payment to which something may happen later.
    let makesOrigin: Bool
    private let place: PaymentPlace
    private let uncounted: UInt16

    /// That of a decision; `nil`: it changes nothing.
    @inline(__always)
    public init?(_ event: inout AuthorizationEvent, lsn: LogSequenceNumber) {
        guard event.decision.outcome != .declined || event.decision.hasJoined else { return nil }
        account = event.account
        currency = event.request.currency?.packed ?? 0
        time = event.time
        place = PaymentPlace(event.request)
        uncounted = event.observation.counters.uncounted
        guard event.decision.hasJoined, let joined = event.decision.joined, let before = event.observation.awaiting
        else {
            payment = lsn.rawValue
            change = VelocityChange(count: 1, sum: event.decision.approvedAmount)
            makesOrigin = change.sum > 0
            return
        }
        payment = joined.id
        let isFirst = event.decision.outcome != .declined && !before.flags.contains(.counted)
        change = VelocityChange(count: isFirst ? 1 : 0, sum: joined.spent - before.spent)
        makesOrigin = isFirst
        if change == VelocityChange() { return nil }
    }

    /// That of a message of a payment's life; `nil`: it changes nothing.
    public init?(_ event: LifecycleEvent, lsn: LogSequenceNumber) {
        change = event.decision.velocity
        guard change != VelocityChange(), let payment = event.payment(lsn: lsn) else { return nil }
        self.payment = payment.id
        account = event.account
        currency = payment.currency
        time = event.time
        makesOrigin = change.count > 0
        place = PaymentPlace(event.request)
        uncounted = event.observation.counters.uncounted
    }

    /// Where the payment counts: where it did, as long as a counter holds that; else here. `nil`: what is taken back
    /// has left all windows.
    @inline(__always)
    public func origin(
        _ origins: inout OriginStore,
        isNew: Bool,
        policy: borrowing Policy
    ) -> PaymentOrigin? {
        if change.count == 0 {
            if let origin = origins.find(payment, at: time, policy: policy) { return origin }
            guard change.sum > 0 else { return nil }
        }
        let origin = PaymentOrigin(
            id: payment,
            at: time.microseconds,
            place: place,
            uncounted: UInt64(uncounted)
        )
        if makesOrigin, isNew { origins.put(origin) }
        return origin
    }
}

extension PaymentOrigin {
    /// Where its payment is counted.
    @inline(__always)
    public func use(account: CardToken, currency: UInt32, policy: borrowing Policy) -> CounterUse {
        CounterUse(place, account: account, currency: currency, policy: policy)
    }
}

extension CounterShard {
    /// Carries out what an event changes in a counter that takes its payment.
    @inline(__always)
    public mutating func apply(
        _ change: borrowing CountedChange,
        _ origin: PaymentOrigin,
        to counter: Int,
        _ use: borrowing CounterUse,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        let moved = change.change
        if origin.isLeftOut(of: counter) {
            if moved.count > 0 { leaveOut(counter, at: change.time) }
        } else if moved.sum < 0 {
            takeBack(
                counter,
                use,
                sum: -moved.sum,
                countedAt: origin.at,
                at: change.time,
                lsn: lsn,
                policy: policy
            )
        } else {
            add(
                counter,
                use,
                count: UInt32(moved.count),
                sum: moved.sum,
                at: change.time,
                lsn: lsn,
                policy: policy
            )
        }
    }
}
