internal import Client
internal import Domain
internal import Foundation
internal import LoadDriver
public import LoadReport
internal import Platform
internal import Wire

/// How long a daemon takes to start with a long history, and how fast it applies the journal's records.
///
/// A daemon makes the history first: cards, and payments over its own sockets. Then it is started again and again: from
/// its newest snapshot with the directory's files in the page cache and without them, after a kill with records behind
/// the snapshot, and without any snapshot, by applying every record.
public struct StartTimes {
    /// How much is made and measured.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is; on the disk that is to be measured.
        public var data: String
        /// A directory to make the history in and to leave there; one that has a history already is used as it is.
        public var directory: String?
        /// Cards.
        public var cards = 1_000_000
        /// Payments.
        public var payments = 10_000_000
        /// Whether payments stay open, so that all of them are in memory; else they are closed, and in the archive.
        public var areOpen = false
        /// Payments after the snapshot, in the start after a kill.
        public var tail = 1_000_000
        /// Starts of each kind; medians are reported.
        public var rounds = 3
        /// Further arguments of every daemon.
        public var daemonOptions: [String] = []

        /// The defaults, with this daemon and place.
        public init(executable: String, data: String) {
            self.executable = executable
            self.data = data
        }
    }

    /// Starts of one kind.
    public struct Starts: Sendable {
        /// What they have in common.
        public let name: String
        /// Seconds from the start of the process until a gateway is greeted.
        public var seconds: [Double] = []
        /// Of these, reading the snapshot.
        public var snapshotSeconds: [Double] = []
        /// Of these, going through the journal.
        public var journalSeconds: [Double] = []
        /// Records that were applied.
        public var records: [Double] = []

        /// Records applied a second, in the middle of the rounds.
        public var recordsPerSecond: Double {
            BenchFigures.median(zip(records, journalSeconds).map { $1 > 0 ? $0 / $1 : 0 })
        }
    }

    private let settings: Settings
    private let console: Console
    private let directory: String

    /// A start may take this long with a history of closed payments.
    public static let secondsMax = 3.0
    /// Records that are to be applied a second.
    public static let recordsPerSecondMin = 2_000_000.0

    /// Figures to be taken; `run` takes them.
    public init(settings: Settings, console: Console) throws {
        self.settings = settings
        self.console = console
        directory = try settings.directory ?? DaemonProcess.freshDirectory(under: settings.data)
    }

    /// Makes the history, starts, and shows the figures.
    ///
    /// - Returns: whether all balances were right, and whether the starts were as fast as they are to be.
    public func run() throws -> (isCorrect: Bool, isFast: Bool) {
        defer { if settings.directory == nil { try? FileManager.default.removeItem(atPath: directory) } }
        let isThere = FileManager.default.fileExists(atPath: directory + "/journal")
        let isCorrect = try isThere || make()
        if isThere { console.line("  \(directory) has a history already; it is used as it is") }
        var warm = Starts(name: "from the snapshot, files in the page cache")
        var cold = Starts(name: "from the snapshot, files on the disk")
        for _ in 0..<settings.rounds {
            try start(&warm, [])
            try dropPages()
            try start(&cold, [])
        }
        var replayed = Starts(name: "every record, no snapshot")
        try withoutSnapshots {
            // What is closed and was archived long ago is not archived again on the way.
            for _ in 0..<settings.rounds { try start(&replayed, ["--archive-after", "31536000"]) }
        }
        var killed = Starts(name: "killed, \(Format.grouped(settings.tail)) records after the snapshot")
        if settings.tail > 0 {
            try addTail()
            for _ in 0..<settings.rounds { try start(&killed, ["--archive-after", "31536000"], kills: true) }
        }
        show([warm, cold, killed, replayed])
        let isQuick = settings.areOpen || BenchFigures.median(warm.seconds) <= Self.secondsMax
        if !settings.areOpen {
            console.check(isQuick, "started within \(Format.decimal(Self.secondsMax, 0)) s, files in the page cache")
        }
        let rate = replayed.recordsPerSecond
        console.check(
            rate >= Self.recordsPerSecondMin,
            "\(Format.grouped(Int(rate))) records a second applied; "
                + "\(Format.grouped(Int(Self.recordsPerSecondMin))) are wanted"
        )
        return (isCorrect, isQuick && rate >= Self.recordsPerSecondMin)
    }

    // MARK: The history

    /// So that nothing is removed, made or followed but what is asked for.
    private static let quiet = ["--snapshot-interval", "0", "--projection", "off", "--max-in-flight", "65536"]

    private func daemon(_ options: [String]) throws -> DaemonProcess {
        try DaemonProcess(
            executable: settings.executable,
            directory: directory,
            isTCP: false,
            options: Self.quiet + settings.daemonOptions + options
        )
    }

    private var load: BenchTarget.Load { .init(cards: settings.cards, isFinancial: !settings.areOpen) }

    /// - Returns: whether every balance is right, before and after a restart.
    private func make() throws -> Bool {
        let state = settings.areOpen ? "open" : "closed"
        let payments = "\(Format.grouped(settings.payments)) \(state) payments"
        console.line("  making \(Format.grouped(settings.cards)) cards and \(payments)")
        let process = try daemon(["--archive-after", "0", "--snapshot-rate", "0"])
        defer {
            process.stop()
            process.removeTraces()
        }
        try process.start()
        var target = try BenchTarget(daemon: process, load: load, console: console)
        _ = try target.makeCards()
        try target.fill(settings.payments)
        if !settings.areOpen { try waitForArchive(process) }
        let snapshot = try makeSnapshot(process)
        console.line(
            "  snapshot: \(Format.grouped(snapshot.cards)) cards, \(Format.grouped(snapshot.payments)) payments, "
                + "\(Format.grouped(snapshot.rememberedIDs)) request ids, \(Format.grouped(snapshot.fileBytes)) bytes"
        )
        guard try target.verify() else { return false }
        process.stop()
        try process.start()
        return try target.verify()
    }

    /// Waits until no closed payment is left in memory.
    private func waitForArchive(_ process: DaemonProcess) throws {
        let link = try GatewayLink(to: process.administration)
        let deadline = Clock.monotonicNanoseconds() + 600_000_000_000
        while true {
            let status = try link.call(Status(), StatusReply.self)
            if status.paymentsInMemory == 0, status.archivedPayments >= UInt64(settings.payments) { return }
            guard Clock.monotonicNanoseconds() < deadline else {
                throw LoadFailure.usage("\(status.paymentsInMemory) payments did not leave memory within ten minutes")
            }
            Pause.nanoseconds(50_000_000)
        }
    }

    private func makeSnapshot(_ process: DaemonProcess) throws -> SnapshotMakeReply {
        try GatewayLink(to: process.administration).call(SnapshotMake(), SnapshotMakeReply.self)
    }

    /// Payments after the snapshot, and a kill.
    private func addTail() throws {
        let process = try daemon(["--archive-after", "31536000"])
        defer {
            process.kill()
            process.removeTraces()
        }
        try process.start()
        var target = try BenchTarget(daemon: process, load: load, console: console)
        try target.knowBalances()
        try target.fill(settings.tail)
    }

    /// Runs the body while the snapshots are elsewhere.
    private func withoutSnapshots(_ body: () throws -> Void) throws {
        let (place, aside) = (directory + "/snapshots", directory + "/snapshots-aside")
        try FileManager.default.moveItem(atPath: place, toPath: aside)
        defer {
            try? FileManager.default.removeItem(atPath: place)
            try? FileManager.default.moveItem(atPath: aside, toPath: place)
        }
        try body()
    }

    // MARK: Starts

    private func start(_ starts: inout Starts, _ options: [String], kills: Bool = false) throws {
        let process = try daemon(options)
        defer {
            if kills { process.kill() } else { process.stop() }
            process.removeTraces()
        }
        let began = Clock.monotonicNanoseconds()
        try process.start()
        starts.seconds.append(Double(Clock.monotonicNanoseconds() - began) / 1e9)
        guard let said = process.logged("recovered").last else {
            throw LoadFailure.usage("the daemon's log does not say what it recovered:\n\(process.logTail)")
        }
        func number(_ name: String) -> Double { said[name].flatMap(Double.init) ?? 0 }
        starts.snapshotSeconds.append(number("snapshot_microseconds") / 1e6)
        starts.journalSeconds.append(number("microseconds") / 1e6)
        starts.records.append(number("records"))
    }

    /// Has the kernel forget the directory's files, so that the next start reads them from the disk.
    private func dropPages() throws {
        guard let files = FileManager.default.enumerator(atPath: directory) else { return }
        for case let name as String in files {
            let path = directory + "/" + name
            guard let file = FileHandle(forReadingAtPath: path) else { continue }
            try file.synchronize()
            _ = posix_fadvise(file.fileDescriptor, 0, 0, POSIX_FADV_DONTNEED)
            try file.close()
        }
    }

    private func show(_ kinds: [Starts]) {
        console.section("Starts (medians of \(settings.rounds))")
        func seconds(_ values: [Double]) -> String { Format.decimal(BenchFigures.median(values), 2) + " s" }
        console.table(
            [["", "ready after", "longest", "snapshot", "journal", "records", "records/s"]]
                + kinds.filter { !$0.seconds.isEmpty }.map { kind in
                    [
                        kind.name, seconds(kind.seconds), Format.decimal(kind.seconds.max() ?? 0, 2) + " s",
                        seconds(kind.snapshotSeconds), seconds(kind.journalSeconds),
                        Format.grouped(Int(BenchFigures.median(kind.records))),
                        Format.grouped(Int(kind.recordsPerSecond)),
                    ]
                }
        )
    }
}
