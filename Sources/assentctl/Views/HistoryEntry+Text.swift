import Domain
import Wire

/// One event of a payment's history.
extension PaymentHistoryReply.EventsEntry {
    /// What data formats carry.
    func value(_ currency: Currency?) -> JSONValue {
        .object(
            [
                Field("record", lsn.rawValue), Field("at", decidedAt.description), Field("kind", kind.name),
                Field("requestId", requestID?.description), Field("outcome", outcome.name),
                Field("reason", reason.name), Field("responseCode", responseCode.description),
            ] + moneyFields("amount", amount, currency)
                + moneyFields("merchantAmount", merchantAmount, merchantCurrency ?? currency) + [
                    Field("merchantCurrency", merchantCurrency?.description),
                    Field("rate", rate == 0 ? nil : rateText), Field("rounding", rounding.name),
                    Field("final", isFinal), Field("part", sequenceNumber == 0 ? nil : partText),
                ] + (payment?.fields(currency) ?? PaymentBlock.absentFields)
        )
    }

    /// One line of the table.
    func cells(_ currency: Currency?) -> [Cell] {
        [
            Cell(lsn.description), Cell(decidedAt.short), Cell(whatText),
            Cell("\(outcome.mark) \(reason == .approved ? outcome.words : reason.text)", outcome.style),
            Cell(amount.map { moneyText($0, currency) } ?? ""), Cell(payment?.changeText(currency) ?? "no amount"),
            Cell(payment?.status.words ?? ""),
        ]
    }

    /// The rate's digits with their decimal point.
    private var rateText: String {
        let digits = String(rate)
        let scale = Int(rateScale)
        guard scale > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    private var partText: String { sequenceCount == 0 ? "\(sequenceNumber)" : "\(sequenceNumber)/\(sequenceCount)" }

    private var whatText: String {
        var text = kind.words
        if sequenceNumber > 0 { text += " \(partText)" }
        if isFinal { text += ", final" }
        if merchantAmount != nil, let merchantCurrency {
            text += " (\(moneyText(merchantAmount, merchantCurrency))\(rate == 0 ? "" : " at \(rateText)"))"
        }
        return text
    }
}

/// A payment's whole history, oldest first.
struct PaymentHistoryText {
    let currency: Currency?
    let events: [PaymentHistoryReply.EventsEntry]
    /// Up to this record events that changed nothing are there too; zero for none.
    let wholeThrough: LogSequenceNumber

    /// What data formats carry.
    var field: Field { Field("history", .array(events.map { $0.value(currency) })) }

    /// The history for people; empty when there is none.
    func text(_ output: Output) -> String {
        guard !events.isEmpty else { return "" }
        var table = Table(columns: [
            Column("RECORD"), Column("AT"), Column("EVENT", minimumWidth: 10), Column("ANSWER", minimumWidth: 10),
            Column("AMOUNT", .right, importance: 1), Column("CHANGED", importance: 2), Column("STATUS", importance: 0),
        ])
        for event in events { table.add(event.cells(currency)) }
        return "\n" + table.rendered(width: output.width, colors: output.colors)
    }
}
