import ArgumentParser
import Glibc
import LoadDriver
import LoadReport
import LoadScenario

/// `make bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures throughput, latency and memory beside the disk and the transport alone, in one run.",
        discussion: """
            Starts daemons of its own on fresh directories under --data, which must lie on the disk that is to be \
            measured, and removes them afterwards.
            """
    )

    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Where to write the figures as JSON.")
    var output = ".build/bench.json"

    @Flag(help: "Connect over TCP on the loopback address instead of a Unix socket.")
    var tcp = false

    @Option(help: "Threads that generate.")
    var threads = 1

    @Option(help: "Cards of the large daemon.")
    var cards = 1_000_000

    @Option(help: "Rounds of each measurement; medians are reported. A minute of a shared machine differs by a fifth.")
    var rounds = 9

    @Option(help: "Seconds of each measurement.")
    var seconds = 2.0

    @Flag(help: "End with status 1 when a floor is missed.")
    var strict = false

    mutating func run() throws {
        guard (2_000...100_000_000).contains(cards), (1...100).contains(rounds), seconds >= 0.1, seconds <= 600 else {
            throw ValidationError("--cards from 2,000, --rounds 1 to 100, --seconds 0.1 to 600")
        }
        var settings = Bench.Settings(executable: own.daemon, data: own.data)
        settings.isTCP = tcp
        settings.threads = threads
        settings.cards = cards
        settings.rounds = rounds
        settings.seconds = seconds
        let console = Console()
        let (figures, isCorrect) = try Bench(settings: settings, console: console).run()
        figures.show(console)
        let path = output.split(separator: "/", omittingEmptySubsequences: false)
        let directory = path.dropLast().joined(separator: "/")
        try ReportFiles.write(
            [(name: String(path.last ?? "bench.json"), text: figures.json.text)],
            to: directory.isEmpty ? "." : directory
        )
        console.line("  written to \(output)")
        let isFast = figures.floors.allSatisfy(\.isKept)
        try finish(isCorrect && (isFast || !strict) ? .valid : .failed)
    }
}
