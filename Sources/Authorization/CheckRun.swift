import Domain

/// The checks of one decision under way: which ran, what they found, what the money checks leave over.
struct CheckRun {
    var run: CheckSet = []
    var failed: CheckSet = []
    var flagged: CheckSet = []
    /// The reason of the first check that failed.
    var firstFailure = Reason.approved
    /// The most that every money check which ran would let pass.
    var allowance = Int64.max
    /// When the last of the failed velocity windows is free again; `nil`: none failed, or it is not known.
    var freeAt: Instant?
    private var freeAtIsKnown = true
    /// Whether the request's amount is valid and in the card's currency.
    private var amountIsComparable: Bool

    init(seen: borrowing Observation) { amountIsComparable = seen.found }

    /// The card: known, active, not expired, in this currency.
    @inline(__always)
    mutating func checkCard<Recorder: CheckRecorder>(
        _ request: borrowing AuthorizationRequest,
        at time: Instant,
        seen: borrowing Observation,
        _ recorder: inout Recorder
    ) {
        note(.cardKnown, seen.found ? nil : .cardUnknown, nil, nil, .none, &recorder)
        guard seen.found else { return }
        let status = seen.status
        note(
            .cardState,
            status.declineReason,
            Int64(status.rawValue),
            Int64(CardStatus.active.rawValue),
            .code,
            &recorder
        )
        if let expiry = seen.expiry {
            note(
                .cardExpiry,
                time < expiry.end ? nil : .cardExpired,
                monthNumber(of: time),
                Int64(expiry.monthNumber),
                .code,
                &recorder
            )
        }
        let requested = request.currency
        let kind = request.kind
        guard requested != nil || kind != .balanceInquiry, let currency = seen.currency else { return }
        let amount = request.amount
        let valid = !kind.hasAmount || (amount > 0 && amount <= AuthorizationLimits.amountMax)
        amountIsComparable = requested == currency && valid
        note(
            .currency,
            amountIsComparable ? nil : .invalidAmountOrCurrency,
            requested.map { Int64($0.packed) },
            Int64(currency.packed),
            .code,
            &recorder
        )
    }

    /// The merchant: name, category, country, and whether the card was there.
    @inline(__always)
    mutating func checkMerchant<Recorder: CheckRecorder>(
        _ request: borrowing AuthorizationRequest,
        seen: borrowing Observation,
        policy: borrowing Policy,
        _ recorder: inout Recorder
    ) {
        note(
            .merchantBlockList,
            policy.blocks(merchantName: request.merchantName) ? .merchantBlocked : nil,
            nil,
            nil,
            .none,
            &recorder
        )
        guard seen.found else { return }
        let profile = Int(seen.profileIndex)
        let category = request.merchantCategory
        note(
            .merchantCategory,
            policy.allows(category, profile: profile) ? nil : .merchantCategoryBlocked,
            Int64(category.code),
            nil,
            .code,
            &recorder
        )
        let country = request.merchantCountry
        note(
            .merchantCountry,
            policy.allows(country, profile: profile) ? nil : .countryBlocked,
            Int64(country.packed),
            nil,
            .code,
            &recorder
        )
        let presence = request.presence
        note(
            .presence,
            policy.allows(presence, profile: profile) ? nil : .presenceBlocked,
            Int64(presence.rawValue),
            nil,
            .code,
            &recorder
        )
    }

    /// Active rules that decline or flag. Of a match the rule's number is seen, against its version.
    mutating func checkRules<Recorder: CheckRecorder>(_ rules: borrowing RuleVerdict, _ recorder: inout Recorder) {
        guard rules.flags, rules.declineReason == nil else {
            let declining = rules.declineReason == nil ? nil : rules.fired.reference(0)
            return note(
                .rules,
                rules.declineReason,
                declining.map { Int64($0.number) },
                declining.map { Int64($0.version) },
                declining == nil ? .none : .code,
                &recorder
            )
        }
        run.insert(CheckSet(.rules))
        flagged.insert(CheckSet(.rules))
        recorder.record(.rules, .flagged, nil, nil, .none)
    }

    /// Active rules that want a person's approval.
    mutating func checkApproval<Recorder: CheckRecorder>(_ rules: borrowing RuleVerdict, _ recorder: inout Recorder) {
        note(.approval, rules.requiresApproval ? .needsApproval : nil, nil, nil, .none, &recorder)
    }

