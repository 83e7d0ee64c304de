internal import Domain
internal import Foundation
internal import LoadDriver
public import LoadReport
internal import Platform
internal import Wire

/// What a long history and the work beside the decisions cost: throughput with millions of open holds, with snapshots
/// being made all the time and with the projection following, each beside that of a daemon without.
///
/// All of it in rounds, one kind after the other, so that a slow minute of the machine hits all alike. Daemons that are
/// not measured are suspended.
public struct GrowthCost {
    /// How much is measured.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is; on the disk that is to be measured.
        public var data: String
        /// Cards.
        public var cards = 1_000_000
        /// Open holds of the daemon that has many.
        public var holds = 10_000_000
        /// Rounds of each measurement.
        public var rounds = 5
        /// Seconds of one measurement.
        public var seconds = 3.0
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

    /// The least that throughput may be during a snapshot, of that without.
    public static let snapshotRatioMin = 0.9
    /// The longest that a request may have to wait because of a snapshot, in microseconds.
    public static let pauseMicrosecondsMax = 5_000.0

    /// Figures to be taken; `run` takes them.
    public init(settings: Settings, console: Console) {
        self.settings = settings
        self.console = console
    }

    private struct Rounds {
        var bare: [BenchFigures.Round] = []
        var projected: [BenchFigures.Round] = []
        var holds: [BenchFigures.Round] = []
        var snapshots: [BenchFigures.Round] = []
        /// At a held rate, a quarter of what it can do in a closed loop.
        var calm: [BenchFigures.Round] = []
        var calmSnapshots: [BenchFigures.Round] = []
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: whether all answers and balances were right, and whether snapshots cost no more than they may.
    public func run() throws -> (isCorrect: Bool, isFast: Bool) {
        let laden = try daemon(["--projection", "off"])
        defer {
            laden.proceed()
            laden.stop()
            laden.remove()
        }
        try laden.start()
        var target = try target(laden)
        console.line("  making \(Format.grouped(settings.holds)) open holds on \(Format.grouped(settings.cards)) cards")
        try target.fill(settings.holds)
        // Those before are of a daemon that had the fill to do as well.
        let before = laden.logged("snapshot").count
        var rounds = Rounds()
        var isCorrect = true
        for number in 1...settings.rounds {
            console.line(console.paint("  round \(number) of \(settings.rounds)", .dim))
            laden.suspend()
            rounds.bare.append(try fresh(["--projection", "off"], &isCorrect))
            rounds.projected.append(try fresh(["--projection", "on"], &isCorrect))
            laden.proceed()
            rounds.holds.append(try target.measure(16, 64))
            rounds.snapshots.append(try duringSnapshots(laden) { try target.measure(16, 64) })
            let rate = UInt64(rounds.holds[rounds.holds.count - 1].perSecond / 4)
            let calm = LoadPlan.Pace.open(perSecond: max(1, rate), toleranceNanoseconds: 2_000_000)
            rounds.calm.append(try target.measure(16, 1_024, pace: calm))
            rounds.calmSnapshots.append(
                try duringSnapshots(laden) { try target.measure(16, 1_024, pace: calm) }
            )
        }
        isCorrect = try target.verify() && isCorrect
        show(rounds)
        return (isCorrect, showSnapshots(Array(laden.logged("snapshot").dropFirst(before)), rounds))
    }

    private func daemon(_ options: [String]) throws -> DaemonProcess {
        try DaemonProcess(
            executable: settings.executable,
            directory: DaemonProcess.freshDirectory(under: settings.data),
            isTCP: false,
            // Snapshots are made when they are asked for, and at no other time; and no connection is given up because
            // somebody had all processes stand still for a minute.
            options: [
                "--snapshot-interval", "0", "--max-in-flight", "65536", "--idle-timeout", "3600000",
            ] + settings.daemonOptions + options
        )
    }

    private func target(_ process: DaemonProcess) throws -> BenchTarget {
        try .furnished(
            daemon: process,
            load: .init(cards: settings.cards, seconds: settings.seconds),
            console: console
        )
    }

