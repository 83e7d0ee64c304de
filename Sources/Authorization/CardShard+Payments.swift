public import Domain

extension CardShard {
    // MARK: Reading

    /// Reads what an authorization needs, with the payment that waits for it, if one does; changes nothing.
    ///
    /// As `observe(_:requesting:at:policy:)`; `alias` is the card that the request names, where it is one that replaced
    /// another: then the account is the alias's, and status and expiry are its own.
    ///
    /// - Complexity: as there; a look into the table of waiting payments only where the account has one.
    @inline(__always)
    public func observe(
        _ request: borrowing AuthorizationRequest,
        as alias: CardAlias? = nil,
        at time: Instant,
        policy: borrowing Policy
    ) -> Observation {
        var seen = Observation(unknownCardUnder: policy.version)
        observe(request, as: alias, at: time, policy: policy, into: &seen)
        return seen
    }

    /// The same into an observation of an unknown card.
    @inline(__always)
    func observe(
        _ request: borrowing AuthorizationRequest,
        as alias: CardAlias?,
        at time: Instant,
        policy: borrowing Policy,
        into seen: inout Observation
    ) {
        let token = request.cardToken
        let account = alias?.account ?? token
        observe(account, requesting: request.amount, at: time, policy: policy, into: &seen)
        if let alias { seen.look(through: alias) }
        if seen.found, let payment = awaitingPayment(for: request, of: account, at: time) { seen.awaiting = payment }
    }

    /// Reads what an event's request needs, and decides it: `request` and `time` are set, the observation is that of an
    /// unknown card, and it and the decision are filled in. What `observe` and `decide` do one after the other, without
    /// moving anything: the parts of an event are large. Rules that match are counted.
    public mutating func decide(_ event: inout AuthorizationEvent, as alias: CardAlias?, policy: borrowing Policy) {
        observe(event.request, as: alias, at: event.time, policy: policy, into: &event.observation)
        guard !rules.isOn else { return decideByRules(&event, policy: policy) }
        guard !event.observation.hasAwaiting else {
            event.decision = Authorization.decide(
                event.request,
                at: event.time,
                seen: event.observation,
                policy: policy
            )
            return
        }
        decideAlone(&event, policy: policy, rules: RuleVerdict())
    }

    /// The same where there are rules, active or in shadow.
    private mutating func decideByRules(_ event: inout AuthorizationEvent, policy: borrowing Policy) {
        let time = event.time
        let verdict = PaymentAttributes.with(&event.request, &event.observation, at: time, policy: policy) {
            rules.verdict(&$0)
        }
        if event.observation.hasAwaiting {
            event.decision = Authorization.decide(
                event.request,
                at: time,
                seen: event.observation,
                policy: policy,
                rules: verdict
            )
        } else {
            decideAlone(&event, policy: policy, rules: verdict)
        }
        let isApproved = event.decision.outcome != .declined
        let approved = event.decision.approvedAmount
        PaymentAttributes.with(&event.request, &event.observation, at: time, policy: policy) {
            rules.count(&$0, verdict, isApproved: isApproved, approved: approved)
        }
    }

    /// Reads what a message of a payment's life needs; the index of keys catches up with what was added.
    ///
    /// - Parameters:
    ///   - request: the message.
    ///   - alias: the card that it names, where it is one that replaced another.
    ///   - archived: what was found for it among the payments that left memory, and by which rule.
    ///   - time: when it is decided; not before the last event.
    ///   - policy: that of the last `policyChanged`.
    public mutating func observe(
        _ request: LifecycleRequest,
        as alias: CardAlias? = nil,
        archived: (payment: PaymentRecord, match: MatchRule)? = nil,
        at time: Instant,
        policy: borrowing Policy
    ) -> LifecycleObservation {
        let account = alias?.account ?? request.cardToken
        let asked = request.kind == .increment ? request.amount : nil
        var card = observe(account, requesting: asked, at: time, policy: policy)
        if let alias { card.look(through: alias) }
        var found = match(request.reference, account: account, amount: request.amount)
        if let archived, archived.payment.account == account {
            // What is in memory is newer than what is elsewhere.
            let payment = payments.find(id: archived.payment.id) ?? archived.payment
            let names = PaymentNames(request.reference, account: account, amount: request.amount)
            // By the id of another request about it, which its keys do not show.
            let most = archived.match == .identifier ? PaymentNames.identifierPrecedence : .max
            let precedence = min(names.precedence(of: payment), most)
            // What was archived may have had a name that the payment in memory has no longer.
            if precedence < found.map({ names.precedence(of: $0.payment) }) ?? PaymentNames.noPrecedence {
                found = (payment, archived.match)
            }
        }
        return LifecycleObservation(card: card, payment: found?.payment, match: found?.match ?? .none)
    }

