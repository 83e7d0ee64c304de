import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// How fast the projection is.
struct ProjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projection",
        abstract: "How fast the projection follows and is made anew, and how far behind it is at held rates.",
        discussion: """
            Makes payments at once and times how the projection catches up; has it made anew, once because it is asked \
            to and once because its file was deleted under the serving daemon; then holds rates and looks ten times a \
            second how far behind it is.
            """
    )

    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Cards.")
    var cards = 100_000

    @Option(help: "Payments made at once.")
    var payments = 2_000_000

    @Option(parsing: .upToNextOption, help: "Rates to hold, in payments a second.")
    var rates: [UInt64] = [1_000, 10_000, 30_000]

    @Option(help: "Seconds for which each rate is held.")
    var seconds = 10.0

    mutating func run() throws {
        guard (1_001...100_000_000).contains(cards), (1...1_000_000_000).contains(payments),
            rates.allSatisfy({ (1...100_000_000).contains($0) }), seconds >= 0.1, seconds <= 600
        else { throw ValidationError("--cards from 1,001, --payments from 1, --rates from 1, --seconds 0.1 to 600") }
        var settings = ProjectionPace.Settings(executable: own.daemon, data: own.data)
        settings.cards = cards
        settings.payments = payments
        settings.rates = rates
        settings.seconds = seconds
        let isCorrect = try ProjectionPace(settings: settings, console: Console()).run()
        try finish(isCorrect ? .valid : .failed)
    }
}
