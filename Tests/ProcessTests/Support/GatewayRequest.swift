import Client
import Domain
import Wire

/// A request of a gateway's: an authorization, or something that happens to a payment.
struct GatewayRequest: Sendable {
    enum Kind: CaseIterable, Sendable {
        case authorize
        case increment
        case reverse
        case advice
        case clearing
        case refund
    }

    let id: RequestID
    let card: CardToken
    let transmissionTime: Instant
    let kind: Kind
    /// The request that made the payment, where the message names it so.
    let original: RequestID?
    let message: any WireMessage

    init(_ message: Authorize) {
        id = message.requestID
        card = message.cardToken
        transmissionTime = message.transmissionTime
        kind = .authorize
        original = nil
        self.message = message
    }

    /// - Parameter message: One of a payment's life, with this event.
    private init(_ message: any WireMessage, _ kind: Kind, _ event: EventBlock) {
        id = event.requestID
        card = event.cardToken
        transmissionTime = event.transmissionTime
        self.kind = kind
        original = event.originalRequestID
        self.message = message
    }

    /// Something that happens to a payment which is named by its number or by the request that made it; an
    /// authorization of nothing is no such thing.
    init(_ kind: Kind, _ event: EventBlock) {
        let message: any WireMessage =
            switch kind {
            case .authorize: preconditionFailure("an authorization is no event of a payment")
            case .increment: Increment(event: event, merchantName: "Markt", merchantCity: "Bonn")
            case .reverse: Reverse(event: event, merchantName: "Markt", merchantCity: "Bonn")
            case .advice: Advice(event: event, merchantName: "Markt", merchantCity: "Bonn")
            case .clearing: Clearing(event: event, merchantName: "Markt", merchantCity: "Bonn")
            case .refund: RefundClearing(event: event, merchantName: "Markt", merchantCity: "Bonn")
            }
        self.init(message, kind, event)
    }

    /// Whether a frame is the answer to such a request.
    func isAnswered(by frame: Frame) -> Bool { frame.header.templateID == type(of: message).templateID + 0x10 }

    /// What the answer says.
    func answer(_ frame: Frame) throws(WireError) -> (decision: DecisionBlock, payment: PaymentBlock?) {
        switch kind {
        case .authorize: return (try frame.decode(AuthorizeReply.self).decision, nil)
        case .increment:
            let reply = try frame.decode(IncrementReply.self)
            return (reply.decision, reply.payment)
        case .reverse:
            let reply = try frame.decode(ReverseReply.self)
            return (reply.decision, reply.payment)
        case .advice:
            let reply = try frame.decode(AdviceReply.self)
            return (reply.decision, reply.payment)
        case .clearing:
            let reply = try frame.decode(ClearingReply.self)
            return (reply.decision, reply.payment)
        case .refund:
            let reply = try frame.decode(RefundClearingReply.self)
            return (reply.decision, reply.payment)
        }
    }

    /// What the daemon calls it when it is asked for the request.
    var eventKind: PaymentEventKind {
        switch kind {
        case .authorize: .authorization
        case .increment: .increment
        case .reverse: .reversal
        case .advice: .advice
        case .clearing: .clearing
        case .refund: .refundClearing
        }
    }
}
