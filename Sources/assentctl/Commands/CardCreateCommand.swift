import ArgumentParser
import Client
import Domain
import Platform
import Wire

/// `assentctl card create`.
struct CardCreateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a card, or many.",
        discussion: HelpText.laidOut(
            """
            A new card is not usable until it is activated: with --activate at once, or later by `assentctl card \
            activate`.

            EXAMPLES
              $ assentctl card create --currency EUR --limit 1,000.00 --last-four 4242 --activate
              $ TOKEN=$(assentctl card create --limit "500.00 USD" --activate --quiet)
              $ assentctl card create --currency EUR --limit 100.00 --count 1000 --activate -o jsonl > cards.jsonl
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Option(help: ArgumentHelp("The card's currency, such as EUR.", valueName: "code")) var currency: Currency?
    @Option(
        help: ArgumentHelp("The most that may be posted and held: 1000.00, or \"1000.00 EUR\".", valueName: "amount")
    )
    var limit: AmountText
    @Option(help: ArgumentHelp("The most that one payment may be.", valueName: "amount"))
    var transactionLimit: AmountText?
    @Option(
        help: ArgumentHelp(
            "The card number's last four digits; by default some made from the token.",
            valueName: "digits"
        )
    )
    var lastFour: LastFour?
    @Option(help: ArgumentHelp("The last month in which the card is good.", valueName: "YYYY-MM")) var expiry:
        ExpiryMonth?
    @Option(help: ArgumentHelp("The name of its controls; `default` unless said otherwise.", valueName: "name"))
    var profile: ProfileName?
    @Flag(help: "Make it usable at once.") var activate = false
    @Option(help: ArgumentHelp("The token; by default a random one.", valueName: "uuid")) var token: CardToken?
    @Option(help: "Make so many cards, up to 10,000,000.") var count = 1
    @Flag(name: .shortAndLong, help: "Print the tokens alone, one a line.") var quiet = false

    func validate() throws {
        guard (1...10_000_000).contains(count) else { throw ValidationError("--count is 1 to 10,000,000") }
        guard count == 1 || token == nil && request.requestID == nil else {
            throw ValidationError("--token and --request-id are for one card, so they exclude --count")
        }
        guard request.requestID == nil || token != nil else {
            throw ValidationError("to repeat a request, give its --token beside its --request-id")
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let limit = try limit.money(in: currency, option: "--limit")
        guard let transactionLimit else { return try run(limit, nil, in: &session) }
        try run(limit, try transactionLimit.money(in: limit.currency, option: "--transaction-limit"), in: &session)
    }

    private func run(_ limit: Money, _ transactionLimit: Money?, in session: inout Session) throws(CommandFailure) {
        guard count > 1 else {
            let create = try message(limit, transactionLimit)
            let card: CardBlock
            do throws(CommandFailure) {
                card = try session.tell(create, CardCreateReply.self, id: create.requestID).card
            } catch {
                throw error.status == .transient && token == nil
                    ? error.adding(hint: "and --token \(create.cardToken)") : error
            }
            let quiet = quiet
            return try session.print { (output) throws(StreamError) in
                if quiet { return try output.write("\(card.cardToken)\n") }
                try output.emit(card.fields, table: card.text)
            }
        }
        try createMany(limit, transactionLimit, in: &session)
    }

    private func message(_ limit: Money, _ transactionLimit: Money?) throws(CommandFailure) -> CardCreate {
        let (id, time) = try request.resolved()
        let token = token ?? CardToken.make()
        return CardCreate(
            requestID: id,
            cardToken: token,
            transmissionTime: time,
            spendingLimit: limit.minorUnits,
            transactionLimit: transactionLimit?.minorUnits,
            expiry: expiry,
            lastFour: Text16(lastFour?.digits ?? Self.digits(of: token)) ?? Text16(),
            currency: limit.currency,
            profile: profile.flatMap { Text16($0.name) } ?? Text16(),
            status: activate ? .active : .notActivated
        )
    }

    /// Four digits that follow from the token, so that repeating a request by id and token says the same.
    static func digits(of token: CardToken) -> String {
        let digits = String(token.low % 10_000)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Makes cards a thousand at a time, pipelined.
    private func createMany(
        _ limit: Money,
        _ transactionLimit: Money?,
        in session: inout Session
    ) throws(CommandFailure) {
        let summarised = !quiet && session.output.format == .table && count > 20
        var printer = try session.listPrinter(CardBlock.shape, quiet: quiet || summarised)
        let progress = ProgressLine(total: count, noun: "cards", isShown: Terminal.isErrorOutput && count > 5_000)
        var made = 0
        while made < count {
            var batch: [CardCreate] = []
            for _ in 0..<min(1_000, count - made) { batch.append(try message(limit, transactionLimit)) }
            for outcome in session.client.callAll(batch, returning: CardCreateReply.self) {
                let card: CardBlock
                do throws(ClientError) {
                    card = try outcome.get().card
                } catch {
                    progress.clear()
                    throw CommandFailure(error).adding(
                        hint: "\(Figures.grouped(made)) of \(Figures.grouped(count)) cards were made."
                    )
                }
                made += 1
                if !summarised { try printer.add(card, output: session.output) }
            }
            progress.show(made)
        }
        progress.clear()
        if summarised {
            let text = "\(Figures.grouped(made)) cards made\n"
            try session.print { (output) throws(StreamError) in try output.write(text) }
        } else {
            try printer.end(next: nil, option: "--after", output: session.output)
        }
    }
}
