internal import Domain
internal import Foundation
internal import LoadDriver
internal import LoadModel
public import LoadReport
internal import Platform
internal import Wire

/// `make demo`: a day of payments against a real daemon, then a power cut.
public struct Demonstration {
    private let executable: String
    private let seed: UInt64
    /// How long the day takes on the wall.
    private let seconds: Double
    private let console: Console

    /// A demonstration with this daemon; the day takes so many seconds.
    public init(executable: String, seed: UInt64, seconds: Double, console: Console) {
        self.executable = executable
        self.seed = seed
        self.seconds = seconds
        self.console = console
    }

    /// Shows everything.
    ///
    /// - Returns: Whether all that was checked held.
    public func run() throws -> Bool {
        let directory = try DaemonProcess.freshDirectory(under: NSTemporaryDirectory())
        let daemon = try DaemonProcess(
            executable: executable,
            directory: directory,
            isTCP: false,
            options: ["--simulated-clock"]
        )
        defer {
            daemon.kill()
            daemon.remove()
        }
        console.line(console.paint("Assent: one day of card payments, and what a power cut leaves of it", .bold))
        try daemon.start()
        let day = DayGenerator(seed: seed)
        var session = try DemonstrationSession(daemon: daemon, day: day, seed: seed, console: console)
        try session.prepare()
        try session.playDay(seconds: seconds)
        session.showDay()
        try session.checkBalances()
        try session.explainDecline()
        try session.surviveKill()
        console.section("Stopping")
        let status = daemon.stop()
        session.check(status == 0, "SIGTERM drained the daemon (exit status \(status))")
        console.line()
        let isGood = session.failures == 0
        console.line(
            isGood
                ? console.paint("All of it held.", .green)
                : console.paint("\(session.failures) of the checks FAILED.", .red)
        )
        return isGood
    }
}
