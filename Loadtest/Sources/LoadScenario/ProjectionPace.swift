internal import Domain
internal import Foundation
internal import LoadDriver
public import LoadReport
internal import Platform
internal import Wire

/// How fast the projection follows and is made anew, and how far behind it is at rates that are held.
public struct ProjectionPace {
    /// How much is measured.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is; on the disk that is to be measured.
        public var data: String
        /// Cards.
        public var cards = 100_000
        /// Payments made at once, to be caught up with.
        public var payments = 2_000_000
        /// Rates to be held, in payments a second.
        public var rates: [UInt64] = [1_000, 10_000, 30_000]
        /// Seconds for which each is held.
        public var seconds = 10.0
        /// Further arguments of every daemon.
        public var daemonOptions: [String] = []

        /// The defaults, with this daemon and place.
        public init(executable: String, data: String) {
            self.executable = executable
            self.data = data
        }
    }

    private let settings: Settings
    private let console: Console
    private let process: DaemonProcess

    /// Starts a daemon on a fresh directory.
    public init(settings: Settings, console: Console) throws {
        self.settings = settings
        self.console = console
        process = try DaemonProcess(
            executable: settings.executable,
            directory: DaemonProcess.freshDirectory(under: settings.data),
            isTCP: false,
            // No connection is given up because somebody had all processes stand still for a minute.
            options: [
                "--projection", "on", "--snapshot-interval", "0", "--idle-timeout", "3600000",
            ] + settings.daemonOptions
        )
    }

    fileprivate struct Lag {
        let rate: UInt64
        var microseconds: UInt64 = 0
        var records: UInt64 = 0
        var round: BenchFigures.Round?
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: whether the projection came to have everything, each time.
    public func run() throws -> Bool {
        defer {
            process.stop()
            process.remove()
        }
        try process.start()
        var target = try BenchTarget.furnished(
            daemon: process,
            load: .init(cards: settings.cards),
            console: console
        )
        _ = try timeToHaveAll("the cards")
        try target.fill(settings.payments)
        let following = try timeToHaveAll("payments that were made at once")
        let status = try ask()
        let anew = try rebuild(status.rebuilds)
        let deleted = try delete(status.rebuilds + 1)
        var lags: [Lag] = []
        for rate in settings.rates { lags.append(try hold(rate, &target)) }
        let isCorrect = try target.verify()
        show(status, following: following, anew: anew, deleted: deleted, lags)
        return isCorrect
    }

    private func ask() throws -> ProjectionStatusReply {
        try GatewayLink(to: process.administration).call(ProjectionStatus(), ProjectionStatusReply.self)
    }

    /// Records a second until it has all that is durable.
    private func timeToHaveAll(_ what: String) throws -> Double {
        let began = Clock.monotonicNanoseconds()
        let first = try ask().projectedLSN.rawValue
        let last = try wait(for: what) { $0.projectedLSN == $0.durableLSN }
        let seconds = Double(Clock.monotonicNanoseconds() - began) / 1e9
        return Double(last.projectedLSN.rawValue - min(first, last.projectedLSN.rawValue)) / max(seconds, 1e-9)
    }

    private func wait(
        for what: String,
        until isThere: (ProjectionStatusReply) -> Bool
    ) throws -> ProjectionStatusReply {
        let deadline = Clock.monotonicNanoseconds() + 900_000_000_000
        while true {
            let status = try ask()
            if isThere(status) { return status }
            guard Clock.monotonicNanoseconds() < deadline else {
                throw LoadFailure.usage(
                    "the projection has \(status.projectedLSN) of \(status.durableLSN) records after 15 minutes "
                        + "(\(what)); it says: \(status.problem)"
                )
            }
            Pause.nanoseconds(20_000_000)
        }
    }

    /// Makes it anew, by asking.
    private func rebuild(_ rebuilds: UInt64) throws -> Double {
        let began = Clock.monotonicNanoseconds()
        _ = try GatewayLink(to: process.administration).call(
            ProjectionRebuild(acceptLoss: false),
            ProjectionRebuildReply.self
        )
        return try recordsPerSecond(since: began, rebuilds)
    }

    /// Makes it anew, by deleting the file of a serving daemon.
    private func delete(_ rebuilds: UInt64) throws -> Double {
        let began = Clock.monotonicNanoseconds()
        try FileManager.default.removeItem(atPath: process.directory + "/projection.sqlite")
        return try recordsPerSecond(since: began, rebuilds)
    }

    private func recordsPerSecond(since began: Int64, _ rebuilds: UInt64) throws -> Double {
        let last = try wait(for: "made anew") { $0.rebuilds > rebuilds && $0.projectedLSN == $0.durableLSN }
        return Double(last.projectedLSN.rawValue) / (Double(Clock.monotonicNanoseconds() - began) / 1e9)
    }

    /// Holds a rate, and looks ten times a second how far behind the projection is.
    private func hold(_ rate: UInt64, _ target: inout BenchTarget) throws -> Lag {
        let worst = WorstLag()
        let round = try RepeatedAsking.during(
            {
                try target.measure(
                    16,
                    64,
                    seconds: settings.seconds,
                    pace: .open(perSecond: rate, toleranceNanoseconds: 2_000_000)
                )
            },
            of: process.administration,
            thread: "lag",
            pauseNanoseconds: 100_000_000,
            complaint: "the projection was not asked"
        ) { worst.note(try $0.call(ProjectionStatus(), ProjectionStatusReply.self)) }
        let lag = worst.lag(rate: rate, round: round)
        _ = try wait(for: "held rate") { $0.projectedLSN == $0.durableLSN }
        return lag
    }

    private func show(
        _ status: ProjectionStatusReply,
        following: Double,
        anew: Double,
        deleted: Double,
        _ lags: [Lag]
    ) {
        let records = status.projectedLSN.rawValue
        console.section("Projection of \(Format.grouped(records)) records, \(Format.grouped(status.fileBytes)) bytes")
        func row(_ name: String, _ rate: Double) -> [String] {
            [name, Format.grouped(Int(rate)), Format.decimal(Double(records) / max(rate, 1), 1) + " s"]
        }
        console.table([
            ["", "records/s", "for all"], row("catching up, nothing else to do", following),
            row("made anew, asked to", anew), row("made anew, its file deleted while serving", deleted),
        ])
        console.section("Behind the journal at a held rate, \(Format.decimal(settings.seconds, 0)) s each")
        console.table(
            [["payments/s", "longest lag", "records", "p50", "p99"]]
                + lags.map { lag in
                    [
                        Format.grouped(lag.rate), Format.duration(nanoseconds: lag.microseconds * 1_000),
                        Format.grouped(lag.records), Format.duration(nanoseconds: lag.round?.latencies.p50 ?? 0),
                        Format.duration(nanoseconds: lag.round?.latencies.p99 ?? 0),
                    ]
                }
        )
    }
}

/// The most that the projection was behind.
private final class WorstLag: Sendable {
    private let seen = Locked<(microseconds: UInt64, records: UInt64)>((0, 0))

    func note(_ status: ProjectionStatusReply) {
        let behind = status.durableLSN.rawValue - min(status.projectedLSN, status.durableLSN).rawValue
        seen.withLock { seen in
            seen.microseconds = max(seen.microseconds, behind > 0 ? status.lagMicroseconds : 0)
            seen.records = max(seen.records, behind)
        }
    }

    func lag(rate: UInt64, round: BenchFigures.Round) -> ProjectionPace.Lag {
        seen.withLock {
            ProjectionPace.Lag(rate: rate, microseconds: $0.microseconds, records: $0.records, round: round)
        }
    }
}
