import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// `make demo`.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "A day of believable payments with a few attacks, an explained decline, kill -9 and what is left.",
        discussion: """
            The daemon runs with --simulated-clock, so that the hours of the day are real to its velocity windows \
            though the day passes in seconds.
            """
    )

    @Option(help: "The assentd to start, on a temporary directory.")
    var daemon = ".build/release/assentd"

    @Option(help: "What the day follows from.")
    var seed: UInt64 = 20_260_312

    @Option(help: "How many seconds the day takes.")
    var seconds = 12.0

    mutating func run() throws {
        guard seconds > 0, seconds <= 3_600 else { throw ValidationError("--seconds: up to 3,600") }
        let demonstration = Demonstration(executable: daemon, seed: seed, seconds: seconds, console: Console())
        try finish(demonstration.run() ? .valid : .failed)
    }
}
