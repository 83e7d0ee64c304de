import Domain
import Wire

extension CheckResult {
    /// The mark before a check: `✓`, `✗` or `⚑`.
    var mark: String {
        switch self {
        case .passed: "✓"
        case .failed: "✗"
        case .flagged: "⚑"
        }
    }

    /// How it stands out.
    var style: Style {
        switch self {
        case .passed: .good
        case .failed: .bad
        case .flagged: .warning
        }
    }
}

/// What one check of a decision saw, against what limit.
extension PaymentGetReply.ChecksEntry {
    /// What data formats carry: money as a decimal, codes by name, beside the integer.
    func value(currency: Currency?) -> JSONValue {
        var fields = [
            Field("check", "\(check)"), Field("result", "\(result)"), Field("unit", "\(unit)"), Field("seen", seen),
            Field("allowed", allowed),
        ]
        if unit == .money, let currency {
            fields.append(Field("seenAmount", seen.map { Money(minorUnits: $0, currency: currency).decimal }))
            fields.append(Field("allowedAmount", allowed.map { Money(minorUnits: $0, currency: currency).decimal }))
        }
        if unit == .code {
            fields.append(Field("seenName", seen.map(code)))
            fields.append(Field("allowedName", allowed.map(code)))
        }
        return .object(fields)
    }

    /// One line of the table of checks.
    func cells(currency: Currency?) -> [Cell] {
        let isRule = check == .rules && unit == .code
        return [
            Cell(result.mark, result.style), Cell(check.words, result == .passed ? .plain : result.style),
            Cell((isRule ? "rule " : "") + text(seen, currency)),
            Cell((isRule ? "version " : "") + text(allowed, currency)),
        ]
    }

    private func text(_ number: Int64?, _ currency: Currency?) -> String {
        guard let number else { return "" }
        switch unit {
        case .none: return ""
        case .money: return currency.map { moneyText(number, $0) } ?? "\(number)"
        case .count: return Figures.grouped(number)
        case .code: return code(number)
        }
    }

    /// Codes by their names, where they have one.
    private func code(_ number: Int64) -> String {
        switch check {
        case .cardState: UInt8(exactly: number).flatMap(CardStatus.init(rawValue:))?.words ?? "\(number)"
        case .presence: UInt8(exactly: number).flatMap(Presence.init(rawValue:))?.words ?? "\(number)"
        case .cardExpiry: UInt16(exactly: number).flatMap(ExpiryMonth.init(monthNumber:))?.description ?? "\(number)"
        case .merchantCategory:
            UInt16(exactly: number).flatMap(MerchantCategory.init(code:))?.description ?? "\(number)"
        case .merchantCountry: UInt16(exactly: number).flatMap(Country.init(packed:))?.description ?? "\(number)"
        case .currency: UInt32(exactly: number).flatMap(Currency.init(packed:))?.description ?? "\(number)"
        case .cardKnown, .merchantBlockList, .rules, .approval, .velocity1, .velocity2, .velocity3, .velocity4,
            .transactionLimit,
            .amountThreshold, .spendingLimit:
            "\(number)"
        }
    }
}
