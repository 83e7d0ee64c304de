import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// Two builds of the daemon side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Two builds of the daemon in turns: throughput, latency, and processor time of a decision.",
        discussion: """
            Each has a fresh directory, and is suspended while the other is measured, at 16 connections x 64 in \
            flight. Medians of the rounds are reported, and ratios are taken between neighbouring rounds. The \
            generator shares the machine; processor time is the daemon's alone.
            """
    )

    @OptionGroup var turns: TurnOptions

    @Option(help: "The assentd to compare it with.")
    var with: String

    @Flag(help: "End with status 1 when a decision costs more than 103 % of the other's processor time.")
    var strict = false

    mutating func run() throws {
        let comparison = BuildComparison(settings: turns.settings, other: with, console: Console())
        let (isCorrect, isCheap) = try comparison.run()
        try finish(isCorrect && (isCheap || !strict) ? .valid : .failed)
    }
}