    /// Velocity rules 1 to 4.
    @inline(__always)
    mutating func checkVelocity<Recorder: CheckRecorder>(
        _ request: borrowing AuthorizationRequest,
        seen: borrowing Observation,
        policy: borrowing Policy,
        _ recorder: inout Recorder
    ) {
        guard seen.found, policy.hasVelocityRules, let currency = seen.currency else { return }
        var rulesLeft = policy.velocityRulesOn
        while rulesLeft != 0 {
            let index = rulesLeft.trailingZeroBitCount
            rulesLeft &= rulesLeft - 1
            guard let check = Check(rawValue: Check.velocity1.rawValue + UInt8(index)) else { continue }
            let rule = policy.velocityRules[index]
            let totals = seen.velocityTotals(index)
            let sumMax = rule.sumMax(exponent: currency.exponent)
            let asked = request.kind.hasAmount ? request.amount : 0
            let excess = rule.excess(totals, adding: asked, sumMax: sumMax, sumIsComparable: amountIsComparable)
            let showsSum = excess == .sum || (excess == .none && rule.countMax == nil)
            let seenNow =
                showsSum
                ? (amountIsComparable ? totals.sum &+ asked : totals.sum) : Int64(clamping: totals.count + 1)
            let limit = showsSum ? sumMax : rule.countMax.map { Int64($0) }
            run.insert(CheckSet(check))
            if excess == .none {
                recorder.record(check, .passed, seenNow, limit, showsSum ? .money : .count)
            } else if rule.action == .flag {
                flagged.insert(CheckSet(check))
                recorder.record(check, .flagged, seenNow, limit, showsSum ? .money : .count)
            } else {
                failVelocity(check, freeAt: totals.freeAt)
                recorder.record(check, .failed, seenNow, limit, showsSum ? .money : .count)
            }
        }
    }

    /// One payment's limit, the threshold for any payment, what the card may still spend.
    ///
    /// `more` is what the account would owe more, where that is not the amount because something came before the
    /// request. If that is nothing, the money is there and nothing is left to check.
    @inline(__always)
    mutating func checkMoney<Recorder: CheckRecorder>(
        _ request: borrowing AuthorizationRequest,
        seen: borrowing Observation,
        policy: borrowing Policy,
        more: Int64?,
        _ recorder: inout Recorder
    ) {
        let amount = request.amount
        guard request.kind.hasAmount, amount > 0, amount <= AuthorizationLimits.amountMax, more.map({ $0 > 0 }) ?? true
        else { return }
        if amountIsComparable, let limit = seen.transactionLimit {
            noteMoney(.transactionLimit, .exceedsTransactionLimit, amount, limit, &recorder)
        }
        if let currency = request.currency, let threshold = policy.amountThreshold(in: currency) {
            noteMoney(.amountThreshold, .exceedsAmountThreshold, amount, threshold, &recorder)
        }
        if amountIsComparable {
            noteMoney(.spendingLimit, .insufficientFunds, more ?? amount, seen.balances.available, &recorder)
        }
    }

    @inline(__always)
    private mutating func noteMoney<Recorder: CheckRecorder>(
        _ check: Check,
        _ reason: Reason,
        _ amount: Int64,
        _ limit: Int64,
        _ recorder: inout Recorder
    ) {
        allowance = min(allowance, limit)
        note(check, amount <= limit ? nil : reason, amount, limit, .money, &recorder)
    }

    @inline(__always)
    private mutating func failVelocity(_ check: Check, freeAt free: Instant?) {
        if failed.isEmpty { firstFailure = .velocityExceeded }
        failed.insert(CheckSet(check))
        guard freeAtIsKnown, let free else {
            freeAtIsKnown = false
            freeAt = nil
            return
        }
        freeAt = max(freeAt ?? free, free)
    }

    @inline(__always)
    private mutating func note<Recorder: CheckRecorder>(
        _ check: Check,
        _ failure: Reason?,
        _ seen: @autoclosure () -> Int64?,
        _ limit: @autoclosure () -> Int64?,
        _ unit: CheckResult.Unit,
        _ recorder: inout Recorder
    ) {
        run.insert(CheckSet(check))
        if let failure {
            if failed.isEmpty { firstFailure = failure }
            failed.insert(CheckSet(check))
        }
        recorder.record(check, failure == nil ? .passed : .failed, seen(), limit(), unit)
    }
}

extension CardStatus {
    /// Why a card in this status declines; `nil` for the one that does not.
    fileprivate var declineReason: Reason? {
        switch self {
        case .notActivated: .cardNotActivated
        case .active: nil
        case .frozen: .cardFrozen
        case .cancelled: .cardCancelled
        case .lost: .cardLost
        case .stolen: .cardStolen
        }
    }
}

/// Year times 12 plus month less 1, as in `ExpiryMonth`.
private func monthNumber(of time: Instant) -> Int64 {
    let microsecondsPerDay: Int64 = 86_400_000_000
    let date = CivilDate(daysSinceEpoch: time.microseconds / microsecondsPerDay)
    return date.year * 12 + date.month - 1
}
