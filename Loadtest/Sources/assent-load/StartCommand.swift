import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// How long a start takes.
struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "How long a daemon with a long history takes to start, and how fast it replays the journal.",
        discussion: """
            Has a daemon make cards and payments in a fresh directory under --data, which must lie on the disk that is \
            to be measured, then starts it again and again: from its snapshot, after a kill, and without a snapshot by \
            applying every record. Time counts from the start of the process until a gateway is greeted.
            """
    )

    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Make the history in this directory and leave it there; one that has a history is used as it is.")
    var directory: String?

    @Option(help: "Cards.")
    var cards = 1_000_000

    @Option(help: "Payments.")
    var payments = 10_000_000

    @Option(help: "Payments after the snapshot in the start after a kill.")
    var tail = 1_000_000

    @Flag(help: "Leave the payments open, so that all of them are in memory; else they are closed, and in the archive.")
    var open = false

    @Option(help: "Starts of each kind; medians are reported.")
    var rounds = 3

    @Flag(help: "End with status 1 when a start takes longer, or a replay is slower, than it should.")
    var strict = false

    mutating func run() throws {
        guard (1_001...100_000_000).contains(cards), (1...1_000_000_000).contains(payments),
            (0...1_000_000_000).contains(tail), (1...100).contains(rounds)
        else { throw ValidationError("--cards from 1,001, --payments from 1, --tail from 0, --rounds 1 to 100") }
        var settings = StartTimes.Settings(executable: own.daemon, data: own.data)
        settings.directory = directory
        settings.cards = cards
        settings.payments = payments
        settings.tail = tail
        settings.areOpen = open
        settings.rounds = rounds
        let (isCorrect, isFast) = try StartTimes(settings: settings, console: Console()).run()
        try finish(isCorrect && (isFast || !strict) ? .valid : .failed)
    }
}
