import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl card`: everything about cards.
struct CardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Make, show and change cards.",
        discussion: HelpText.laidOut(
            """
            A card is named by its token, a UUID that assent makes or you choose. Card numbers are never taken; the last \
            four digits are kept for showing (•••• 4242) and name a card too, where no other card has them.

            EXAMPLES
              $ assentctl card create --currency EUR --limit 1,000.00 --last-four 4242 --activate
              $ assentctl card show 4242

            FIELDS (-o json, jsonl, csv)
              token, lastFour, status, currency, limit, limitMinor, transactionLimit, transactionLimitMinor, posted, \
            postedMinor, held, heldMinor, available, availableMinor, expiry, profile, createdAt, createdLsn. Amounts are \
            decimal strings; those in …Minor are integers in the currency's smallest unit.
            """
        ),
        subcommands: [
            CardCreateCommand.self, CardListCommand.self, CardShowCommand.self, CardActivateCommand.self,
            CardFreezeCommand.self, CardUnfreezeCommand.self, CardCancelCommand.self, CardLostCommand.self,
            CardStolenCommand.self, CardLimitsCommand.self,
        ]
    )
}

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
