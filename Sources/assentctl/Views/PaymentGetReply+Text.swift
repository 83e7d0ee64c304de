import Domain
import Wire

/// A payment as it is explained.
extension PaymentGetReply {
    /// What data formats carry.
    var fields: [Field] {
        [
            Field("requestId", requestID.description), Field("cardToken", cardToken.description),
            Field("kind", kind.words),
            Field("currency", currency?.description),
        ] + moneyFields("amount", amount, currency) + decision.fields(requestCurrency: currency) + [
            Field("merchantName", merchantName), Field("merchantCity", merchantCity),
            Field("merchantCountry", merchantCountry.description),
            Field("merchantCategory", merchantCategory.description), Field("merchantId", merchantID.description),
            Field("terminalId", terminalID.description), Field("merchantCurrency", merchantCurrency?.description),
        ] + moneyFields("merchantAmount", merchantAmount, merchantCurrency ?? currency) + [
            Field("presence", presence.name), Field("entryMode", entryMode.name), Field("initiator", initiator.name),
            Field("partialApprovalAllowed", flags.contains(.partialApprovalAllowed)),
            Field("recurring", flags.contains(.recurring)), Field("estimated", flags.contains(.estimated)),
            Field("transmissionTime", transmissionTime.description), Field("detail", detail),
            Field("checks", .array(checks.map { $0.value(currency: currency ?? decision.currency) })),
            Field("event", eventKind.name), Field("lifecycleId", lifecycleID.description),
            Field("acquirerId", acquirerID.description), Field("retrievalReference", retrievalReference.description),
            Field("stan", stan == 0 ? nil : Int64(stan)), Field("network", network.name),
            Field("authorizationKind", authorizationKind.name),
        ] + (payment?.fields(decision.currency) ?? PaymentBlock.absentFields)
    }

    /// The whole payment for people: the answer, the request, the card's figures, every check.
    func text(_ output: Output) -> String {
        let subject = kind.hasAmount ? moneyText(amount, currency) : kind.longWords
        var pairs: [(String, Cell)] = [
            ("payment", Cell(decision.lsn.description)), ("decided", Cell("\(decision.decidedAt.short) UTC")),
            ("merchant", Cell(merchantText)), ("card", Cell(cardToken.description)),
            ("how", Cell(mannerText)), ("request id", Cell(requestID.description)),
            ("response code", Cell(decision.responseCode.description)),
        ]
        if decision.outcome == .declined {
            pairs.append(("try again", Cell(decision.retryText)))
        } else if kind.hasAmount {
            pairs.append(("approved", Cell(moneyText(decision.approvedAmount, currency))))
            pairs.append(("approval code", Cell(decision.approvalCode.description)))
        }
        if let merchantAmount {
            pairs.append(("merchant's amount", Cell(moneyText(merchantAmount, merchantCurrency ?? currency))))
        }
        if let payment { pairs += payment.pairs(decision.currency) }
        pairs.append(("available after", Cell(decision.availableText)))
        pairs.append(("configuration", Cell("version \(decision.policyVersion)")))
        var table = Table(columns: [Column(""), Column("CHECK"), Column("SEEN", .right), Column("LIMIT", .right)])
        for check in checks { table.add(check.cells(currency: currency ?? decision.currency)) }
        return decision.headline(output, subject: subject) + output.pairs(pairs) + "\n"
            + table.rendered(width: output.width, colors: output.colors)
            + (detail.isEmpty || detail == decision.reason.text ? "" : "\n" + detail.printable + "\n")
    }

    /// `Café Müller, Berlin DE (5812), id 123456, terminal T1`.
    private var merchantText: String {
        var text = merchantName.isEmpty ? "(no name)" : merchantName
        text += merchantCity.isEmpty ? ", \(merchantCountry)" : ", \(merchantCity) \(merchantCountry)"
        text += " (category \(merchantCategory))"
        if merchantID != Text16() { text += ", id \(merchantID)" }
        if terminalID != Text16() { text += ", terminal \(terminalID)" }
        return text
    }

    /// `card not present, electronic commerce, by the cardholder; partial approval allowed`.
    private var mannerText: String {
        var parts = [presence == .unknown ? "presence unknown" : "card \(presence.words)"]
        if entryMode != .unknown { parts.append(entryMode.words) }
        parts.append("by the \(initiator.words)")
        if flags.contains(.partialApprovalAllowed) { parts.append("partial approval allowed") }
        if flags.contains(.recurring) { parts.append("recurring") }
        if flags.contains(.estimated) { parts.append("estimated") }
        return parts.joined(separator: ", ")
    }
}
