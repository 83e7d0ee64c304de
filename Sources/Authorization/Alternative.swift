public import Domain

/// One change to a request, its card or its time that would have ended a decision the other way: a decline in an
/// approval of the whole amount, an approval in a decline.
public struct Alternative: Sendable, Equatable {
    /// What is changed.
    public let kind: AlternativeKind
    /// To what; `nil` where there is no number for it.
    public let value: Int64?
    /// How the request would have ended.
    public let outcome: Outcome
    /// Why.
    public let reason: Reason

    /// Joins the fields.
    public init(kind: AlternativeKind, value: Int64?, outcome: Outcome, reason: Reason) {
        self.kind = kind
        self.value = value
        self.outcome = outcome
        self.reason = reason
    }
}

/// The single changes that would have ended a recorded decision the other way, each found by deciding again with it;
/// of an amount that ends the other way, the one a minor unit nearer to what was asked does not.
///
/// It is the nearest of all where only limits count. Conditions of rules are looked for in steps that double: where
/// they leave a gap that is narrower than its distance, one behind it may be named.
///
/// For a decline and a partial approval all kinds are tried, in the order of `AlternativeKind`, categories and
/// countries by a few examples; for an approval the amount alone. Empty where none of these is enough alone. What
/// windows over other cards or merchants would have held is not known: they count as they were seen.
///
/// The policy must be the one of `event.observation.policyVersion`, and `lsn` the event's record: lists are asked as
/// they were then.
///
/// - Complexity: about 200 decisions.
public func alternatives(
    to event: borrowing AuthorizationEvent,
    lsn: LogSequenceNumber = LogSequenceNumber(rawValue: .max),
    policy: borrowing Policy
) -> [Alternative] {
    let search = AlternativeSearch(event: copy event, lsn: lsn)
    return search.alternatives(policy)
}

/// A recorded request under changes.
private struct AlternativeSearch {
    let event: AuthorizationEvent
    let lsn: LogSequenceNumber

    /// Whether it was approved as it was asked.
    private var wasGranted: Bool { Self.isGranted(event.decision) }

    private static func isGranted(_ decision: Decision) -> Bool {
        decision.outcome != .declined && decision.reason != .partiallyApproved
    }

    func alternatives(_ policy: borrowing Policy) -> [Alternative] {
        // What was not decided by this code, such as the second of two requests with one id, has no other end.
        guard Self.isGranted(decision(of: event, policy)) == wasGranted else { return [] }
        let amount = event.request.kind.hasAmount ? nearestAmount(policy) : nil
        guard !wasGranted else { return [amount].compactMap(\.self) }
        var found = [amount]
        if let retryAt = event.decision.retryAt {
            let time = tried(.time, retryAt.microseconds, policy) { changed in
                changed.time = max(changed.time, retryAt)
                for index in 0..<AuthorizationLimits.velocityRuleCount {
                    let check = Check(rawValue: Check.velocity1.rawValue + UInt8(index))
                    guard let check, event.decision.checksFailed.contains(check) else { continue }
                    changed.observation.setVelocityTotals(index, VelocityTotals())
                }
            }
            found.append(time)
        }
        let merchant = tried(.merchant, nil, policy) { changed in
            changed.request.merchantName = Text64()
            changed.request.merchantCity = Text64()
            changed.request.merchantID = Text16()
            changed.request.terminalID = Text16()
        }
        found += [merchant, otherCategory(policy), otherCountry(policy)]
        for presence in Presence.allCases where presence != event.request.presence && presence != .unknown {
            found.append(
                tried(.presence, Int64(presence.rawValue), policy) { $0.request.presence = presence }
            )
        }
        if event.observation.found { found += otherCards(policy) }
        return found.compactMap(\.self)
    }

    // MARK: Deciding again

    private func decision(of event: AuthorizationEvent, _ policy: borrowing Policy) -> Decision {
        var matched: [RuleReference] = []
        let rules = policy.ruleVerdict(event, lsn: lsn, matched: &matched)
        return decide(event.request, at: event.time, seen: event.observation, policy: policy, rules: rules)
    }

    /// Decides with a change; `nil` where that ends as it did without.
    private func tried(
        _ kind: AlternativeKind,
        _ value: Int64?,
        _ policy: borrowing Policy,
        _ change: (inout AuthorizationEvent) -> Void
    ) -> Alternative? {
        var changed = event
        change(&changed)
        let decision = decision(of: changed, policy)
        guard Self.isGranted(decision) != wasGranted else { return nil }
        return Alternative(kind: kind, value: value, outcome: decision.outcome, reason: decision.reason)
    }

    // MARK: Where and how

    /// Categories and countries to try, the most frequent ones of cards first, and then the first that the card's
    /// profile allows; one of them is enough.
    private static let categories: [UInt16] = [5_411, 5_812, 5_541, 5_311, 4_111, 5_999, 7_011, 5_732]
    private static let countries = ["DE", "FR", "US", "GB", "ES", "IT", "NL", "JP"]

