internal import Foundation
internal import LoadDriver
public import LoadReport

/// Two builds of the daemon side by side: what a decision costs each in processor time, and how many each makes.
public struct BuildComparison {
    /// The most processor time that a decision may cost the first build, of what it costs the other.
    public static let costRatioMax = 1.03

    private let settings: TurnSettings
    private let other: String
    private let console: Console

    /// A comparison of `settings.executable` with another assentd; `run` carries it out.
    public init(settings: TurnSettings, other: String, console: Console) {
        self.settings = settings
        self.other = other
        self.console = console
    }

    private struct Rounds {
        var rates: [BenchFigures.Round] = []
        /// Nanoseconds of all processors for one decision.
        var costs: [Double] = []

        /// Measures once; the daemon is suspended before and afterwards.
        mutating func measure(_ daemon: DaemonProcess, _ target: inout BenchTarget) throws {
            daemon.proceed()
            defer { daemon.suspend() }
            let (decisions, time) = (try target.decisionCount(), try daemon.processorNanoseconds())
            rates.append(try target.measure(16, 64))
            let spent = try daemon.processorNanoseconds() - time
            costs.append(Double(spent) / Double(max(1, try target.decisionCount() - decisions)))
        }
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: Whether all answers and balances were right, and whether a decision costs the first build no more
    ///   than `costRatioMax` of what it costs the other.
    public func run() throws -> (isCorrect: Bool, isCheap: Bool) {
        let ours = try daemon(settings.executable)
        let theirs = try daemon(other)
        defer {
            for each in [ours, theirs] {
                each.proceed()
                each.stop()
                each.remove()
            }
        }
        var target = try furnished(ours)
        var otherTarget = try furnished(theirs)
        var rounds = Rounds()
        var otherRounds = Rounds()
        for number in 1...settings.rounds {
            console.line(console.paint("  round \(number) of \(settings.rounds)", .dim))
            // Whoever comes first may find the machine otherwise than who comes second.
            if number % 2 == 1 {
                try rounds.measure(ours, &target)
                try otherRounds.measure(theirs, &otherTarget)
            } else {
                try otherRounds.measure(theirs, &otherTarget)
                try rounds.measure(ours, &target)
            }
        }
        ours.proceed()
        theirs.proceed()
        let isCorrect = try [target.verify(), otherTarget.verify()].allSatisfy { $0 }
        return (isCorrect, show(rounds, otherRounds))
    }

    private func daemon(_ executable: String) throws -> DaemonProcess {
        try DaemonProcess(
            executable: executable,
            directory: DaemonProcess.freshDirectory(under: settings.data),
            isTCP: false,
            options: TurnSettings.daemonOptions
        )
    }

    /// A daemon with its cards, warm and suspended.
    private func furnished(_ daemon: DaemonProcess) throws -> BenchTarget {
        try daemon.start()
        var target = try BenchTarget.furnished(
            daemon: daemon,
            load: .init(cards: settings.cards, seconds: settings.seconds),
            console: console
        )
        _ = try target.measure(16, 64)
        daemon.suspend()
        return target
    }

    private func show(_ rounds: Rounds, _ others: Rounds) -> Bool {
        console.section("16 x 64 over a Unix socket (medians of \(settings.rounds) rounds)")
        func row(_ name: String, _ rounds: Rounds) -> [String] {
            BenchFigures.row(name, rounds.rates) + [Format.decimal(BenchFigures.median(rounds.costs), 0) + " ns"]
        }
        console.table([
            ["", "a second", "p50", "p99", "p99.9", "processor time of a decision"],
            row(settings.executable, rounds), row(other, others),
        ])
        let ratios = zip(rounds.costs, others.costs).map { $0 / max($1, 1) }
        let ratio = BenchFigures.median(ratios)
        console.line("  \(Format.percent(BenchFigures.ratio(rounds.rates, others.rates))) of the other's decisions")
        let isCheap = ratio <= Self.costRatioMax
        console.check(
            isCheap,
            "a decision takes \(Format.percent(ratio)) of the other's processor time "
                + "(\(Format.percent(ratios.min() ?? 0)) to \(Format.percent(ratios.max() ?? 0)) in one round); "
                + "at most \(Format.percent(Self.costRatioMax)) are wanted"
        )
        return isCheap
    }
}
