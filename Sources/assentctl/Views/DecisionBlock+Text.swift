import Domain
import Wire

/// A decision as it is shown, with the card's figures after it.
extension DecisionBlock {
    /// What data formats carry.
    func fields(requestCurrency: Currency?) -> [Field] {
        [
            Field("payment", lsn.rawValue), Field("decidedAt", decidedAt.description), Field("outcome", outcome.name),
            Field("reason", reason.name), Field("responseCode", responseCode.description),
            Field("approvalCode", approvalCode == Text16() ? nil : approvalCode.description),
            Field("retry", retryClass.name),
            Field("retryAt", knownRetryAt?.description),
        ] + moneyFields("approvedAmount", approvedAmount, requestCurrency ?? currency) + [
            Field("cardCurrency", currency?.description)
        ] + moneyFields("limit", spendingLimit, currency)
            + moneyFields("posted", posted, currency)
            + moneyFields("held", held, currency)
            + moneyFields("available", available, currency) + [Field("policyVersion", policyVersion.rawValue)]
    }

    /// Which checks found what, by name.
    var checkFields: [Field] {
        [
            Field("checksRun", .array(checksRun.checks.map { .string("\($0)") })),
            Field("checksFailed", .array(checksFailed.checks.map { .string("\($0)") })),
            Field("checksFlagged", .array(checksFlagged.checks.map { .string("\($0)") })),
        ]
    }

    /// The answer in one line: `✗ declined: insufficient funds (51)`.
    func headline(_ output: Output, subject: String) -> String {
        var text = output.styled("\(outcome.mark) \(outcome.words)", outcome.style)
        if !subject.isEmpty { text += " " + subject.printable }
        if reason != .approved { text += ": \(reason.text)" }
        return text + "\n"
    }

    /// The earliest useful time for a new try, where it is known.
    var knownRetryAt: Instant? { retryAt == .epoch ? nil : retryAt }

    /// Whether and when a new request can help.
    var retryText: String {
        switch retryClass {
        case .notNeeded: "not needed"
        case .never: "never: the answer will not change"
        case .later: knownRetryAt.map { "from \($0.short) UTC" } ?? "later: time or an operator can change the answer"
        case .afterFix: "after the request is put right"
        }
    }

    /// `987.50 EUR = 1,000.00 limit - 12.50 held - 0.00 posted`.
    var availableText: String {
        guard let currency, let spendingLimit, let held, let posted, let available else { return "-" }
        let decimal = { (minorUnits: Int64) in
            Money(minorUnits: minorUnits, currency: currency).description.dropLast(4)
        }
        return "\(moneyText(available, currency)) = \(decimal(spendingLimit)) limit - \(decimal(held)) held"
            + " - \(decimal(posted)) posted"
    }

    /// `15 run; failed: amount threshold, available funds`.
    var checksText: String {
        var text = "\(checksRun.checks.count) run"
        for (word, set) in [("failed", checksFailed), ("flagged", checksFlagged)] where !set.checks.isEmpty {
            text += "; \(word): " + set.checks.map(\.words).joined(separator: ", ")
        }
        return checksFailed.checks.isEmpty && checksFlagged.checks.isEmpty ? text + ", all passed" : text
    }
}
