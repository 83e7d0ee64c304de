import Domain
import Wire

/// A payment as one line of a list.
extension PaymentListReply.PaymentsEntry: ListedRecord {
    var key: String { lsn.description }

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("payment", lsn.rawValue), Field("decidedAt", decidedAt.description), Field("kind", kind.words),
            Field("outcome", outcome.name), Field("reason", reason.name),
            Field("responseCode", responseCode.description), Field("currency", currency?.description),
        ] + moneyFields("amount", amount, currency) + moneyFields("approvedAmount", approvedAmount, currency) + [
            Field("merchantName", merchantName.string), Field("merchantCategory", merchantCategory.description),
            Field("merchantCountry", merchantCountry.description), Field("cardToken", cardToken.description),
            Field("requestId", requestID.description),
        ]
    }

    /// One line of `payment list`.
    var cells: [Cell] {
        [
            Cell(lsn.description), Cell(decidedAt.short), Cell("\(outcome.mark) \(outcome.words)", outcome.style),
            Cell(kind.hasAmount ? moneyText(amount, currency) : kind.words),
            Cell(reason == .approved ? "" : reason == .partiallyApproved ? partialText : reason.text),
            Cell(merchantName.string), Cell(merchantCategory.description), Cell(merchantCountry.description),
            Cell(cardToken.description),
        ]
    }

    private var partialText: String { "partial: \(moneyText(approvedAmount, currency))" }

    /// The list of `payment list`.
    static let shape = ListPrinter.Shape(
        name: "payments",
        columns: [
            Column("PAYMENT", .right), Column("TIME (UTC)", importance: 4), Column("OUTCOME"), Column("AMOUNT", .right),
            Column("REASON", minimumWidth: 12), Column("MERCHANT", minimumWidth: 12), Column("MCC", importance: 2),
            Column("IN", importance: 1), Column("CARD", importance: 0),
        ],
        fieldNames: [
            "payment", "decidedAt", "kind", "outcome", "reason", "responseCode", "currency", "amount", "amountMinor",
            "approvedAmount", "approvedAmountMinor", "merchantName", "merchantCategory", "merchantCountry", "cardToken",
            "requestId",
        ],
        emptyText: "no payments match"
    )
}
