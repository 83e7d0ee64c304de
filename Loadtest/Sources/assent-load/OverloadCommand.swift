import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// What happens past saturation.
struct OverloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Past saturation: latency of what is accepted, refusals, and recovery.",
        discussion: """
            Measures what the daemon can do (in a closed loop, and what it accepts of more than that in an open one), \
            and the latency at half and at 90 % of the latter; then it gets twice as much, and half as much right \
            after; that again and again, to see how long it takes until all is well; and half as much beside one \
            connection that asks without end. Latencies count from the time at which a request was due, so a \
            generator that does not keep up shows in them: give daemon and generator processors of their own where \
            there are only two (the option --daemon may name a script that runs taskset(1)).
            """
    )

    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Seconds of each step.")
    var seconds = 5.0

    @Option(help: "Connections.")
    var connections = 16

    @Option(help: "The daemon's --max-in-flight; by default it finds its own.")
    var bound: Int?

    @Option(help: "Overloads after which recovery is measured.")
    var rounds = 5

    mutating func run() throws {
        guard (2...1_000).contains(connections), seconds >= 0.1, seconds <= 600, (1...100).contains(rounds) else {
            throw ValidationError("--connections 2 to 1,000, --seconds 0.1 to 600, --rounds 1 to 100")
        }
        var settings = Overload.Settings(executable: own.daemon, data: own.data)
        settings.seconds = seconds
        settings.connections = connections
        settings.bound = bound
        settings.rounds = rounds
        let (isCorrect, isWell) = try Overload(settings: settings, console: Console()).run()
        try finish(isCorrect && isWell ? .valid : .failed)
    }
}
