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
        parsing: .unconditional,
        help: ArgumentHelp("The most that may be posted and held: 1000.00, or \"1000.00 EUR\".", valueName: "amount")
    )
    var limit: AmountText
    @Option(parsing: .unconditional, help: ArgumentHelp("The most that one payment may be.", valueName: "amount"))
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
            let card = try session.tell(
                create,
                CardCreateReply.self,
                id: create.requestID,
                token: create.cardToken
            ).card
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

    /// What to say when some cards of a batch were not answered for.
    private func failure(_ failed: [(create: CardCreate, error: ClientError)], made: Int) -> CommandFailure {
        let unknown = failed.filter { CommandFailure.mayHaveBeenDone($0.error) }
        let count = "\(Figures.grouped(made)) of \(Figures.grouped(count)) cards were made."
        guard let error = (unknown.first ?? failed.first)?.error else { return CommandFailure(.outcomeUnknown, count) }
        let options = unknown.prefix(Self.shownUnknownMax).map {
            "  --request-id \($0.create.requestID) --token \($0.create.cardToken)"
        }
        let more = unknown.count - options.count
        let lines =
            [
                "\(Figures.grouped(unknown.count)) more may have been made. To make sure of one, give the same command "
                    + "again without --count and with:"
            ] + options + (more > 0 ? ["  and \(Figures.grouped(more)) more: look at assentctl card list"] : [])
        return CommandFailure(error, goingOn: lines).adding(hint: count)
    }

    /// So many cards of unknown outcome are named.
    private static let shownUnknownMax = 20

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
            var failed: [(CardCreate, ClientError)] = []
            for (create, outcome) in zip(batch, session.client.callAll(batch, returning: CardCreateReply.self)) {
                switch outcome {
                case .success(let reply):
                    made += 1
                    if !summarised { try printer.add(reply.card, output: session.output) }
                case .failure(let error): failed.append((create, error))
                }
            }
            guard failed.isEmpty else {
                progress.clear()
                throw failure(failed, made: made)
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
