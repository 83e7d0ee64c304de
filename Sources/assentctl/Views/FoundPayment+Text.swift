import Domain
import Wire

/// A payment that a search found, as one line.
extension PaymentSearchReply.PaymentsEntry: ListedRecord {
    var key: String { paymentID.description }

    /// H: what it holds.
    var held: Int64 { approved - reversed - expired - cleared }

    /// What it comes to for the cardholder: cleared less refunded and disputed.
    var posted: Int64 { cleared + overCleared - refunded - disputed }

    /// What data formats carry.
    var fields: [Field] {
        var fields = [
            Field("payment", paymentID.rawValue), Field("lastRecord", lastLSN.rawValue),
            Field("decidedAt", decidedAt.description), Field("lastAt", lastAt.description), Field("kind", kind.name),
            Field("outcome", outcome.name), Field("reason", reason.name), Field("status", status.name),
            Field("flags", .array(flags.names.map { .string($0) })), Field("currency", currency?.description),
        ]
        fields += moneyFields("amount", amount, currency)
        fields.append(Field("merchantCurrency", merchantCurrency?.description))
        fields += moneyFields("merchantAmount", merchantAmount, merchantCurrency)
        for (name, amount) in amounts { fields += moneyFields(name, amount, currency) }
        return fields + [
            Field("merchantName", merchantName.string), Field("merchantCity", merchantCity),
            Field("merchantCategory", merchantCategory.description),
            Field("merchantCountry", merchantCountry.description), Field("merchantId", merchantID.description),
            Field("terminalId", terminalID.description), Field("cardToken", cardToken.description),
            Field("requestId", requestID?.description),
        ]
    }

    private var amounts: [(String, Int64)] {
        [
            ("approved", approved), ("reversed", reversed), ("expired", expired), ("cleared", cleared),
            ("overCleared", overCleared), ("refunded", refunded), ("disputed", disputed), ("held", held),
        ]
    }

    /// One line of `payment search`.
    var cells: [Cell] {
        [
            Cell(paymentID.description), Cell(decidedAt.short), Cell(status.words, status.style), Cell(kind.words),
            Cell(amount.map { moneyText($0, currency) } ?? ""), Cell(held == 0 ? "" : moneyText(held, currency)),
            Cell(posted == 0 ? "" : moneyText(posted, currency)), Cell(merchantName.string), Cell(merchantCity),
            Cell(cardToken.description),
        ]
    }

    /// The list of `payment search`.
    static let shape = ListPrinter.Shape(
        name: "payments",
        columns: [
            Column("PAYMENT", .right), Column("TIME (UTC)", importance: 4), Column("STATUS"),
            Column("KIND", importance: 2), Column("AMOUNT", .right), Column("HELD", .right, importance: 3),
            Column("POSTED", .right), Column("MERCHANT", minimumWidth: 12),
            Column("CITY", minimumWidth: 8, importance: 1), Column("CARD", importance: 0),
        ],
        fieldNames: [
            "payment", "lastRecord", "decidedAt", "lastAt", "kind", "outcome", "reason", "status", "flags", "currency",
            "amount", "amountMinor", "merchantCurrency", "merchantAmount", "merchantAmountMinor",
        ]
            + [
                "approved", "reversed", "expired", "cleared", "overCleared", "refunded", "disputed", "held",
            ].flatMap { [$0, $0 + "Minor"] } + [
                "merchantName", "merchantCity", "merchantCategory", "merchantCountry", "merchantId", "terminalId",
                "cardToken", "requestId",
            ],
        emptyText: "no payments match"
    )
}