    /// The place of the card's profile.
    private var profile: Int? { event.observation.found ? Int(event.observation.profileIndex) : nil }

    private func otherCategory(_ policy: borrowing Policy) -> Alternative? {
        let allowed = profile.flatMap { profile in
            (UInt16(0)...9_999).first { code in
                MerchantCategory(code: code).map { policy.allows($0, profile: profile) } ?? false
            }
        }
        for code in Self.categories + [allowed].compactMap(\.self) {
            guard let category = MerchantCategory(code: code), category != event.request.merchantCategory,
                let found = tried(.category, Int64(code), policy, { $0.request.merchantCategory = category })
            else { continue }
            return found
        }
        return nil
    }

    private func otherCountry(_ policy: borrowing Policy) -> Alternative? {
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(UnicodeScalar($0)) }
        let allowed = profile.flatMap { profile in
            letters.lazy.flatMap { first in letters.map { first + $0 } }.first {
                Country($0).map { policy.allows($0, profile: profile) } ?? false
            }
        }
        for code in Self.countries + [allowed].compactMap(\.self) {
            guard let country = Country(code), country != event.request.merchantCountry,
                let found = tried(.country, Int64(country.packed), policy, { $0.request.merchantCountry = country })
            else { continue }
            return found
        }
        return nil
    }

    // MARK: The card

    private func otherCards(_ policy: borrowing Policy) -> [Alternative?] {
        var found: [Alternative?] = []
        let active = CardStatus.active
        if event.observation.status != active {
            found.append(tried(.cardStatus, Int64(active.rawValue), policy) { $0.observation.status = active })
        }
        if let expiry = event.observation.expiry, event.time >= expiry.end {
            found.append(tried(.cardExpiry, nil, policy) { $0.observation.expiry = nil })
        }
        let amount = event.request.amount
        if event.observation.transactionLimit != nil {
            found.append(tried(.transactionLimit, amount, policy) { $0.observation.transactionLimit = amount })
        }
        let balances = event.observation.balances
        let (needed, isTooMuch) = (balances.limit - balances.available).addingReportingOverflow(amount)
        if !isTooMuch, needed > balances.limit, needed <= AuthorizationLimits.amountMax {
            found.append(tried(.spendingLimit, needed, policy) { $0.observation.balances.limit = needed })
        }
        return found
    }

    // MARK: The amount

    /// The nearest amount that ends the other way, below or above.
    private func nearestAmount(_ policy: borrowing Policy) -> Alternative? {
        let asked = event.request.amount
        let candidates = candidates(policy)
        let below = boundary(candidates.filter { $0 < asked }.sorted(by: >), policy)
        let above = boundary(candidates.filter { $0 > asked }.sorted(), policy)
        return [below, above].compactMap(\.self).min { distance($0.amount, asked) < distance($1.amount, asked) }?.end
    }

    private func distance(_ amount: Int64, _ asked: Int64) -> UInt64 {
        UInt64(amount.subtractingReportingOverflow(asked).partialValue.magnitude)
    }

    /// Amounts at which limits and windows end, and ever farther ones for conditions of rules.
    private func candidates(_ policy: borrowing Policy) -> Set<Int64> {
        let (asked, seen) = (event.request.amount, event.observation)
        var amounts: [Int64] = [1, AuthorizationLimits.amountMax, seen.balances.available]
        if let limit = seen.transactionLimit { amounts.append(limit) }
        if let currency = event.request.currency {
            if let threshold = policy.amountThreshold(in: currency) { amounts.append(threshold) }
            for index in 0..<AuthorizationLimits.velocityRuleCount {
                guard let most = policy.velocityRules[index].sumMax(exponent: currency.exponent) else { continue }
                amounts.append(most.subtractingReportingOverflow(seen.velocityTotals(index).sum).partialValue)
            }
        }
        amounts += amounts.map { $0 &+ 1 }
        var step: Int64 = 1
        while step < AuthorizationLimits.amountMax {
            amounts += [asked &- step, asked &+ step]
            step *= 2
        }
        return Set(amounts.filter { (1...AuthorizationLimits.amountMax).contains($0) })
    }

    /// The amount nearest to what was asked that ends the other way, on one side of it: of amounts, the nearest first,
    /// the first that does, and then the last one between it and what was asked.
    private func boundary(_ amounts: [Int64], _ policy: borrowing Policy) -> (amount: Int64, end: Alternative)? {
        // What is no amount at all ends as the nearest that is none does.
        var same = min(max(event.request.amount, 0), AuthorizationLimits.amountMax + 1)
        for amount in amounts {
            guard let end = tried(amount, policy) else {
                same = amount
                continue
            }
            var other = (amount, end)
            while distance(other.0, same) > 1 {
                let middle = same + (other.0 - same) / 2
                if let end = tried(middle, policy) { other = (middle, end) } else { same = middle }
            }
            return other
        }
        return nil
    }

    private func tried(_ amount: Int64, _ policy: borrowing Policy) -> Alternative? {
        tried(.amount, amount, policy) { $0.request.amount = amount }
    }
}
