internal import Domain
internal import Foundation
internal import LoadDriver
internal import LoadModel
public import LoadReport
internal import Platform

/// What happens past saturation: how long what is accepted takes, how fast the rest is refused, how soon all is well
/// again after it, and what one connection that asks without end does to the others.
public struct Overload {
    /// How much is measured.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is.
        public var data: String
        /// Seconds of each step.
        public var seconds = 5.0
        /// Connections.
        public var connections = 16
        /// Cards.
        public var cards = 10_000
        /// The daemon's `--max-in-flight`; `nil`: it finds its own.
        public var bound: Int?
        /// How often recovery is measured; medians are reported.
        public var rounds = 5
        /// Seconds of overload before each.
        public var burstSeconds = 2.0
        /// What the daemon can do; `nil`: that is measured.
        public var perSecond: Double?
        /// Further options of the daemon.
        public var daemonOptions: [String] = []

        /// The defaults, with this daemon and place.
        public init(executable: String, data: String) {
            self.executable = executable
            self.data = data
        }
    }

    private let settings: Settings
    private let console: Console

    /// How much longer accepted requests may take past saturation than at 90 % of it.
    public static let slowdownMax: UInt64 = 2
    /// How long it may take after the overload until all is well again.
    public static let recoveryNanosecondsMax: UInt64 = 100_000_000
    /// Recovery is looked at in slices of 10 ms, for a second; so many in a row must be well.
    private static let sliceNanoseconds: UInt64 = 10_000_000
    private static let sliceCount = 100
    private static let wellCount = 5
    /// What a connection may have in flight.
    private static let depth = 1_024

    /// Figures to be taken; `run` takes them.
    public init(settings: Settings, console: Console) {
        self.settings = settings
        self.console = console
    }

    private struct Figures {
        var steps: [OverloadTarget.Step] = []
        var recoveries: [LatencySlices] = []
        /// Beside the one that floods.
        var others: OverloadTarget.Step?
        var flood: OverloadTarget.Step?
        /// Twice the p99 at 90 %.
        var slowNanoseconds: UInt64 = 0
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: whether all answers and balances were right, and whether it is as it should be.
    public func run() throws -> (isCorrect: Bool, isWell: Bool) {
        let process = try DaemonProcess(
            executable: settings.executable,
            directory: DaemonProcess.freshDirectory(under: settings.data),
            isTCP: false,
            options: (settings.bound.map { ["--max-in-flight", "\($0)"] } ?? []) + settings.daemonOptions
        )
        defer {
            process.stop()
            process.remove()
        }
        try process.start()
        let target = try OverloadTarget(process, cards: settings.cards, seed: 4_711)
        var figures = Figures()
        let rate = try capacity(target, &figures)
        for (name, share) in [("50 %", 0.5), ("90 %", 0.9), ("200 %", 2), ("50 %, right after", 0.5)] {
            figures.steps.append(try step(name, share * rate, target))
        }
        figures.slowNanoseconds = figures.steps[figures.steps.count - 3].accepted.p99 * Self.slowdownMax
        for _ in 0..<settings.rounds { figures.recoveries.append(try recovery(rate, figures, target)) }
        let flooding = try OverloadTarget(process, cards: settings.cards, seed: 4_712)
        (figures.others, figures.flood) = try beside(rate, target, flooding)
        let problems = try target.problems() + flooding.problems()
        show(figures)
        let isWell = judge(figures)
        console.check(problems.isEmpty, "every balance is right to the cent, and every request was answered")
        for problem in problems.prefix(10) { console.line("      \(problem)") }
        return (problems.isEmpty, isWell)
    }

    // MARK: Measuring

    /// In a closed loop everything comes in large reads, which cost less than what comes when it comes: so what counts
    /// is how much of more than that it accepts in an open loop.
    private func capacity(_ target: OverloadTarget, _ figures: inout Figures) throws -> Double {
        if let known = settings.perSecond { return known }
        let closed = try target.step("closed loop", plan(.closed), settings.connections, depth: 64)
        let most = try step("what it can do", closed.acceptedPerSecond * 1.5, target)
        figures.steps = [closed, most]
        return most.acceptedPerSecond
    }

    private func plan(_ pace: LoadPlan.Pace) -> OverloadTarget.Pace {
        OverloadTarget.Pace(pace: pace, seconds: settings.seconds)
    }

    private static func open(_ perSecond: Double) -> LoadPlan.Pace {
        .open(perSecond: UInt64(max(1, perSecond)), toleranceNanoseconds: 2_000_000)
    }

    private func step(
        _ name: String,
        _ perSecond: Double,
        _ target: OverloadTarget
    ) throws -> OverloadTarget.Step {
        var step = try target.step(name, plan(Self.open(perSecond)), settings.connections, depth: Self.depth)
        step.offeredPerSecond = perSecond
        return step
    }

    /// Twice of what it can do, and from one moment to the next half of it, over the same connections.
    private func recovery(
        _ rate: Double,
        _ figures: Figures,
        _ target: OverloadTarget
    ) throws -> LatencySlices {
        let slices = LatencySlices(
            count: Self.sliceCount,
            sliceNanoseconds: Self.sliceNanoseconds,
            slowNanoseconds: figures.slowNanoseconds
        )
        let pace = OverloadTarget.Pace(
            pace: Self.open(rate / 2),
            seconds: Double(UInt64(Self.sliceCount) * Self.sliceNanoseconds) / 1e9,
            warmUpSeconds: settings.burstSeconds,
            warmUpPerSecond: UInt64(max(1, rate * 2)),
            slices: slices
        )
        return try target.step("recovery", pace, settings.connections, depth: Self.depth).slices ?? slices
    }

    /// Half of what it can do over all connections but one, over which requests come without end.
    private func beside(
        _ rate: Double,
        _ target: OverloadTarget,
        _ flooding: OverloadTarget
    ) throws -> (others: OverloadTarget.Step, flood: OverloadTarget.Step) {
        let flood = plan(.closed)
        let flooded = Locked<Result<OverloadTarget.Step, any Error>?>(nil)
        let thread = try WorkerThread(name: "flood") {
            let step = Result { try flooding.step("the one that floods", flood, 1, depth: Self.depth) }
            flooded.withLock { $0 = step }
        }
        let pace = plan(Self.open(rate / 2))
        let others = Result { try target.step("the others", pace, settings.connections - 1, depth: Self.depth) }
        thread.join()
        var step = try others.get()
        step.offeredPerSecond = rate / 2
        guard let flood = try flooded.withLock({ $0 })?.get() else { throw LoadFailure.usage("the flood never began") }
        return (step, flood)
    }

    // MARK: Showing

    private func show(_ figures: Figures) {
        console.section("Overload, \(settings.bound.map { "at most \($0) requests in flight" } ?? "automatic bound")")
        let all = figures.steps + [figures.others, figures.flood].compactMap { $0 }
        console.table(
            [["", "offered/s", "accepted/s", "p50", "p99", "refused", "p99 of refusals"]]
                + all.map { step in
                    [
                        step.name, step.offeredPerSecond.map { Format.grouped(UInt64($0)) } ?? "",
                        Format.grouped(UInt64(step.acceptedPerSecond)), Format.duration(nanoseconds: step.accepted.p50),
                        Format.duration(nanoseconds: step.accepted.p99), Format.grouped(step.refused.count),
                        step.refused.count == 0 ? "" : Format.duration(nanoseconds: step.refused.p99),
                    ]
                }
        )
        let slow = Format.duration(nanoseconds: figures.slowNanoseconds)
        console.section("After \(settings.rounds) overloads (due in; slow is more than \(slow))")
        console.table([["", "decided", "refused", "slow", "longest"]] + Self.spans.map { row($0, figures.recoveries) })
    }

    /// The times of recovery that are shown together, in milliseconds.
    private static let spans = [0..<10, 10..<20, 20..<50, 50..<100, 100..<200, 200..<1_000]

    private func row(_ span: Range<Int>, _ recoveries: [LatencySlices]) -> [String] {
        let sliceMilliseconds = Int(Self.sliceNanoseconds / 1_000_000)
        let numbers = span.lowerBound / sliceMilliseconds..<span.upperBound / sliceMilliseconds
        let slices = recoveries.flatMap { $0.slices[numbers] }
        func sum(_ part: (LatencySlices.Slice) -> UInt64) -> String {
            Format.grouped(slices.reduce(0) { $0 + part($1) })
        }
        return [
            "\(span.lowerBound) to \(span.upperBound) ms", sum(\.accepted), sum(\.refused), sum(\.slow),
            Format.duration(nanoseconds: slices.map(\.longest).max() ?? 0),
        ]
    }

    private func judge(_ figures: Figures) -> Bool {
        let slow = figures.slowNanoseconds
        var isWell = true
        func check(_ holds: Bool, _ sentence: String) {
            console.check(holds, sentence)
            isWell = isWell && holds
        }
        let (over, after) = (figures.steps[figures.steps.count - 2], figures.steps[figures.steps.count - 1])
        check(over.accepted.p99 <= slow, "at 200 % the accepted are answered within twice the p99 of 90 % load")
        check(over.refused.count > 0 && over.refused.p99 <= slow, "the rest is refused, and as fast")
        check(
            after.isServed && after.accepted.p99 <= slow,
            "right after, less than one in a thousand is refused and nothing is slower"
        )
        let recoveries = figures.recoveries.map { $0.wellFrom(for: Self.wellCount) ?? .max }.sorted()
        let middle = recoveries.isEmpty ? .max : recoveries[recoveries.count / 2]
        let times = recoveries.map { $0 == .max ? "never" : "\($0 / 1_000_000)" }.joined(separator: ", ")
        check(
            middle <= Self.recoveryNanosecondsMax,
            "all is well within 100 ms after an overload; from these milliseconds on it was: \(times)"
        )
        if let others = figures.others {
            check(
                others.isServed && others.accepted.p99 <= slow,
                "beside one that asks without end the others are as fast, and less than one in a thousand is refused"
            )
        }
        return isWell
    }
}
