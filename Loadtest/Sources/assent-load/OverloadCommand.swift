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
            Measures what the daemon can do (closed loop), and the latency at 90 % of that (open loop). From both \
            follows how many requests may be in flight; a daemon with that bound (--max-in-flight) then gets twice as \
            much as it can do, and half as much right after. Latencies count from the time at which a request was due.
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

    @Option(help: "The bound to use; by default what follows from the measurement.")
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
        let before = try with([]) { target throws in
            let closed = try target.step("what it can do", pace: .closed, depth: 64, seconds)
            let rate = closed.accepted
            steps = [closed, try target.open("90 %", rate * 0.9, seconds)]
            problems += try target.problems()
            return rate
        }
        let allowed = bound ?? Int(before * Double(steps[1].acceptedLatency.p99) / 1e9) + 1
        try with(["--max-in-flight", "\(max(1, allowed))"]) { target throws in
            steps.append(try target.open("90 %, bounded", before * 0.9, seconds))
            steps.append(try target.open("200 %, bounded", before * 2, seconds))
            steps.append(try target.open("50 % right after", before * 0.5, seconds))
            problems += try target.problems()
        }
        console.section("overload, at most \(Format.grouped(allowed)) requests in flight")
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
        let normal = steps[1].acceptedLatency.p99
        let over = steps[3]
        let holds = over.acceptedLatency.p99 <= 2 * normal
        console.check(holds, "at 200 % the accepted are answered within twice the p99 of 90 % load")
        console.check(over.refused > 0, "the rest is refused")
        let recovers = steps[4].refused == 0 && steps[4].acceptedLatency.p99 <= 2 * normal
        console.check(recovers, "right after, nothing is refused and nothing is slower")
        console.check(problems.isEmpty, "every balance is right to the cent")
        for problem in problems { console.line("  " + problem) }
        if !problems.isEmpty { throw ExitCode(1) }
        if !holds || !recovers || over.refused == 0 { throw ExitCode(1) }
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
