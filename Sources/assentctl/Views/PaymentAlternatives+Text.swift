import Domain
import Wire

/// What would have ended a decision the other way.
extension PaymentAlternativesReply.AlternativesEntry {
    /// What data formats carry: money as a decimal, codes by name, beside the integer.
    func value(_ payment: PaymentGetReply) -> JSONValue {
        var fields = [
            Field("change", kind.name), Field("value", value), Field("outcome", outcome.name),
            Field("reason", reason.name),
        ]
        if let value, let currency = payment.moneyCurrency, isMoney {
            fields.append(Field("amount", Money(minorUnits: value, currency: currency).decimal))
        }
        if let name { fields.append(Field("name", name)) }
        return .object(fields)
    }

    /// The changes, for people.
    static func text(_ entries: [Self], _ payment: PaymentGetReply, _ output: Output) -> String {
        guard !payment.checks.isEmpty else { return "" }
        let wasGranted = payment.decision.wasGranted
        guard !entries.isEmpty else {
            return wasGranted ? "" : "\nnothing else that was tried would alone have had the whole of it approved\n"
        }
        let heading = wasGranted ? "it would not have been approved whole" : "the whole of it would have been approved"
        let lines = entries.map { "  \($0.changeText(payment))\($0.endText)\n" }
        return "\n\(heading)\n" + lines.joined()
    }

    private var endText: String {
        switch outcome {
        case .flagged: ", flagged"
        case .approved where reason == .approved: ""
        case .approved, .declined: ": \(reason.text)"
        }
    }

    private var isMoney: Bool { [.amount, .transactionLimit, .spendingLimit].contains(kind) }

    /// The name of a code or a time.
    private var name: String? {
        guard let value else { return nil }
        return switch kind {
        case .time: Instant(microseconds: value).description
        case .category: UInt16(exactly: value).flatMap(MerchantCategory.init(code:))?.description
        case .country: UInt16(exactly: value).flatMap(Country.init(packed:))?.description
        case .presence: UInt8(exactly: value).flatMap(Presence.init(rawValue:))?.name
        case .cardStatus: UInt8(exactly: value).flatMap(CardStatus.init(rawValue:))?.name
        case .amount, .merchant, .cardExpiry, .transactionLimit, .spendingLimit: nil
        }
    }

    /// Shown without fractions, a time must not be too early.
    private static func nextSecond(_ microseconds: Int64) -> Instant {
        Instant(microseconds: (microseconds + 999_999) / 1_000_000 * 1_000_000)
    }

    private func changeText(_ payment: PaymentGetReply) -> String {
        let number = value ?? 0
        func money() -> String { payment.moneyCurrency.map { moneyText(number, $0) } ?? "\(number)" }
        return switch kind {
        case .amount: "at \(money())"
        case .time: "from \(Self.nextSecond(number).short) UTC on, if nothing else happened on the card"
        case .merchant: "at another merchant"
        case .category: "in another category, such as \(name ?? "")"
        case .country: "in another country, such as \(name ?? "")"
        case .presence: "with the card \(UInt8(exactly: number).flatMap(Presence.init(rawValue:))?.words ?? "")"
        case .cardStatus: "with the card active"
        case .cardExpiry: "with a card that has not expired"
        case .transactionLimit: "with a limit for one payment of \(money())"
        case .spendingLimit: "with a spending limit of \(money())"
        }
    }
}

extension PaymentGetReply {
    /// The currency of what was asked.
    fileprivate var moneyCurrency: Currency? { currency ?? decision.currency }
}

extension DecisionBlock {
    /// Whether it was approved as it was asked.
    fileprivate var wasGranted: Bool { outcome != .declined && reason != .partiallyApproved }
}
