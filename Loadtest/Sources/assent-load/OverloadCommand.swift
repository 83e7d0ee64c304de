import ArgumentParser
import Domain
import LoadDriver
import LoadModel
import LoadReport
import LoadScenario
import Platform

/// What happens past saturation.
struct OverloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Past saturation: latency of what is accepted, refusals, and recovery.",
        discussion: """
            Measures what the daemon can do (in a closed loop, and what it accepts of more than that in an open one), \
            and the latency at half and at 90 % of the latter; then it gets twice as much, and half as much right \
            after. Latencies count from the time at which a request was due, so a generator that does not keep up \
            shows in them: give daemon and generator processors of their own where there are only two (the option \
            --daemon may name a script that runs taskset(1)).
            """
    )

    @Option(help: "The assentd to start, on a fresh directory under --data.")
    var daemon: String

    @Option(help: "Where its data is; removed afterwards.")
    var data = ".build/bench-data"

    @Option(help: "Seconds of each step.")
    var seconds = 5.0

    @Option(help: "Connections.")
    var connections = 16

    @Option(help: "The daemon's --max-in-flight; by default it finds its own.")
    var bound: Int?

    private struct Step {
        let name: String
        let offered: Double
        let accepted: Double
        let refused: UInt64
        let acceptedLatency: LatencySummary
        let refusedLatency: LatencySummary
    }

    mutating func run() throws {
        let console = Console()
        var steps: [Step] = []
        var problems: [String] = []
        try with(bound.map { ["--max-in-flight", "\($0)"] } ?? []) { target throws in
            // In a closed loop everything comes in large reads, which cost less than what comes when it comes.
            let closed = try target.step("closed loop", pace: .closed, depth: 64, seconds)
            let most = try target.open("what it can do", closed.accepted * 1.5, seconds)
            let rate = most.accepted
            steps = [closed, most]
            steps.append(try target.open("50 %", rate * 0.5, seconds))
            steps.append(try target.open("90 %", rate * 0.9, seconds))
            steps.append(try target.open("200 %", rate * 2, seconds))
            steps.append(try target.open("50 % right after", rate * 0.5, seconds))
            problems = try target.problems()
        }
        console.section("overload, " + (bound.map { "at most \($0) requests in flight" } ?? "automatic bound"))
        console.table(
            [["", "offered/s", "accepted/s", "p50", "p99", "refused", "p99 of refusals"]]
                + steps.map { step in
                    [
                        step.name, Format.grouped(UInt64(step.offered)), Format.grouped(UInt64(step.accepted)),
                        Format.duration(nanoseconds: step.acceptedLatency.p50),
                        Format.duration(nanoseconds: step.acceptedLatency.p99), Format.grouped(step.refused),
                        Format.duration(nanoseconds: step.refusedLatency.p99),
                    ]
                }
        )
        let normal = steps[3].acceptedLatency.p99
        let over = steps[4]
        let holds = over.acceptedLatency.p99 <= 2 * normal
        console.check(holds, "at 200 % the accepted are answered within twice the p99 of 90 % load")
        console.check(
            over.refused > 0 && over.refusedLatency.p99 <= 2 * normal,
            "the rest is refused, and as fast"
        )
        let after = steps[5]
        let recovers = after.refused * 1_000 <= after.acceptedLatency.count && after.acceptedLatency.p99 <= 2 * normal
        console.check(recovers, "right after, less than one in a thousand is refused and nothing is slower")
        console.check(problems.isEmpty, "every balance is right to the cent")
        for problem in problems { console.line("  " + problem) }
        if !problems.isEmpty { throw ExitCode(1) }
        if !holds || !recovers || over.refused == 0 || over.refusedLatency.p99 > 2 * normal { throw ExitCode(1) }
    }

    private func with<Result>(_ options: [String], _ body: (inout Target) throws -> Result) throws -> Result {
        let directory = try DaemonProcess.freshDirectory(under: data)
        let process = try DaemonProcess(executable: daemon, directory: directory, isTCP: false, options: options)
        defer {
            process.stop()
            process.remove()
        }
        try process.start()
        var target = try Target(process, connections: connections)
        return try body(&target)
    }

    /// One daemon and the ledger of its cards.
    private struct Target: ~Copyable {
        private let process: DaemonProcess
        private let connections: Int
        private let fleet: CardFleet
        private let currency: Currency
        private var model: LedgerModel
        private var found: [String] = []

        private static let cardCount = 10_000

        init(_ process: DaemonProcess, connections: Int) throws {
            guard let euro = Currency("EUR") else { throw LoadFailure.usage("EUR is no currency") }
            let fleet = CardFleet(
                administration: process.administration,
                naming: CardNaming(seed: 4_711),
                currency: euro,
                limit: 100_000_000_000_000
            )
            let model = try fleet.prepare(count: Self.cardCount)
            self.process = process
            self.connections = connections
            self.currency = euro
            self.fleet = fleet
            self.model = model
        }

        mutating func open(_ name: String, _ rate: Double, _ seconds: Double) throws -> Step {
            let pace = LoadPlan.Pace.open(perSecond: UInt64(max(1, rate)), toleranceNanoseconds: 2_000_000)
            var step = try self.step(name, pace: pace, depth: 1_024, seconds)
            step = Step(
                name: name,
                offered: rate,
                accepted: step.accepted,
                refused: step.refused,
                acceptedLatency: step.acceptedLatency,
                refusedLatency: step.refusedLatency
            )
            return step
        }

        mutating func step(_ name: String, pace: LoadPlan.Pace, depth: Int, _ seconds: Double) throws -> Step {
            // What the steps before have left on the cards is there already.
            model.rebase()
            let runner = try LoadRunner(gateway: process.gateway, connections: connections, depth: depth)
            let plan = LoadPlan(
                pace: pace,
                warmUpNanoseconds: 1_000_000_000,
                measureNanoseconds: UInt64(seconds * 1e9),
                naming: fleet.naming,
                cardCount: Self.cardCount,
                skew: .uniform,
                amounts: 100...9_999,
                seed: 1,
                requestIDHigh: RandomBytes.word() | 1,
                verifiesChecksums: true,
                isEcho: false,
                frames: MerchantFrames.make(currency: currency)
            )
            var result = try runner.run(plan, model: model)
            found += result.discrepancies.map { "\($0)" }
            if result.tally.unanswered != 0 { found.append("\(result.tally.unanswered) requests were not answered") }
            let accepted = result.acceptances.summary
            let refused = result.refusals.summary
            model = result.takeModel()
            let rate = Double(accepted.count) / seconds
            return Step(
                name: name,
                offered: rate,
                accepted: rate,
                refused: refused.count,
                acceptedLatency: accepted,
                refusedLatency: refused
            )
        }

        func problems() throws -> [String] {
            let verification = try fleet.verify(model)
            return found + verification.discrepancies.map { "\($0)" }
        }
    }
}
