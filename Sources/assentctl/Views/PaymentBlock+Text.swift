import Domain
import Wire

/// A payment's amounts as they are shown.
extension PaymentBlock {
    /// What data formats carry.
    func fields(_ currency: Currency?) -> [Field] {
        var fields = [
            Field("paymentId", paymentID.rawValue), Field("status", status.name),
            Field("flags", .array(flags.names.map { .string($0) })), Field("matchRule", matchRule.name),
            Field("expiresAt", expiresAt == .epoch ? nil : expiresAt.description),
        ]
        for (name, amount) in amounts { fields += moneyFields(name, amount, currency) }
        return fields
    }

    private var amounts: [(name: String, amount: Int64)] {
        [
            ("approvedTotal", approved), ("reversed", reversed), ("expired", expired), ("cleared", cleared),
            ("overCleared", overCleared), ("refunded", refunded), ("disputed", disputed), ("heldOfPayment", held),
            ("heldChange", heldChange), ("postedChange", postedChange),
        ]
    }

    /// The same where there is no payment: the names without values.
    static var absentFields: [Field] {
        ["paymentId", "status", "flags", "matchRule", "expiresAt"].map { Field($0, JSONValue.null) }
            + [
                "approvedTotal", "reversed", "expired", "cleared", "overCleared", "refunded", "disputed",
                "heldOfPayment", "heldChange", "postedChange",
            ].flatMap { moneyFields($0, nil, nil) }
    }

    /// Labels and values for people; amounts of nothing are left out.
    func pairs(_ currency: Currency?) -> [(String, Cell)] {
        var pairs: [(String, Cell)] = [("status", Cell(status.words, status.style))]
        if !flags.names.isEmpty { pairs.append(("flags", Cell(flags.words))) }
        pairs.append(("amounts", Cell(vectorText(currency))))
        if held > 0, expiresAt != .epoch { pairs.append(("hold expires", Cell("\(expiresAt.short) UTC"))) }
        return pairs
    }

    /// `12.50 EUR approved, 12.50 EUR cleared; nothing held`.
    private func vectorText(_ currency: Currency?) -> String {
        let parts = [
            ("approved", approved), ("reversed", reversed), ("expired", expired), ("cleared", cleared),
            ("cleared without a hold", overCleared), ("refunded", refunded), ("disputed", disputed),
        ].filter { $0.1 != 0 }.map { "\(moneyText($0.1, currency)) \($0.0)" }
        let rest = held == 0 ? "nothing held" : "\(moneyText(held, currency)) held"
        return parts.isEmpty ? rest : parts.joined(separator: ", ") + "; " + rest
    }

    /// What an event changed: `held +12.50 EUR, posted -`.
    func changeText(_ currency: Currency?) -> String {
        let parts = [("held", heldChange), ("posted", postedChange)].filter { $0.1 != 0 }.map { name, change in
            "\(name) \(change > 0 ? "+" : "")\(moneyText(change, currency))"
        }
        return parts.isEmpty ? "no amount" : parts.joined(separator: ", ")
    }
}

extension PaymentStatus {
    /// How the status stands out.
    var style: Style {
        switch self {
        case .cleared, .verified, .refunded: .good
        case .pending, .partiallyCleared, .partiallyRefunded, .refundPending, .awaitingAuthorization, .forcePosted:
            .warning
        case .declined, .reversed, .expired, .disputed: .bad
        }
    }
}

extension PaymentFlags {
    /// The names of the flags that are set, as in the schema.
    var names: [String] {
        let all: [(PaymentFlags, String)] = [
            (.fullyReversed, "fullyReversed"), (.finalCleared, "finalCleared"), (.expired, "expired"),
            (.awaitingAuthorization, "awaitingAuthorization"),
            (.reversedBeforeAuthorization, "reversedBeforeAuthorization"), (.lateCleared, "lateCleared"),
            (.overCleared, "overCleared"), (.standIn, "standIn"), (.overLimit, "overLimit"), (.flagged, "flagged"),
            (.receiptVerified, "receiptVerified"), (.fraudReported, "fraudReported"),
            (.refundPending, "refundPending"), (.overRefunded, "overRefunded"), (.counted, "counted"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }

    /// The same in plain words.
    var words: String {
        names.map { name in
            name.reduce(into: "") { text, character in
                text += character.isUppercase ? " " + character.lowercased() : String(character)
            }
        }.joined(separator: ", ")
    }
}
