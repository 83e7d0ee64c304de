import ArgumentParser
import Domain
import LoadDriver
import LoadModel
import LoadReport
import Platform

/// The closed loop.
struct SaturateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saturate",
        abstract: "Closed loop: connections times depth requests in flight, all the time."
    )

    @OptionGroup var options: LoadOptions
    @OptionGroup var shape: ShapeOptions

    mutating func run() throws {
        let report = try shape.carryOut("saturate", options, pace: .closed, lateShareMax: 1)
        try finish(report.verdict)
    }
}

/// The open loop.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Open loop: a constant rate, latency from the time at which a request was due.",
        discussion: """
            A request is due at its time whatever became of the ones before it, and its latency counts from then, so a \
            stall shows in all requests that it held up. When the generator itself is late, the run is INVALID and the \
            exit status is 2.
            """
    )

    @OptionGroup var options: LoadOptions
    @OptionGroup var shape: ShapeOptions

    @Option(help: "Requests a second.")
    var rate: UInt64

    @Option(help: "A send is late when it is more than so many microseconds after its time.")
    var lateTolerance: UInt64 = 2_000

    @Option(help: "The run is invalid when a larger share of sends is late (0 to 1).")
    var lateShare = 0.001

    mutating func run() throws {
        guard (1...100_000_000).contains(rate) else { throw ValidationError("--rate: 1 to 100,000,000") }
        let pace = LoadPlan.Pace.open(perSecond: rate, toleranceNanoseconds: lateTolerance * 1_000)
        let report = try shape.carryOut(
            "run",
            options,
            pace: pace,
            lateShareMax: lateShare,
            extra: [("rate", Format.grouped(rate))]
        )
        try finish(report.verdict)
    }
}

/// What the two loops have in common.
struct ShapeOptions: ParsableArguments {
    @Option(help: "Seconds that are measured.")
    var seconds = 10.0

    @Option(help: "Seconds of load before, which are not measured.")
    var warmUp = 1.0

    @Option(help: "Which cards are asked about: uniform, zipf:EXPONENT, hot (one card), hot:SHARE.")
    var skew = "uniform"

    @Option(help: "Amount of each payment, or a range to draw from: 1.00-99.99.")
    var amount = "1.00-99.99"

    @Option(help: "Spending limit of the cards.")
    var limit = "1000000000000.00"

    @Option(help: "How many merchants ask, each as often as the others: 1 to 10000.")
    var merchants = 16

    @Flag(help: "Take the money at once (ISO 8583 0200): payments are closed as soon as they are decided.")
    var financial = false

    /// Prepares the cards, runs, verifies and reports.
    func carryOut(
        _ name: String,
        _ options: LoadOptions,
        pace: LoadPlan.Pace,
        lateShareMax: Double,
        extra: [(String, String)] = []
    ) throws -> RunReport {
        guard seconds > 0, seconds <= 86_400, warmUp >= 0, warmUp <= 3_600 else {
            throw ValidationError("--seconds up to 86,400, --warm-up up to 3,600")
        }
        guard (1...MerchantFrames.countMax).contains(merchants) else {
            throw ValidationError("--merchants: 1 to \(MerchantFrames.countMax)")
        }
        guard let keys = KeySkew(skew) else { throw ValidationError("--skew: uniform, zipf:1.0, hot or hot:0.5") }
        let currency = try options.money()
        let range = try amounts(amount, currency)
        let limitUnits = try amounts(limit, currency).upperBound
        let naming = CardNaming(seed: options.seed)
        let console = Console()
        return try options.withDaemon { target in
            let runner = try LoadRunner(
                gateway: target.gateway,
                tls: target.tls,
                connections: options.connections,
                depth: options.depth,
                threads: options.threads
            )
            let fleet = CardFleet(
                administration: target.administration,
                naming: naming,
                currency: currency,
                limit: limitUnits
            )
            let bar = ProgressBar(title: "cards")
            let model = try fleet.prepare(count: options.cards, isPosted: financial) { bar.show($0) }
            let plan = LoadPlan(
                pace: pace,
                warmUpNanoseconds: UInt64(warmUp * 1e9),
                measureNanoseconds: UInt64(seconds * 1e9),
                naming: naming,
                cardCount: options.cards,
                skew: keys,
                amounts: range,
                seed: options.seed,
                requestIDHigh: RandomBytes.word() | 1,
                verifiesChecksums: options.checksums,
                isEcho: false,
                frames: MerchantFrames.make(currency: currency, count: merchants, isFinancial: financial),
                isFinancial: financial
            )
            let load = ProgressBar(title: name)
            let result = try runner.run(plan, model: model) { share, answers in
                load.show(share, note: Format.grouped(answers))
            }
            load.finish()
            let verification = try fleet.verify(result.model, isPosted: financial)
            let configuration =
                [("connections", "\(options.connections)"), ("depth", "\(options.depth)")] + extra
                + [
                    ("cards", Format.grouped(options.cards)), ("skew", keys.description),
                    ("amount", "\(amount) \(currency)"), ("merchants", "\(merchants)"),
                    ("threads", "\(options.threads)"), ("seed", "\(options.seed)"),
                ]
            let report = RunReport(
                name: name,
                configuration: configuration,
                result: result,
                verification: verification,
                lateShareMax: lateShareMax
            )
            report.show(console)
            try options.write(report, console)
            return report
        }
    }
}
