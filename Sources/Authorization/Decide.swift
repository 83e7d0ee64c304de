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
/// Partial approval: if the request allows it and nothing but money checks failed, what remains under the tightest of
/// them is approved, unless that is nothing.
///
/// - Complexity: constant, but for the merchant's name (at most 64 bytes); allocates nothing.
public func decide(
    _ request: borrowing AuthorizationRequest,
    at time: Instant,
    seen: borrowing Observation,
    policy: borrowing Policy
) -> Decision {
    var recorder = SilentRecorder()
    return decide(request, at: time, seen: seen, policy: policy, recorder: &recorder)
}

/// What each check of a recorded decision saw and against what limit, in order of precedence.
///
/// The policy must be the one of `event.observation.policyVersion`: the rules are run again, by the code that decided.
public func explain(_ event: borrowing AuthorizationEvent, policy: borrowing Policy) -> [CheckResult] {
    var recorder = ListingRecorder()
    _ = decide(event.request, at: event.time, seen: event.observation, policy: policy, recorder: &recorder)
    return recorder.results
}

@inline(__always)
private func decide<Recorder: CheckRecorder>(
    _ request: borrowing AuthorizationRequest,
    at time: Instant,
    seen: borrowing Observation,
    policy: borrowing Policy,
    recorder: inout Recorder
) -> Decision {
    var run = CheckRun(seen: seen)
    run.checkCard(request, at: time, seen: seen, &recorder)
    run.checkMerchant(request, seen: seen, policy: policy, &recorder)
    run.checkVelocity(request, seen: seen, policy: policy, &recorder)
    run.checkMoney(request, seen: seen, policy: policy, &recorder)
    return run.conclude(request, seen: seen)
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
    /// Turns what the checks found into the answer.
    @inline(__always)
    fileprivate func conclude(_ request: borrowing AuthorizationRequest, seen: borrowing Observation) -> Decision {
        let asked = request.kind == .authorization ? request.amount : 0
        var approvedAmount = asked
        var reason = Reason.approved
        var outcome: Outcome = flagged.isEmpty ? .approved : .flagged
        if !failed.isEmpty {
            if failed.isSubset(of: moneyChecks), request.flags.contains(.partialApprovalAllowed), allowance > 0 {
                approvedAmount = allowance
                reason = .partiallyApproved
            } else {
                approvedAmount = 0
                reason = firstFailure
                outcome = .declined
            }
        }
        var balances: Balances?
        if seen.found {
            var after = seen.balances
            precondition(approvedAmount == 0 || approvedAmount <= after.available, "an approval above the limit")
            after.held += approvedAmount
            balances = after
        }
        return Decision(
            outcome: outcome,
            reason: reason,
            approvedAmount: approvedAmount,
            checksRun: run,
            checksFailed: failed,
            checksFlagged: flagged,
            retryAt: failed.isSubset(of: velocityChecks) ? freeAt : nil,
            balances: balances
        )
    }
}
