import Domain
import Wire

/// What the commands of a payment's life show: the request's identity, the decision and the payment after it.
struct EventAnswer {
    let id: RequestID
    let token: CardToken
    /// What was said: `clear`.
    let name: String
    /// `nil` for all of it.
    let amount: Int64?
    let currency: Currency?
    let decision: DecisionBlock
    let payment: PaymentBlock?

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("requestId", id.description), Field("cardToken", token.description), Field("kind", name),
            Field("currency", currency?.description),
        ] + moneyFields("amount", amount, currency) + decision.fields(requestCurrency: currency)
            + decision.checkFields + (payment?.fields(decision.currency) ?? PaymentBlock.absentFields)
    }

    /// The answer for people.
    func text(_ output: Output) -> String {
        var pairs: [(String, Cell)] = [
            ("record", Cell(decision.lsn.description)), ("response code", Cell(decision.responseCode.description)),
        ]
        if let payment {
            pairs.append(("payment", Cell("\(payment.paymentID), found by \(payment.matchRule.longWords)")))
            pairs += payment.pairs(decision.currency)
            pairs.append(("changed", Cell(payment.changeText(decision.currency))))
        } else {
            pairs.append(("payment", Cell("none", .warning)))
        }
        if decision.outcome == .declined { pairs.append(("try again", Cell(decision.retryText))) }
        pairs.append(("available after", Cell(decision.availableText)))
        pairs.append(("request id", Cell(id.description)))
        let subject = name + (amount == nil ? "" : " " + moneyText(amount, currency))
        return decision.headline(output, subject: subject) + output.pairs(pairs)
    }
}

extension MatchRule {
    /// By what the payment was found, for people.
    var longWords: String {
        switch self {
        case .none: "nothing: it is new"
        case .identifier: "its number or request id"
        case .lifecycle: "its lifecycle id"
        case .trace: "acquirer and trace number"
        case .retrieval: "retrieval reference and approval code"
        case .awaiting: "a key that waited for it"
        }
    }
}
