import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// What receipts cost.
struct ReceiptsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts",
        abstract: "How many receipts are signed in a second, and how many decisions fewer are made meanwhile.",
        discussion: """
            One daemon with an audit log, which decides at 16 connections x 64 in flight without and with somebody who \
            asks for receipts as fast as they come, in turns; medians of the rounds are reported. Every receipt is \
            looked at once before: of which decision it is, and whether it is signed. Generator and daemon share the \
            machine.
            """
    )

    @Option(help: "The assentd to start; a release build.")
    var daemon = ".build/release/assentd"

    @Option(help: "Where the daemon keeps its data; removed afterwards.")
    var data = ".build/bench-data"

    @Option(help: "Cards.")
    var cards = 100_000

    @Option(help: "Rounds of each measurement; medians are reported.")
    var rounds = 5

    @Option(help: "Seconds of each measurement.")
    var seconds = 2.0

    mutating func run() throws {
        guard (1_000...100_000_000).contains(cards), (1...100).contains(rounds), seconds >= 0.1, seconds <= 600 else {
            throw ValidationError("--cards from 1,000, --rounds 1 to 100, --seconds 0.1 to 600")
        }
        var settings = ReceiptCost.Settings(executable: daemon, data: data)
        settings.cards = cards
        settings.rounds = rounds
        settings.seconds = seconds
        try finish(try ReceiptCost(settings: settings, console: Console()).run() ? .valid : .failed)
    }
}
