public import Domain

/// What an event changes in counters: of which payment, and by how much.
public struct CountedChange: Sendable {
    /// The payment's id; zero: none is changed.
    public let payment: UInt64
    /// The account that pays.
    public let account: CardToken
    /// The currency of the money, packed.
    public let currency: UInt32
    /// When.
    public let time: Instant
    /// Approvals and money.
    public let change: VelocityChange
    /// Whether the card was approved or declined, for counters of declines.
    public let answer: Answer
    /// Whether there is a payment to which something may happen later.
    let makesOrigin: Bool
    private let place: PaymentPlace
    fileprivate let uncounted: UInt16
    /// The currency of the request itself, packed.
    private let ownCurrency: UInt32
    /// The payment that was counted before, zero: none, and its currency: the answer counts where that did.
    private let askedPayment: UInt64
    private let askedCurrency: UInt32

    /// What was said to a card.
    public enum Answer: UInt8, Sendable {
        /// Nothing: it was not asked for an approval, or is not known.
        case none
        case approved
        case declined
        /// Declined for want of funds.
        case declinedForFunds

        @inline(__always)
        init(_ outcome: Outcome, _ reason: Reason) {
            self = outcome != .declined ? .approved : reason == .insufficientFunds ? .declinedForFunds : .declined
        }
    }

    /// That of a decision; `nil`: it changes nothing.
    @inline(__always)
    public init?(_ event: inout AuthorizationEvent, lsn: LogSequenceNumber) {
        answer = event.observation.found ? Answer(event.decision.outcome, event.decision.reason) : .none
        account = event.account
        currency = event.request.currency?.packed ?? 0
        time = event.time
        place = PaymentPlace(event.request)
        uncounted = event.observation.counters.uncounted
        (ownCurrency, askedPayment, askedCurrency) = (currency, 0, 0)
        guard event.decision.hasJoined, let joined = event.decision.joined, let before = event.observation.awaiting
        else {
            let isApproved = event.decision.outcome != .declined
            guard isApproved || answer != .none else { return nil }
            payment = isApproved ? lsn.rawValue : 0
            change = isApproved ? VelocityChange(count: 1, sum: event.decision.approvedAmount) : VelocityChange()
            makesOrigin = change.sum > 0
            return
        }
        let isFirst = event.decision.outcome != .declined && !before.flags.contains(.counted)
        change = VelocityChange(count: isFirst ? 1 : 0, sum: joined.spent - before.spent)
        payment = change == VelocityChange() ? 0 : joined.id
        makesOrigin = isFirst
    }

    /// That of a message of a payment's life; `nil`: it changes nothing.
    public init?(_ event: LifecycleEvent, lsn: LogSequenceNumber) {
        let changed = event.decision.velocity == VelocityChange() ? nil : event.payment(lsn: lsn)
        change = changed == nil ? VelocityChange() : event.decision.velocity
        if !event.observation.found {
            answer = .none
        } else if event.request.kind == .increment {
            answer = Answer(event.outcome, event.reason)
        } else {
            answer = change.count > 0 ? .approved : .none
        }
        guard changed != nil || answer != .none else { return nil }
        payment = changed?.id ?? 0
        account = event.account
        currency = changed?.currency ?? 0
        time = event.time
        makesOrigin = change.count > 0
        place = PaymentPlace(event.request)
        uncounted = event.observation.counters.uncounted
        if let before = event.before, before.flags.contains(.counted) {
            (askedPayment, askedCurrency) = (before.id, before.currency)
        } else {
            (askedPayment, askedCurrency) = (0, 0)
        }
        ownCurrency = (event.observation.currency ?? event.request.currency)?.packed ?? 0
    }

    /// Where the answer counts: where the request read what counters held.
    public func useOfAnswer(_ origins: borrowing OriginStore, policy: borrowing Policy) -> CounterUse {
        if askedPayment != 0, let origin = origins.find(askedPayment, at: time, policy: policy) {
            return origin.use(account: account, currency: askedCurrency, policy: policy)
        }
        return CounterUse(place, account: account, currency: ownCurrency, policy: policy)
    }

    /// Where the payment counts: where it did, as long as a counter holds that; else here. `nil`: what is taken back
    /// has left all windows.
    @inline(__always)
    public func origin(
        _ origins: inout OriginStore,
        isNew: Bool,
        policy: borrowing Policy
    ) -> PaymentOrigin? {
        guard payment != 0 else { return nil }
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

extension CountedChange {
    /// Whether a counter had no room for the request's own key.
    fileprivate func isLeftOut(of counter: Int) -> Bool { uncounted >> UInt16(counter) & 1 == 1 }
}

extension PaymentOrigin {
    /// Where its payment is counted.
    @inline(__always)
    public func use(account: CardToken, currency: UInt32, policy: borrowing Policy) -> CounterUse {
        CounterUse(place, account: account, currency: currency, policy: policy)
    }
}

extension CounterShard {
    /// Carries out what an event changes in a counter that takes its payment; in one of declines nothing.
    @inline(__always)
    public mutating func apply(
        _ change: borrowing CountedChange,
        _ origin: PaymentOrigin,
        to counter: Int,
        _ use: borrowing CounterUse,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        guard counters[counter].kind == .totals else {
            return note(change, origin, in: counter, use, lsn: lsn, policy: policy)
        }
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

    /// Values and amounts are those of a payment's first approval: nothing that becomes of it later takes them back.
    private mutating func note(
        _ change: borrowing CountedChange,
        _ origin: PaymentOrigin,
        in counter: Int,
        _ use: borrowing CounterUse,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        let moved = change.change
        guard moved.count > 0 else { return }
        switch counters[counter].kind {
        case .totals, .declines: return
        case .distinct: if use.value(counter, policy).isNone { return }
        case .least, .greatest: if moved.sum <= 0 { return }
        }
        if origin.isLeftOut(of: counter) { return leaveOut(counter, at: change.time) }
        note(counter, use, amount: moved.sum, at: change.time, lsn: lsn, policy: policy)
    }

    /// Carries out what an event says to a card in a counter of declines: an approval ends the row.
    public mutating func answer(
        _ change: borrowing CountedChange,
        to counter: Int,
        _ use: borrowing CounterUse,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        let isForFunds: Bool
        switch change.answer {
        case .none: return
        case .approved: return endRow(counter, use, at: change.time, lsn: lsn, policy: policy)
        case .declined: isForFunds = false
        case .declinedForFunds: isForFunds = true
        }
        guard !change.isLeftOut(of: counter) else { return leaveOut(counter, at: change.time) }
        add(
            counter,
            use,
            count: isForFunds ? 0 : 1,
            sum: isForFunds ? 1 : 0,
            at: change.time,
            lsn: lsn,
            policy: policy
        )
    }
}
