import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// What TLS costs.
struct TLSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls",
        abstract: "Throughput over mutual TLS beside that over plain TCP, at 16 connections x 64 in flight.",
        discussion: """
            One daemon, which takes turns; medians of the rounds are reported, and the ratio is taken between \
            neighbouring rounds. Generator and daemon share the machine, so both ends' sealing counts. The openssl \
            command makes the certificates.
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

    @Flag(help: "End with status 1 when TLS costs more than it may.")
    var strict = false

    mutating func run() throws {
        guard (1_000...100_000_000).contains(cards), (1...100).contains(rounds), seconds >= 0.1, seconds <= 600 else {
            throw ValidationError("--cards from 1,000, --rounds 1 to 100, --seconds 0.1 to 600")
        }
        var settings = TLSCost.Settings(executable: daemon, data: data)
        settings.cards = cards
        settings.rounds = rounds
        settings.seconds = seconds
        let (isCorrect, isCheap) = try TLSCost(settings: settings, console: Console()).run()
        try finish(isCorrect && (isCheap || !strict) ? .valid : .failed)
    }
}