    /// Finds the payment of an account in memory that a message names: by the rules of `MatchRule` in their order, and
    /// where several fit one, the newest. A payment that waits for its authorization counts only where no other fits.
    public mutating func match(
        _ reference: PaymentReference,
        account: CardToken,
        amount: Int64?
    ) -> (payment: PaymentRecord, match: MatchRule)? {
        if let id = reference.paymentID, let payment = payments.find(id: id.rawValue), payment.account == account {
            return (payment, .identifier)
        }
        let keys = PaymentKeys(reference, account: account)
        let rules: [(UInt64, MatchRule)] = [
            (keys.request, .identifier), (keys.lifecycle, .lifecycle), (keys.trace, .trace),
        ]
        for (key, rule) in rules {
            if let payment = payments.find(key: key, where: { !$0.isAwaiting && $0.account == account }) {
                return (payment, rule)
            }
        }
        let isRetrieved = { (payment: PaymentRecord) in
            payment.account == account && !payment.isAwaiting && (amount == nil || amount == payment.approved)
        }
        if let payment = payments.find(key: keys.retrieval, where: isRetrieved) { return (payment, .retrieval) }
        for (key, _) in rules {
            if let payment = payments.find(key: key, where: { $0.isAwaiting && $0.account == account }) {
                return (payment, .awaiting)
            }
        }
        return nil
    }

    /// Whether a request at a time or later may join a payment that waits for its authorization.
    @inline(__always)
    public func mayJoin(_ request: borrowing AuthorizationRequest, of account: CardToken, at time: Instant) -> Bool {
        awaitingPayment(for: request, of: account, at: time) != nil
    }

    @inline(__always)
    private func awaitingPayment(
        for request: borrowing AuthorizationRequest,
        of account: CardToken,
        at time: Instant
    ) -> PaymentRecord? {
        guard awaiting.count > 0, request.kind.hasAmount, let slot = slot(of: account),
            record(slot).pointee.awaitingCount > 0
        else { return nil }
        return awaitingPayment(of: account, PaymentKeys(request, account: account), at: time)
    }

    private func awaitingPayment(of account: CardToken, _ keys: PaymentKeys, at time: Instant) -> PaymentRecord? {
        func isFit(_ id: UInt64) -> Bool {
            payments.find(id: id).map { $0.isAwaiting && $0.account == account && $0.awaitsUntil >= time } ?? false
        }
        let id =
            awaiting.newest(keys.request, where: isFit) ?? awaiting.newest(keys.lifecycle, where: isFit)
            ?? awaiting.newest(keys.trace, where: isFit)
        return id.flatMap { payments.find(id: $0) }
    }

    // MARK: Applying

    /// Takes over what a message of a payment's life did. `lsn` is its record's number, and the id of a payment that it
    /// made.
    ///
    /// The policy must be the one under which the event was decided. Nothing but the event is needed, whether the
    /// payment is in memory or not.
    public mutating func apply(_ event: LifecycleEvent, lsn: LogSequenceNumber, policy: borrowing Policy) {
        precondition(windowLengths == policy.windowLengths, "policyChanged was not called")
        precondition(event.time >= latest, "time ran backwards")
        latest = event.time
        guard let payment = event.payment(lsn: lsn) else { return }
        guard let slot = slot(of: event.account) else { preconditionFailure("a payment of an unknown account") }
        put(payment, before: event.before, slot: slot)
        let card = record(slot)
        card.pointee.held += event.decision.heldChange
        card.pointee.posted += event.decision.postedChange
        precondition(card.pointee.held >= 0, "less than nothing is held")
        change(slot, at: event.time, by: event.decision.velocity, policy: policy)
    }

