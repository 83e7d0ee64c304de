import ArgumentParser
import Domain
import Platform
import Wire

/// A command that says what happened to a payment, as a network would.
protocol EventCommand: SessionCommand {
    associatedtype Message: WireMessage
    associatedtype Reply: WireMessage

    var event: EventOptions { get }
    var request: RequestOptions { get }
    /// Whether it is the last clearing.
    var isFinal: Bool { get }
    /// Which of several clearings it is.
    var part: PartText? { get }

    /// The message of an event.
    static func message(_ event: EventBlock, _ merchantName: String, _ merchantCity: String) -> Message
    /// What the reply says.
    static func answer(_ reply: Reply) -> (decision: DecisionBlock, payment: PaymentBlock?)
    /// Whether an amount must be given.
    static var needsAmount: Bool { get }
}

extension EventCommand {
    var isFinal: Bool { false }
    var part: PartText? { nil }

    /// The command's name and help.
    static func configured(
        _ name: String,
        _ abstract: String,
        _ discussion: String,
        example: String
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: abstract,
            discussion: HelpText.laidOut(
                """
                \(discussion)

                It is a real request. A payment is named by its number, or as networks do: by the original's request \
                id, the network's lifecycle id, acquirer with trace number, time and terminal, or retrieval reference \
                with approval code. The exit status is 1 when declined.

                EXAMPLES
                  $ assentctl payment \(name) \(example)

                FIELDS (-o json, jsonl, csv)
                  As of authorize, and the payment's: paymentId, status, flags, matchRule, expiresAt, approvedTotal, \
                reversed, expired, cleared, overCleared, refunded, disputed, heldOfPayment, heldChange, postedChange \
                (each amount with …Minor).
                """
            )
        )
    }

    func run(in session: inout Session) throws(CommandFailure) {
        guard event.amount != nil || !Self.needsAmount else {
            throw CommandFailure(.usage, "--amount is missing: how much?")
        }
        let known = try event.known(in: &session)
        let (id, time) = try request.resolved()
        let block = try event.block(known, id: id, time: time, isFinal: isFinal, part: part)
        let message = Self.message(
            block,
            event.merchantName ?? known.payment?.merchantName ?? "",
            known.payment?.merchantCity ?? ""
        )
        let reply = Self.answer(try session.tell(message, Reply.self, id: id))
        let answer = EventAnswer(
            id: id,
            token: block.cardToken,
            name: Self.configuration.commandName ?? "",
            amount: block.amount,
            currency: block.currency ?? reply.decision.currency,
            decision: reply.decision,
            payment: reply.payment
        )
        try session.print { (output) throws(StreamError) in try output.emit(answer.fields, table: answer.text) }
        if reply.decision.outcome == .declined { throw CommandFailure(.declined, "") }
    }
}
