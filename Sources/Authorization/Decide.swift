public import Domain

/// Decides a request: runs every check that can run, in the order of `Check`, and lets the first that failed name the
/// reason.
///
/// A function of its arguments alone: it sees no clock and changes nothing. A check runs if what it compares is there:
/// with an unknown card only the merchant block list and the amount threshold do; the money checks run for
/// authorizations with a valid amount, those against the card only if the currency is the card's. A velocity rule is
/// exceeded if the window's approvals and this request together are above its count or its sum; the sum counts only
/// where it is comparable.
///
/// A payment that waited for this authorization takes it up, and then only what the account would owe more is held
/// against its limit; after a full reversal the answer is `originalReversed`, whatever the checks found.
///
/// `rules` is what the active rules say of the request, as `Policy.ruleVerdict` gives it. A rule that declines comes
/// before the velocity windows, one that wants a person's approval after everything else; flags are added up.
///
/// Partial approval: if the request allows it and nothing but money checks failed, what remains under the tightest of
/// them is approved, unless that is nothing.
///
/// - Complexity: constant, but for the merchant's name (at most 64 bytes); allocates nothing.
public func decide(
    _ request: borrowing AuthorizationRequest,
    at time: Instant,
    seen: borrowing Observation,
    policy: borrowing Policy,
    rules: borrowing RuleVerdict = RuleVerdict()
) -> Decision {
    var recorder = SilentRecorder()
    return decide(request, at: time, seen: seen, policy: policy, rules: rules, recorder: &recorder)
}

/// What each check of a recorded decision saw and against what limit, in order of precedence.
///
/// The policy must be the one of `event.observation.policyVersion`: the rules are run again, by the code that decided.
/// `lsn` is the event's record: lists are asked as they were then.
public func explain(
    _ event: borrowing AuthorizationEvent,
    lsn: LogSequenceNumber = LogSequenceNumber(rawValue: .max),
    policy: borrowing Policy
) -> [CheckResult] {
    var recorder = ListingRecorder()
    var matched: [RuleReference] = []
    let rules = policy.ruleVerdict(event, lsn: lsn, matched: &matched)
    _ = decide(
        event.request,
        at: event.time,
        seen: event.observation,
        policy: policy,
        rules: rules,
        recorder: &recorder
    )
    return recorder.results
}

/// All active rules that matched a recorded request, in the order of their numbers. The policy must be the one of
/// `event.observation.policyVersion`, and `lsn` the event's record: lists are asked as they were then.
public func explainRules(
    _ event: borrowing AuthorizationEvent,
    lsn: LogSequenceNumber = LogSequenceNumber(rawValue: .max),
    policy: borrowing Policy
) -> [RuleReference] {
    var matched: [RuleReference] = []
    _ = policy.ruleVerdict(event, lsn: lsn, matched: &matched)
    return matched
}

/// Decides a request for which no payment waited, where the event lies.
@inline(__always)
func decideAlone(_ event: inout AuthorizationEvent, policy: borrowing Policy, rules: borrowing RuleVerdict) {
    var recorder = SilentRecorder()
    let run = check(
        event.request,
        at: event.time,
        seen: event.observation,
        policy: policy,
        rules: rules,
        more: nil,
        recorder: &recorder
    )
    run.conclude(event.request, seen: event.observation, hasJoined: false, into: &event.decision)
    if rules.wasAsked { event.decision.rules = rules.fired }
    if event.decision.outcome != .declined, event.request.kind.hasAmount {
        event.decision.expiresAt = policy.expiry(of: event.request, from: event.time)
    }
}

private func decide<Recorder: CheckRecorder>(
    _ request: borrowing AuthorizationRequest,
    at time: Instant,
    seen: borrowing Observation,
    policy: borrowing Policy,
    rules: borrowing RuleVerdict,
    recorder: inout Recorder
) -> Decision {
    var joined = joinedPayment(request, at: time, seen: seen, policy: policy)
    var more: Int64?
    if let joined, let awaiting = seen.awaiting { more = joined.owed - awaiting.owed }
    let run = check(request, at: time, seen: seen, policy: policy, rules: rules, more: more, recorder: &recorder)
    var decision = Decision()
    run.conclude(request, seen: seen, hasJoined: joined != nil, into: &decision)
    decision.rules = rules.fired
    if let joined { join(joined, to: &decision, awaiting: seen.awaiting) }
    guard decision.outcome != .declined, request.kind.hasAmount else {
        decision.joined = decision.reason == .originalReversed ? joined : nil
        return decision
    }
    decision.expiresAt = policy.expiry(of: request, from: time)
    if decision.outcome == .flagged { joined?.flags.insert(.flagged) }
    if let expiresAt = decision.expiresAt { joined?.expiresAt = expiresAt.microseconds }
    decision.joined = joined
    return decision
}

