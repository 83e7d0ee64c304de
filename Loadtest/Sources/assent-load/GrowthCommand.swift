import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// What holds, snapshots and the projection cost.
struct GrowthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Throughput with millions of holds, during snapshots, and with the projection, beside that without.",
        discussion: """
            Takes turns between a fresh daemon, a fresh one that the projection follows, and one with many open holds, \
            which is also measured while one snapshot after the other is made. Says how long snapshots held a lock: by \
            the clock, which counts what the kernel gave to others meanwhile, and in time of the thread's processor.
            """
    )

    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Cards.")
    var cards = 1_000_000

    @Option(help: "Open holds.")
    var holds = 10_000_000

    @Option(help: "Rounds of each measurement; medians are reported.")
    var rounds = 5

    @Option(help: "Seconds of each measurement.")
    var seconds = 3.0

    @Flag(help: "End with status 1 when snapshots cost more than they may.")
    var strict = false

    mutating func run() throws {
        guard (1_001...100_000_000).contains(cards), (1...1_000_000_000).contains(holds), (1...100).contains(rounds),
            seconds >= 0.1, seconds <= 600
        else { throw ValidationError("--cards from 1,001, --holds from 1, --rounds 1 to 100, --seconds 0.1 to 600") }
        var settings = GrowthCost.Settings(executable: own.daemon, data: own.data)
        settings.cards = cards
        settings.holds = holds
        settings.rounds = rounds
        settings.seconds = seconds
        let (isCorrect, isFast) = try GrowthCost(settings: settings, console: Console()).run()
        try finish(isCorrect && (isFast || !strict) ? .valid : .failed)
    }
}
