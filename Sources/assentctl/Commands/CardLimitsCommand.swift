import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl card limits`.
struct CardLimitsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Change a card's limits, expiry or profile.",
        discussion: HelpText.laidOut(
            """
            What is not named stays as it is. Amounts are in the card's currency. A limit below what is posted and \
            held is allowed: nothing is taken back, and nothing more is approved until it fits again.

            EXAMPLES
              $ assentctl card limits 4242 --limit 2,000.00 --transaction-limit 250.00
              $ assentctl card limits 4242 --transaction-limit none --expiry 2031-06
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: CardReference.help) var card: CardReference
    @Option(parsing: .unconditional, help: ArgumentHelp("The most that may be posted and held.", valueName: "amount"))
    var limit: AmountText?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The most that one payment may be, or none.", valueName: "amount|none")
    )
    var transactionLimit: AmountOrNone?
    @Option(help: ArgumentHelp("The last month in which the card is good.", valueName: "YYYY-MM")) var expiry:
        ExpiryMonth?
    @Option(help: ArgumentHelp("The name of its controls.", valueName: "name")) var profile: ProfileName?

    func validate() throws {
        guard limit != nil || transactionLimit != nil || expiry != nil || profile != nil else {
            throw ValidationError("nothing to change: give --limit, --transaction-limit, --expiry or --profile")
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let card = try card.card(in: &session)
        var spendingLimit: Int64?
        if let limit { spendingLimit = try limit.money(in: card.currency, option: "--limit").minorUnits }
        var paymentLimit: Int64?
        switch transactionLimit {
        case .amount(let amount):
            paymentLimit = try amount.money(in: card.currency, option: "--transaction-limit").minorUnits
            guard let paymentLimit, paymentLimit >= 0 else {
                throw CommandFailure(
                    .usage,
                    "--transaction-limit is not negative",
                    hints: ["To remove it: --transaction-limit none"]
                )
            }
        case .some(.none): paymentLimit = -1
        case nil: break
        }
        let (id, time) = try request.resolved()
        let change = CardSetLimits(
            requestID: id,
            cardToken: card.cardToken,
            transmissionTime: time,
            spendingLimit: spendingLimit,
            transactionLimit: paymentLimit,
            expiry: expiry,
            profile: profile.flatMap { Text16($0.name) } ?? Text16()
        )
        let changed = try session.tell(change, CardSetLimitsReply.self, id: id).card
        try session.print { (output) throws(StreamError) in try output.emit(changed.fields, table: changed.text) }
    }
}
