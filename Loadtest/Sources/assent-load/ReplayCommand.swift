import ArgumentParser
import Domain
import LoadDriver
import LoadReport
import LoadScenario

/// `make replay`.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays the City of Toronto's purchasing-card lines through a daemon, twice.",
        discussion: """
            One card in CAD for each cost centre of each division. Purchases are authorized on their day and cleared \
            on the day of their posting, credits are refunds; request ids follow from batch_txn_id, the engine's time \
            from the lines' dates (--simulated-clock). Then every division's total is compared: the file's, its \
            cards', its accounts' in the ledger.
            """
    )

    @Option(help: "The assentd to start, on a temporary directory.")
    var daemon = ".build/release/assentd"

    @Option(help: "Limit of every card, in CAD. The default is above what any cost centre spent.")
    var cardLimit = "10000000.00"

    @Option(help: "Rows of the table by division.")
    var rows = 20

    @Argument(help: "The file: .csv or .csv.xz.")
    var file: String

    mutating func run() throws {
        guard let canadian = Currency("CAD") else { return }
        let limit = try amounts(cardLimit, canadian).upperBound
        var options = PurchasingReplay.Options()
        options.cardLimitCents = limit
        options.rowCountMax = max(1, rows)
        let replay = PurchasingReplay(executable: daemon, path: file, options: options, console: Console())
        try finish(replay.run() ? .valid : .failed)
    }
}
