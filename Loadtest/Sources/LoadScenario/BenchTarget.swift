internal import Client
internal import Cryptography
internal import Domain
internal import LoadDriver
internal import LoadModel
internal import LoadReport
internal import Platform
internal import Wire

/// One daemon of the benchmark, with the ledger of its cards.
struct BenchTarget: ~Copyable {
    private let daemon: DaemonProcess
    private let load: Load
    private let console: Console
    private let naming: CardNaming
    private let currency: Currency
    private let fleet: CardFleet
    private var model: LedgerModel
    private var problems: [String]
    private var runs: UInt64

    /// What is asked of the daemon, where nothing else is said.
    struct Load {
        /// Cards that it is to have.
        var cards: Int
        /// Seconds of one measurement.
        var seconds = 2.0
        /// Threads that generate.
        var threads = 1
        /// Whether payments take the money at once, so that they are closed as soon as they are decided.
        var isFinancial = false
    }

    /// Another way to the daemon than its first gateway.
    struct Sealed {
        var endpoint: Endpoint
        var tls: TLSClientContext
    }

    private static let limit: Int64 = 100_000_000_000_000

    /// Cards that are made before those whose memory is measured.
    private static let firstCardCount = 1_000

    /// A daemon with the settings of a real installation and all cards.
    static func furnished(daemon: DaemonProcess, load: Load, console: Console) throws -> BenchTarget {
        var target = try BenchTarget(daemon: daemon, load: load, console: console)
        try target.configure()
        _ = try target.makeCards()
        return target
    }

    init(daemon: DaemonProcess, load: Load, console: Console) throws {
        guard let euro = Currency("EUR") else { throw LoadFailure.usage("EUR is no currency") }
        let naming = CardNaming(seed: 4_711)
        self.daemon = daemon
        self.load = load
        self.console = console
        self.naming = naming
        currency = euro
        fleet = CardFleet(
            administration: daemon.administration,
            naming: naming,
            currency: euro,
            limit: Self.limit
        )
        model = LedgerModel(count: 1)
        problems = []
        runs = 0
    }

    /// Turns on what a real installation has: block lists and a second velocity rule, beside the defaults.
    func configure() throws {
        let exact = (0..<200).map { "BLOCKED MERCHANT \(1_000 + $0)" }.joined(separator: "\n")
        let parts = (0..<20).map { "CASINO ROYAL \(10 + $0)" }.joined(separator: "\n")
        let values = [
            ("merchant-block.exact", exact), ("merchant-block.contains", parts),
            ("velocity.2", "sum>50000.00 in 1h flag"),
        ]
        let link = try GatewayLink(to: daemon.administration)
        for (index, setting) in values.enumerated() {
            _ = try link.call(
                ConfigSet(
                    requestID: RequestID(high: RandomBytes.word() | 1, low: UInt64(index)),
                    transmissionTime: Instant(microseconds: Clock.now()),
                    expectedVersion: .zero,
                    key: setting.0,
                    value: setting.1
                ),
                ConfigSetReply.self
            )
        }
    }

    /// Makes the cards.
    ///
    /// - Returns: By how many bytes the daemon grew for every card after the first ones; 0 where there are no others.
    mutating func makeCards(first: Int = firstCardCount) throws -> Double {
        let all = load.cards
        _ = try fleet.create(0..<first)
        let before = try status().residentBytes
        let bar = ProgressBar(title: "cards")
        if all > first { _ = try fleet.create(first..<all) { bar.show($0) } }
        bar.finish()
        let after = try status().residentBytes
        model = LedgerModel(count: all)
        return all > first ? (Double(after) - Double(before)) / Double(all - first) : 0
    }

    /// Takes over what the cards of a daemon that was started again hold.
    mutating func knowBalances() throws {
        model = try fleet.prepare(count: load.cards, isPosted: load.isFinancial)
    }

    /// Over a connection of its own: between two of these more time may pass than the daemon bears silence.
    func status() throws -> StatusReply {
        try GatewayLink(to: daemon.administration).call(Status(), StatusReply.self)
    }

    /// Decisions that the daemon has made since its start.
    func decisionCount() throws -> UInt64 {
        let status = try status()
        return status.approved + status.declined + status.flagged
    }

