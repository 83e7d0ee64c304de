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
            One card in CAD for each cost centre, request ids from batch_txn_id, the line's date as the engine's time \
            (--simulated-clock); the daemon keeps its default configuration, so what is above 5,000.00 is declined. \
            Credits are counted and not sent.
            """
    )

    @Option(help: "The assentd to start, on a temporary directory.")
    var daemon = ".build/release/assentd"

    @Option(help: "Limit of every card, in CAD. The default is above what any cost centre spent.")
    var cardLimit = "10000000.00"

    @Option(help: "Rows of the tables by division and by category.")
    var rows = 20

    @Argument(help: "The file: .csv or .csv.xz.")
    var file: String

    mutating func run() throws {
        guard let canadian = Currency("CAD") else { return }
        let limit = try amounts(cardLimit, canadian).upperBound
        let replay = PurchasingReplay(
            executable: daemon,
            path: file,
            cardLimitCents: limit,
            rowCountMax: max(1, rows),
            console: Console()
        )
        try finish(replay.run() ? .valid : .failed)
    }
}
