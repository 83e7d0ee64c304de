public import Domain

/// Decides a message of a payment's life: what becomes of the payment, the account and the velocity windows.
///
/// A function of its arguments alone. What the network has done already (`LifecycleKind.isPosting`) is never refused:
/// if the card is unknown, or the currency is another, the message is recorded without an account (`isUnmatched`). An
/// increment is judged by the same checks as an authorization of its amount, and by `rules`, what the active rules say
/// of it. A message that comes before its authorization makes a payment that waits for it, if it carries a key that the
/// authorization will have: the first request's id, the lifecycle id or the trace.
///
/// - Complexity: constant; allocates nothing.
public func decideLifecycle(
    _ request: LifecycleRequest,
    at time: Instant,
    seen: borrowing LifecycleObservation,
    policy: borrowing Policy,
    rules: borrowing RuleVerdict = RuleVerdict()
) -> LifecycleDecision {
    var run = LifecycleRun(seen: seen)
    guard seen.card.found, let currency = seen.card.currency else {
        return run.conclude(withoutAccount: request.kind, reason: .cardUnknown)
    }
    if let said = request.currency, said != currency {
        return run.conclude(withoutAccount: request.kind, reason: .invalidAmountOrCurrency)
    }
    guard request.amountIsValid else { return run.declined(.invalidAmountOrCurrency) }
    let amount = request.amount
    let tolerance = policy.tolerance(category: seen.payment?.merchantCategory ?? request.merchantCategory.code)
    switch request.kind {
    case .increment:
        return run.increment(request, at: time, seen: seen, policy: policy, tolerance: tolerance, rules: rules)
    case .advice:
        run.begin(.advice, request, at: time, seen: seen, policy: policy)
        run.payment?.advise(amount ?? 0, tolerance: tolerance)
    case .clearing:
        run.begin(.clearing, request, at: time, seen: seen, policy: policy)
        run.payment?.clear(amount ?? 0, isFinal: request.isLastClearing, tolerance: tolerance)
    case .reversal, .reversalAdvice:
        if run.payment == nil {
            guard request.reference.mayBeJoined else { return run.declined(.originalNotFound) }
            run.begin(.reversal, request, at: time, seen: seen, policy: policy)
        }
        run.reason = (amount.map { run.payment?.reverse($0) } ?? run.payment?.reverse()) ?? .originalNotFound
    case .completion: run.reason = run.payment?.complete(amount ?? 0, tolerance: tolerance) ?? .originalNotFound
    case .expiry: run.reason = run.payment?.expire(at: time) ?? .originalNotFound
    case .refundAuthorization:
        run.begin(.refundAuthorization, request, at: time, seen: seen, policy: policy)
        run.payment?.flags.insert(.refundPending)
    case .refundClearing:
        run.begin(.refundClearing, request, at: time, seen: seen, policy: policy)
        run.payment?.refund(amount ?? 0)
    case .clearingReversal: run.change { $0.reverseClearing(amount) }
    case .chargeback: run.change { $0.dispute(amount) }
    case .representment: run.change { $0.represent(amount) }
    case .fraudReport: run.change { $0.flags.insert(.fraudReported) }
    }
    return run.conclude(request.kind, at: time, seen: seen)
}

/// A decision on the way: the payment as it would be, and why it would not.
private struct LifecycleRun {
    var payment: PaymentRecord?
    var reason = Reason.approved
    private let before: PaymentRecord?
    private let match: MatchRule
    private let balances: Balances?
    private var checks: CheckRun?
    private var fired = FiredRules()

    init(seen: borrowing LifecycleObservation) {
        payment = seen.payment
        before = seen.payment
        match = seen.payment == nil ? .none : seen.match
        balances = seen.card.found ? seen.card.balances : nil
    }

    /// Makes a payment if there is none.
    mutating func begin(
        _ kind: PaymentRecord.Kind,
        _ request: LifecycleRequest,
        at time: Instant,
        seen: borrowing LifecycleObservation,
        policy: borrowing Policy
    ) {
        guard payment == nil, let currency = seen.card.currency else { return }
        let account = seen.card.account ?? request.cardToken
        var made = PaymentRecord(
            account: account,
            currency: currency,
            kind: kind,
            category: request.merchantCategory,
            network: request.network
        )
        made.keys = PaymentKeys(request.reference, account: account)
        if made.requestKey == 0 { made.requestKey = PaymentKeys.key(of: request.requestID, account) }
        switch kind {
        case .increment, .advice, .clearing, .reversal:
            if request.reference.mayBeJoined { made.flags.insert(.awaitingAuthorization) }
        case .authorization, .financial, .refundAuthorization, .refundClearing: break
        }
        made.expiresAt =
            policy.expiry(
                of: request.merchantCategory,
                request.presence,
                request.initiator,
                request.authorizationKind,
                network: request.network,
                from: time
            ).microseconds
        payment = made
    }

    /// Changes the payment if there is one.
    mutating func change(_ body: (inout PaymentRecord) -> Void) {
        guard var changed = payment else {
            reason = .originalNotFound
            return
        }
        body(&changed)
        payment = changed
    }

