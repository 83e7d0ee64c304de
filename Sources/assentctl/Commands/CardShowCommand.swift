import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl card show`.
struct CardShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a card: status, limits, what is held and available.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl card show 0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b
              $ assentctl card show 4242 -o json
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: CardReference.help) var card: CardReference

    func run(in session: inout Session) throws(CommandFailure) {
        let card = try card.card(in: &session)
        try session.print { (output) throws(StreamError) in try output.emit(card.fields, table: card.text) }
    }
}