    /// A daemon with the cards and nothing else, measured after a second of load.
    private func fresh(_ options: [String], _ isCorrect: inout Bool) throws -> BenchFigures.Round {
        let process = try daemon(options)
        defer {
            process.stop()
            process.remove()
        }
        try process.start()
        var target = try target(process)
        _ = try target.measure(16, 64, seconds: 1)
        let round = try target.measure(16, 64)
        isCorrect = try target.verify() && isCorrect
        return round
    }

    /// Runs the body while one snapshot after the other is made.
    private func duringSnapshots(
        _ process: DaemonProcess,
        _ body: () throws -> BenchFigures.Round
    ) throws -> BenchFigures.Round {
        try RepeatedAsking.during(
            body,
            of: process.administration,
            thread: "snapshots",
            complaint: "no snapshot was made"
        ) { _ = try $0.call(SnapshotMake(), SnapshotMakeReply.self) }
    }

    // MARK: Showing

    private func show(_ rounds: Rounds) {
        console.section("Throughput at 16 x 64 (medians of \(settings.rounds) rounds)")
        func row(_ name: String, _ rows: [BenchFigures.Round], to base: [BenchFigures.Round]?) -> [String] {
            func time(_ part: (LatencySummary) -> UInt64) -> String {
                Format.duration(nanoseconds: UInt64(BenchFigures.median(rows.map { Double(part($0.latencies)) })))
            }
            return [
                name, Format.grouped(Int(BenchFigures.median(rows.map(\.perSecond)))),
                base.map { Format.percent(BenchFigures.ratio(rows, $0)) } ?? "", time(\.p50), time(\.p99), time(\.p999),
                Format.duration(nanoseconds: rows.map(\.latencies.maximum).max() ?? 0),
            ]
        }
        let holds = "\(Format.grouped(settings.holds)) holds"
        console.table([
            ["", "a second", "ratio", "p50", "p99", "p99.9", "longest"],
            row("nothing but the cards", rounds.bare, to: nil),
            row("the projection following, of that", rounds.projected, to: rounds.bare),
            row("\(holds), of that", rounds.holds, to: rounds.bare),
            row("\(holds), during snapshots, of those holds", rounds.snapshots, to: rounds.holds),
            row("\(holds), a quarter of the rate", rounds.calm, to: nil),
            row("\(holds), a quarter of the rate, during snapshots", rounds.calmSnapshots, to: nil),
        ])
    }

    /// - Returns: whether no lock was held for too long, and throughput was high enough meanwhile.
    private func showSnapshots(_ snapshots: [[String: String]], _ rounds: Rounds) -> Bool {
        func values(_ name: String) -> [Double] { snapshots.compactMap { $0[name].flatMap(Double.init) } }
        let pauses = values("longest_pause_microseconds")
        let works = values("longest_work_microseconds")
        console.section("Snapshots made under load: \(snapshots.count)")
        func microseconds(_ value: Double) -> String { Format.duration(nanoseconds: UInt64(value * 1e3)) }
        console.table([
            ["the longest that one held a lock", "median", "longest"],
            ["by the clock", microseconds(BenchFigures.median(pauses)), microseconds(pauses.max() ?? 0)],
            ["in time of its processor", microseconds(BenchFigures.median(works)), microseconds(works.max() ?? 0)],
            [
                "making one", microseconds(BenchFigures.median(values("microseconds"))),
                microseconds(values("microseconds").max() ?? 0),
            ],
        ])
        let isShort = !pauses.isEmpty && (pauses.max() ?? 0) <= Self.pauseMicrosecondsMax
        console.check(isShort, "no lock was held for more than 5 ms")
        let longWaits = values("long_lock_waits")
        let isWaitShort = !longWaits.isEmpty && longWaits.allSatisfy { $0 == 0 }
        console.check(isWaitShort, "nothing waited longer than 5 ms for one; \(Int(longWaits.reduce(0, +))) did")
        let ratio = BenchFigures.ratio(rounds.snapshots, rounds.holds)
        let isFast = ratio >= Self.snapshotRatioMin
        console.check(isFast, "\(Format.percent(ratio)) of the throughput during snapshots; 90 % are wanted")
        return isShort && isWaitShort && isFast
    }
}
