internal import Domain
internal import Foundation
internal import LoadModel
public import LoadReport
internal import Platform
internal import Wire

/// `make replay`: real purchasing-card lines through a real daemon, whole, twice.
///
/// Every cost centre of every division gets a card in CAD. A purchase is authorized on its day and cleared on the day
/// on which it was posted; a credit is a refund that clears. Every request id follows from the line's batch_txn_id,
/// every time from its dates (see `ReplayTimetable`). The daemon runs on a simulated clock, without the limit of single
/// payments. Then every division's total is compared: the file's, its cards', its accounts' in the ledger.
public struct PurchasingReplay {
    /// What can be chosen.
    public struct Options: Sendable {
        /// The limit of every card, in Canadian cents.
        public var cardLimitCents: Int64 = 1_000_000_000
        /// Tables show at most so many rows, then the sum of the rest.
        public var rowCountMax = 20
        /// The most that a single payment may be, as the daemon's configuration takes it.
        public var threshold = "none"
        /// More of the daemon's own options.
        public var daemonOptions: [String] = []

        /// What `make replay` takes.
        public init() {}
    }

    private let executable: String
    private let path: String
    private let options: Options
    private let console: Console

    /// A replay of a file.
    public init(executable: String, path: String, options: Options, console: Console) {
        self.executable = executable
        self.path = path
        self.options = options
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
            options: ["--simulated-clock"] + options.daemonOptions
        )
        defer {
            daemon.kill()
            daemon.remove()
        }
        try daemon.start()
        var session = try ReplaySession(
            daemon: daemon,
            lines: contents.lines,
            cardLimitCents: options.cardLimitCents,
            rowCountMax: options.rowCountMax,
            console: console
        )
        session.showFile(malformed: contents.malformed)
        try session.prepare(threshold: options.threshold)
        try session.firstPass()
        session.showFirstPass()
        try session.reconnect()
        try session.awaitProjection()
        try session.checkDivisions()
        try session.checkLedger()
        try session.checkSearch()
        session.showDivisions()
        try session.secondPass()
        console.section("The projection")
        try session.rebuildProjection()
        let status = daemon.stop()
        session.check(contents.malformed.isEmpty, "the file has no line that cannot be read")
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