    /// Puts a payment where it belongs, in the place of what it was before.
    mutating func put(_ payment: PaymentRecord, before: PaymentRecord?, slot: UInt32) {
        if let before {
            if payments.find(id: before.id) == nil {
                // It had left memory, and with it the table of those that wait.
                payments.forgetAbsent(before)
            } else {
                noteAwaiting(before, slot: slot, isAwaiting: false)
            }
            payments.insertOutOfOrder(payment)
        } else {
            payments.append(payment)
        }
        noteAwaiting(payment, slot: slot, isAwaiting: true)
    }

    /// Enters a payment that waits for its authorization in the table of those that do, or takes it out.
    private mutating func noteAwaiting(_ payment: PaymentRecord, slot: UInt32, isAwaiting: Bool) {
        guard payment.isAwaiting else { return }
        for key in [payment.requestKey, payment.lifecycleKey, payment.traceKey] {
            if isAwaiting { awaiting.insert(key, id: payment.id) } else { awaiting.remove(key, id: payment.id) }
        }
        let card = record(slot)
        if isAwaiting {
            card.pointee.awaitingCount += 1
        } else {
            precondition(card.pointee.awaitingCount > 0, "a waiting payment that was not counted")
            card.pointee.awaitingCount -= 1
        }
    }

    /// Takes over a payment from a snapshot, in the place of an older image of it. Its card is there already.
    public mutating func restore(payment: PaymentRecord) {
        guard let slot = slot(of: payment.account) else { preconditionFailure("a payment of an unknown account") }
        if let older = payments.find(id: payment.id) { noteAwaiting(older, slot: slot, isAwaiting: false) }
        payments.insertOutOfOrder(payment)
        noteAwaiting(payment, slot: slot, isAwaiting: true)
    }

    /// Takes over from a snapshot the digest of the payments that are not in it because they had left memory.
    public mutating func restore(absentPayments digest: Digest128) { payments.restore(absent: digest) }

    /// The digest of the payments that left memory, for a snapshot.
    public var absentPaymentsDigest: Digest128 { payments.absent }

    // MARK: Payments in memory

    /// How many payments are in memory.
    public var paymentCount: Int { payments.count }

    /// How many payments hold something.
    public var openHoldCount: Int { payments.openHoldCount }

    /// The payment with an id; `nil` where it is not in memory.
    public func payment(_ id: LogSequenceNumber) -> PaymentRecord? { payments.find(id: id.rawValue) }

    /// Calls the body with payments in the order of their ids, from one on, up to `limit` of them.
    ///
    /// - Returns: the id to go on from; `nil` at the end.
    public func forEachPayment(
        from id: LogSequenceNumber,
        limit: Int,
        _ body: (PaymentRecord) -> Void
    ) -> LogSequenceNumber? {
        payments.forEach(from: id.rawValue, limit: limit, body).map { LogSequenceNumber(rawValue: $0) }
    }

    /// Takes a payment from memory that is elsewhere, if it is closed and has had no event since; no decision, and no
    /// digest, can tell.
    ///
    /// - Returns: Whether it was taken.
    @discardableResult
    public mutating func removePayment(_ id: LogSequenceNumber, lastLSN: LogSequenceNumber) -> Bool {
        guard let payment = payments.find(id: id.rawValue), payment.lastLSN == lastLSN.rawValue,
            payment.isClosed(at: latest)
        else { return false }
        if payment.isAwaiting, let slot = slot(of: payment.account) {
            noteAwaiting(payment, slot: slot, isAwaiting: false)
        }
        return payments.remove(id: id.rawValue, lastLSN: lastLSN.rawValue)
    }

    /// Calls the body with payments whose hold expires at a time or before, up to `limit` of them.
    public mutating func forEachDuePayment(limit: Int, at time: Instant, _ body: (PaymentRecord) -> Void) {
        payments.forEachDue(limit: limit, at: time, body)
    }

    /// Puts the keys of up to `budget` payments into the index, for doing it in idle time; none before somebody has
    /// asked for one.
    public mutating func indexPayments(budget: Int) {
        if payments.isIndexed { payments.indexAhead(budget: budget) }
    }
}
