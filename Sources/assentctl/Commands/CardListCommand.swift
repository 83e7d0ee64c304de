import ArgumentParser
import Domain
import Wire

/// `assentctl card list`.
struct CardListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List cards in the order in which they were made.",
        discussion: HelpText.laidOut(
            """
            Long lists come page by page: a page that is not the last says how to get the next one.

            EXAMPLES
              $ assentctl card list --status frozen --currency EUR
              $ assentctl card list --all -o csv > cards.csv
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: "Only cards with this status.") var status: Choice<CardStatus>?
    @Option(help: ArgumentHelp("Only cards in this currency.", valueName: "code")) var currency: Currency?
    @Option(help: ArgumentHelp("Only cards that end in these digits.", valueName: "digits")) var lastFour: LastFour?
    @Option(help: ArgumentHelp("Only cards with this profile.", valueName: "name")) var profile: ProfileName?
    @Option(help: ArgumentHelp("At most so many cards.", valueName: "count")) var limit = 50
    @Option(help: ArgumentHelp("Go on after this place, which the page before named.", valueName: "place"))
    var after: UInt64 = 0
    @Flag(help: "All cards, however many.") var all = false
    @Flag(name: .shortAndLong, help: "Print the tokens alone, one a line.") var quiet = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        var printer = try session.listPrinter(CardBlock.shape, quiet: quiet)
        var place = after
        var remaining = all ? Int.max : limit
        repeat {
            let request = CardList(
                afterOrdinal: place,
                count: UInt32(min(remaining, WireLimits.cardsPerPageMax)),
                status: status?.value,
                currency: currency,
                lastFour: lastFour.flatMap { Text16($0.digits) } ?? Text16(),
                profile: profile.flatMap { Text16($0.name) } ?? Text16()
            )
            let page = try session.ask(request, CardListReply.self)
            for entry in page.cards { try printer.add(entry.card, output: session.output) }
            remaining -= page.cards.count
            place = page.nextOrdinal
        } while place != 0 && remaining > 0
        try printer.end(next: place == 0 ? nil : place, option: "--after", output: session.output)
    }
}
