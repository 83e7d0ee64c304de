/// What a run of sequences has come across, so that agreement is not the agreement of things that never happened.
struct Coverage {
    /// What was seen, as `kind: what`.
    private(set) var seen: Set<String> = []

    mutating func note(_ step: Step, _ answer: ModelAnswer) {
        seen.insert("kind \(step.kind)")
        seen.insert("outcome \(answer.outcome)")
        if let reason = answer.reason { seen.insert("reason \(reason)") }
        if step.isLifecycle { seen.insert("match \(answer.match)") }
        guard let payment = answer.payment else { return }
        seen.insert("status \(payment.status)")
        for flag in ModelFlags.all where payment.flags.contains(flag) { seen.insert("flag \(flag)") }
        if payment.overCleared > 0, payment.cleared > 0 { seen.insert("cleared over the hold") }
        if payment.reversed > 0, payment.expired > 0 { seen.insert("reversed in part, then expired") }
    }

    /// All that a run must come across.
    static var wanted: Set<String> {
        var wanted: Set<String> = ["cleared over the hold", "reversed in part, then expired"]
        for kind in Step.Kind.allCases { wanted.insert("kind \(kind)") }
        for outcome in [ModelOutcome.approved, .declined, .flagged] { wanted.insert("outcome \(outcome)") }
        for reason in ModelReason.allCases { wanted.insert("reason \(reason)") }
        for match in ModelMatch.allCases { wanted.insert("match \(match)") }
        // A decline makes no payment, and neither does a verification.
        for status in ModelStatus.allCases where status != .declined && status != .verified {
            wanted.insert("status \(status)")
        }
        for flag in ModelFlags.all { wanted.insert("flag \(flag)") }
        return wanted
    }
}

extension ModelFlags {
    static let all: [ModelFlags] = names.indices.map { ModelFlags(rawValue: 1 << UInt32($0)) }
}