    /// More is asked for.
    mutating func increment(
        _ request: LifecycleRequest,
        at time: Instant,
        seen: borrowing LifecycleObservation,
        policy: borrowing Policy,
        tolerance: UInt16,
        rules: borrowing RuleVerdict
    ) -> LifecycleDecision {
        guard payment.map({ $0.flags.isDisjoint(with: .over) }) ?? true else { return declined(.lifecycleOver) }
        begin(.increment, request, at: time, seen: seen, policy: policy)
        let hold = payment?.hold ?? 0
        payment?.increment(request.amount ?? 0, tolerance: tolerance)
        let more = (payment?.hold ?? 0) - hold
        let asked = AuthorizationRequest(increment: request, currency: seen.card.currency)
        var recorder = SilentRecorder()
        let run = check(asked, at: time, seen: seen.card, policy: policy, rules: rules, more: more, recorder: &recorder)
        checks = run
        fired = rules.fired
        guard run.failed.isEmpty else { return declined(run.firstFailure) }
        if !run.flagged.isEmpty { payment?.flags.insert(.flagged) }
        return conclude(request.kind, at: time, seen: seen)
    }

    /// The answer where nothing changes.
    func declined(_ reason: Reason) -> LifecycleDecision {
        decision(.declined, reason, payment: nil, balances: balances)
    }

    /// The answer where there is no account to put it to.
    func conclude(withoutAccount kind: LifecycleKind, reason: Reason) -> LifecycleDecision {
        kind.isPosting ? decision(.flagged, .approved, payment: nil, balances: balances) : declined(reason)
    }

    /// The answer where the payment has changed, if all is well with it.
    func conclude(
        _ kind: LifecycleKind,
        at time: Instant,
        seen: borrowing LifecycleObservation
    ) -> LifecycleDecision {
        guard reason == .approved, var after = payment, var balances else { return declined(reason) }
        balances.move(from: before, to: after)
        let bounds = -AuthorizationLimits.accountTotalMax...AuthorizationLimits.accountTotalMax
        guard after.isSound, bounds.contains(balances.posted), bounds.contains(balances.held) else {
            return declined(.invalidAmountOrCurrency)
        }
        var velocity = VelocityChange(sum: after.spent - (before?.spent ?? 0))
        if !after.flags.contains(.counted), velocity.sum > 0 {
            after.flags.insert(.counted)
            velocity.count = 1
        }
        let raises = kind == .advice || kind == .completion && after.approved > before?.approved ?? 0
        if raises, balances.available < 0 { after.flags.insert(.overLimit) }
        after.lastAt = time.microseconds
        after.lastLSN = 0
        let outcome: Outcome = checks.map { $0.flagged.isEmpty } ?? true ? .approved : .flagged
        return decision(outcome, .approved, payment: after, balances: balances, velocity: velocity)
    }

    private func decision(
        _ outcome: Outcome,
        _ reason: Reason,
        payment: PaymentRecord?,
        balances: Balances?,
        velocity: VelocityChange = VelocityChange()
    ) -> LifecycleDecision {
        LifecycleDecision(
            outcome: outcome,
            reason: reason,
            match: match,
            before: before,
            payment: payment,
            heldChange: payment.map { $0.hold - (before?.hold ?? 0) } ?? 0,
            postedChange: payment.map { $0.posted - (before?.posted ?? 0) } ?? 0,
            velocity: velocity,
            checksRun: checks?.run ?? [],
            checksFailed: checks?.failed ?? [],
            checksFlagged: checks?.flagged ?? [],
            retryAt: checks.flatMap { $0.failed.isEmpty ? nil : $0.retryAt },
            balances: balances,
            rules: fired
        )
    }
}

extension PaymentRecord {
    /// What a payment spends for velocity's sake: what is held and what was cleared. Refunds and disputes leave it.
    var spent: Int64 { hold + cleared + overCleared }

    /// What it takes of the account's limit.
    var owed: Int64 { hold + posted }
}

extension PaymentReference {
    /// Whether it has a key that the payment's authorization will have, too.
    var mayBeJoined: Bool {
        originalRequestID != nil || lifecycleID != Text16() || (stan != 0 && originalTransmissionTime != nil)
    }
}

extension LifecycleRequest {
    /// Whether it is the last clearing: it says so, or it is the last of so many.
    var isLastClearing: Bool { isFinal || (sequenceCount > 0 && sequenceNumber >= sequenceCount) }

    /// Whether there is an amount where there must be one, and it is in its range.
    fileprivate var amountIsValid: Bool {
        guard let amount else { return !kind.needsAmount && kind != .completion }
        return amount >= (kind == .completion ? 0 : 1) && amount <= AuthorizationLimits.amountMax
    }
}

extension AuthorizationRequest {
    /// An increment as the authorization of its own amount, for judging it by the same checks.
    init(increment request: LifecycleRequest, currency: Currency?) {
        self.init(
            requestID: request.requestID,
            cardToken: request.cardToken,
            kind: .authorization,
            amount: request.amount ?? 0,
            merchantAmount: request.merchantAmount ?? 0,
            transmissionTime: request.transmissionTime,
            currency: request.currency ?? currency,
            merchantCurrency: request.merchantCurrency,
            merchantCountry: request.merchantCountry,
            merchantCategory: request.merchantCategory,
            merchantID: request.merchantID,
            terminalID: request.terminalID,
            presence: request.presence,
            entryMode: request.entryMode,
            initiator: request.initiator,
            flags: [],
            merchantName: request.merchantName,
            merchantCity: request.merchantCity
        )
    }
}
