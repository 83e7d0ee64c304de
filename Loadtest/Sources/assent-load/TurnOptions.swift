import ArgumentParser
import LoadScenario

/// What commands have in common in which two ways of doing the same take turns.
struct TurnOptions: ParsableArguments {
    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Cards.")
    var cards = 100_000

    @Option(help: "Rounds of each measurement; medians are reported.")
    var rounds = 5

    @Option(help: "Seconds of each measurement.")
    var seconds = 2.0

    mutating func validate() throws {
        guard (1_000...100_000_000).contains(cards), (1...100).contains(rounds), seconds >= 0.1, seconds <= 600 else {
            throw ValidationError("--cards 1,000 to 100,000,000, --rounds 1 to 100, --seconds 0.1 to 600")
        }
    }

    /// All of it.
    var settings: TurnSettings {
        var settings = TurnSettings(executable: own.daemon, data: own.data)
        settings.cards = cards
        settings.rounds = rounds
        settings.seconds = seconds
        return settings
    }
}
