internal import Domain
internal import Foundation
internal import LoadModel
public import LoadReport
internal import Platform
internal import Wire

/// `make replay`: real purchasing-card lines through a real daemon, twice.
///
/// Every cost centre gets a card in CAD (lines without one share a card), every line of a purchase becomes one request
/// whose id follows from its batch_txn_id, at a time of its day (see `ReplayTimetable`). The daemon runs with its
/// default configuration on a simulated clock. Credits have no authorization and wait; they are counted.
public struct PurchasingReplay {
    private let executable: String
    private let path: String
    private let cardLimitCents: Int64
    private let rowCountMax: Int
    private let console: Console

    /// A replay of a file; tables show at most `rowCountMax` rows, then the sum of the rest.
    public init(executable: String, path: String, cardLimitCents: Int64, rowCountMax: Int, console: Console) {
        self.executable = executable
        self.path = path
        self.cardLimitCents = cardLimitCents
        self.rowCountMax = rowCountMax
        self.console = console
    }

    /// Replays the file twice.
    ///
    /// - Returns: Whether all that was checked held.
    public func run() throws -> Bool {
        console.line(console.paint("Replaying \(path)", .bold))
        let contents = try PurchasingFile.read(path)
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
        try daemon.start()
        var session = try ReplaySession(
            daemon: daemon,
            lines: contents.lines,
            cardLimitCents: cardLimitCents,
            rowCountMax: rowCountMax,
            console: console
        )
        session.showFile(malformed: contents.malformed)
        try session.makeCards()
        try session.firstPass()
        session.showFirstPass()
        try session.checkBalances()
        try session.secondPass()
        let status = daemon.stop()
        session.check(status == 0, "SIGTERM drained the daemon (exit status \(status))")
        console.line()
        console.line(
            session.failures == 0
                ? console.paint("All of it held.", .green)
                : console.paint("\(session.failures) of the checks FAILED.", .red)
        )
        return session.failures == 0
    }
}
