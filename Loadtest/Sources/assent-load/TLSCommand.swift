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

    @OptionGroup var turns: TurnOptions

    @Flag(help: "End with status 1 when TLS costs more than it may.")
    var strict = false

    mutating func run() throws {
        let (isCorrect, isCheap) = try TLSCost(settings: turns.settings, console: Console()).run()
        try finish(isCorrect && (isCheap || !strict) ? .valid : .failed)
    }
}