/// Runs every check that can run. `more` is what the account would owe more, where that is not the request's amount.
@inline(__always)
func check<Recorder: CheckRecorder>(
    _ request: borrowing AuthorizationRequest,
    at time: Instant,
    seen: borrowing Observation,
    policy: borrowing Policy,
    rules: borrowing RuleVerdict,
    more: Int64?,
    recorder: inout Recorder
) -> CheckRun {
    var run = CheckRun(seen: seen)
    run.checkCard(request, at: time, seen: seen, &recorder)
    run.checkMerchant(request, seen: seen, policy: policy, &recorder)
    if rules.wasAsked { run.checkRules(rules, &recorder) }
    run.checkVelocity(request, seen: seen, policy: policy, &recorder)
    run.checkMoney(request, seen: seen, policy: policy, more: more, &recorder)
    if rules.wasAsked { run.checkApproval(rules, &recorder) }
    return run
}

/// The payment that waited for an authorization, with the authorization in it; `nil` where none waited or the amount
/// does not fit it.
@inline(__always)
private func joinedPayment(
    _ request: borrowing AuthorizationRequest,
    at time: Instant,
    seen: borrowing Observation,
    policy: borrowing Policy
) -> PaymentRecord? {
    guard seen.hasAwaiting, var payment = seen.awaiting else { return nil }
    guard request.kind.hasAmount, request.currency == seen.currency,
        (1...AuthorizationLimits.amountMax).contains(request.amount)
    else { return nil }
    let reason = payment.authorize(request.amount)
    let tolerance = policy.tolerance(category: payment.merchantCategory)
    if request.kind == .financial, reason == .approved { payment.finish(tolerance: tolerance) }
    payment.judgeOverClearing(tolerance: tolerance)
    payment.flags.insert(.counted)
    payment.lastAt = time.microseconds
    let keys = PaymentKeys(request, account: payment.account)
    payment.requestKey = keys.request
    if payment.lifecycleKey == 0 { payment.lifecycleKey = keys.lifecycle }
    if payment.traceKey == 0 { payment.traceKey = keys.trace }
    return payment.isSound ? payment : nil
}

extension Policy {
    /// When the hold of an authorization expires.
    @inline(__always)
    func expiry(of request: borrowing AuthorizationRequest, from time: Instant) -> Instant {
        expiry(
            of: request.merchantCategory,
            request.presence,
            request.initiator,
            request.holdKind,
            network: request.network,
            from: time
        )
    }
}

extension AuthorizationRequest {
    /// The kind of amount, by the field or, where that says nothing, by the flag.
    var holdKind: AuthorizationKind {
        authorizationKind == .unknown && flags.contains(.estimated) ? .estimated : authorizationKind
    }
}

/// The money checks: a partial approval may get round these and no others.
private let moneyChecks: CheckSet = [
    CheckSet(.transactionLimit), CheckSet(.amountThreshold), CheckSet(.spendingLimit),
]

/// The velocity checks.
private let velocityChecks: CheckSet = [
    CheckSet(.velocity1), CheckSet(.velocity2), CheckSet(.velocity3), CheckSet(.velocity4),
]

extension CheckRun {
    /// When a request that velocity alone declined would pass.
    var retryAt: Instant? { failed.isSubset(of: velocityChecks) ? freeAt : nil }

    /// Turns what the checks found into the answer, but for a payment that waited and takes the request up.
    @inline(__always)
    fileprivate func conclude(
        _ request: borrowing AuthorizationRequest,
        seen: borrowing Observation,
        hasJoined: Bool,
        into decision: inout Decision
    ) {
        decision.approvedAmount = request.kind.hasAmount ? request.amount : 0
        decision.reason = .approved
        decision.outcome = flagged.isEmpty ? .approved : .flagged
        decision.checksRun = run
        decision.checksFailed = failed
        decision.checksFlagged = flagged
        decision.balances = seen.found ? seen.balances : nil
        if !failed.isEmpty {
            decision.retryAt = retryAt
            if failed.isSubset(of: moneyChecks), request.flags.contains(.partialApprovalAllowed), allowance > 0,
                !hasJoined
            {
                decision.approvedAmount = allowance
                decision.reason = .partiallyApproved
            } else {
                decision.approvedAmount = 0
                decision.reason = firstFailure
                decision.outcome = .declined
            }
        }
        guard !hasJoined, decision.approvedAmount > 0, let available = decision.balances?.available else { return }
        precondition(decision.approvedAmount <= available, "an approval above the limit")
        if request.kind == .financial {
            decision.balances?.posted += decision.approvedAmount
        } else {
            decision.balances?.held += decision.approvedAmount
        }
    }
}

/// What becomes of the answer where a payment waited for the request.
private func join(_ joined: PaymentRecord, to decision: inout Decision, awaiting: PaymentRecord?) {
    if joined.flags.contains(.reversedBeforeAuthorization) {
        decision.outcome = .declined
        decision.reason = .originalReversed
        decision.approvedAmount = 0
    } else if decision.outcome != .declined {
        decision.approvedAmount = joined.base
    } else {
        return
    }
    decision.balances?.move(from: awaiting, to: joined)
}
