import ArgumentParser
import Client
import Domain
import Platform
import Wire

/// `assentctl card replace`.
struct CardReplaceCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Put a new card in a card's place.",
        discussion: HelpText.laidOut(
            """
            Limits, balances, history and payments stay with the account; the new card is usable at once. The old one \
            becomes lost or stolen when that is the reason, else it is cancelled. This cannot be undone, so it takes \
            the whole token.

            EXAMPLES
              $ assentctl card replace 0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b --reason stolen --last-four 1881
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The old card's token (a UUID).") var card: CardReference
    @Option(help: "Why.") var reason: Choice<ReplacementReason>
    @Option(help: ArgumentHelp("The new card's token; by default a random one.", valueName: "uuid")) var token:
        CardToken?
    @Option(
        help: ArgumentHelp(
            "The new card number's last four digits; by default some made from the token.",
            valueName: "digits"
        )
    )
    var lastFour: LastFour?
    @Option(help: ArgumentHelp("The last month in which the new card is good.", valueName: "YYYY-MM")) var expiry:
        ExpiryMonth?

    func validate() throws {
        guard request.requestID == nil || token != nil else {
            throw ValidationError("to repeat a request, give its --token beside its --request-id")
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let old = try card.exactToken(for: "replace", in: &session)
        let (id, time) = try request.resolved()
        let new = token ?? CardToken.make()
        let change = CardReplace(
            requestID: id,
            cardToken: old,
            transmissionTime: time,
            newCardToken: new,
            expiry: expiry,
            lastFour: Text16(lastFour?.digits ?? CardCreateCommand.digits(of: new)) ?? Text16(),
            reason: reason.value
        )
        let card = try session.tell(change, CardReplaceReply.self, id: id, token: new).card
        try session.print { (output) throws(StreamError) in try output.emit(card.fields, table: card.text) }
    }
}
