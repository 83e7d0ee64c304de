import Domain
import Wire

/// What `authorize` shows: the request's identity and the decision.
struct AuthorizationAnswer {
    let id: RequestID
    let token: CardToken
    let kind: RequestKind
    /// What was asked for; `nil` unless an authorization.
    let money: Money?
    let decision: DecisionBlock

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("requestId", id.description), Field("cardToken", token.description), Field("kind", kind.words),
            Field("currency", money?.currency.description),
        ] + moneyFields("amount", money?.minorUnits, money?.currency)
            + decision.fields(requestCurrency: money?.currency) + decision.checkFields
    }

    /// The decision for people.
    func text(_ output: Output) -> String {
        var pairs: [(String, Cell)] = [("payment", Cell(decision.lsn.description))]
        pairs.append(("response code", Cell(decision.responseCode.description)))
        if decision.outcome == .declined {
            pairs.append(("try again", Cell(decision.retryText)))
        } else if decision.approvalCode != Text16() {
            pairs.append(("approval code", Cell(decision.approvalCode.description)))
        }
        pairs.append(("available after", Cell(decision.availableText)))
        pairs.append(("checks", Cell(decision.checksText)))
        pairs.append(("request id", Cell(id.description)))
        var text = decision.headline(output, subject: subject) + output.pairs(pairs)
        if decision.outcome != .approved {
            text += output.styled("Every check: assentctl payment show \(decision.lsn)", .faint) + "\n"
        }
        return text
    }

    private var subject: String {
        guard let money else { return kind.longWords }
        guard decision.outcome != .declined, decision.approvedAmount != money.minorUnits else {
            return money.description
        }
        return "\(moneyText(decision.approvedAmount, money.currency)) of \(money)"
    }
}