    /// Runs a load and goes on with the balances that it left.
    ///
    /// - Parameters:
    ///   - pace: a closed loop, where nothing else is said.
    ///   - sealed: where TLS is spoken, if it is.
    ///   - windows: where the latencies are added, if anywhere.
    ///   - watch: called some ten times a second, once the connections are there.
    mutating func measure(
        _ connections: Int,
        _ depth: Int,
        skew: KeySkew = .uniform,
        seconds: Double? = nil,
        pace: LoadPlan.Pace = .closed,
        over sealed: Sealed? = nil,
        windows: LatencyWindows? = nil,
        watch: ((Double, Int) -> Void)? = nil
    ) throws -> BenchFigures.Round {
        let plan = plan(pace: pace, skew: skew, seconds: seconds ?? load.seconds, isEcho: false)
        return try carryOut(plan, connections, depth, over: sealed, windows: windows, watch: watch)
    }

    /// Makes so many payments, as fast as it goes.
    mutating func fill(_ count: Int) throws {
        var plan = plan(pace: .once(total: UInt64(count)), skew: .uniform, seconds: 3_600, isEcho: false)
        plan.warmUpNanoseconds = 0
        let bar = ProgressBar(title: "payments")
        _ = try carryOut(plan, 16, 256) { bar.show(Double($1) / Double(max(1, count))) }
        bar.finish()
    }

    private mutating func carryOut(
        _ plan: LoadPlan,
        _ connections: Int,
        _ depth: Int,
        over sealed: Sealed? = nil,
        windows: LatencyWindows? = nil,
        watch: ((Double, Int) -> Void)? = nil
    ) throws -> BenchFigures.Round {
        runs += 1
        let runner = try LoadRunner(
            gateway: sealed?.endpoint ?? daemon.gateway,
            tls: sealed?.tls,
            connections: connections,
            depth: depth,
            threads: load.threads
        )
        let stolen = StolenTime()
        var result = try runner.run(plan, model: model, watch: watch)
        for discrepancy in result.discrepancies { problems.append("reply: \(discrepancy)") }
        if result.tally.unanswered != 0 { problems.append("\(result.tally.unanswered) requests were not answered") }
        for (code, count) in result.tally.rejectsByCode {
            problems.append("\(count) requests were refused with \(code)")
        }
        result.model.rebase()
        model = result.takeModel()
        windows?.add(result.latencies, stolen: stolen.share())
        return BenchFigures.Round(perSecond: result.perSecond, latencies: result.latencies.summary)
    }

    /// The same frames against a peer that sends them back.
    func measureEcho(_ connections: Int, _ depth: Int) throws -> BenchFigures.Round {
        let runner = try LoadRunner(
            gateway: daemon.gateway,
            connections: connections,
            depth: depth,
            threads: load.threads
        )
        let result = try runner.run(
            plan(pace: .closed, skew: .uniform, seconds: load.seconds, isEcho: true),
            model: LedgerModel(count: load.cards)
        )
        return BenchFigures.Round(perSecond: result.perSecond, latencies: result.latencies.summary)
    }

    private func plan(pace: LoadPlan.Pace, skew: KeySkew, seconds: Double, isEcho: Bool) -> LoadPlan {
        LoadPlan(
            pace: pace,
            warmUpNanoseconds: 300_000_000,
            measureNanoseconds: UInt64(seconds * 1e9),
            naming: naming,
            cardCount: isEcho ? load.cards : model.count,
            skew: skew,
            amounts: 100...9_999,
            seed: runs,
            requestIDHigh: RandomBytes.word() | 1,
            verifiesChecksums: false,
            isEcho: isEcho,
            frames: MerchantFrames.make(currency: currency, isFinancial: load.isFinancial),
            isFinancial: load.isFinancial
        )
    }

    /// Compares all balances, and shows what was wrong on the way.
    borrowing func verify() throws -> Bool {
        let verification = try fleet.verify(model, isPosted: load.isFinancial)
        let wrong = problems + verification.discrepancies.map { "balance: \($0)" }
        console.check(
            wrong.isEmpty,
            "\(Format.grouped(verification.cards)) balances equal the model to the cent, every request was answered"
        )
        for line in wrong.prefix(10) { console.line("      \(line)") }
        return wrong.isEmpty
    }
}
