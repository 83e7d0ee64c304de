internal import Domain
public import LoadModel
public import LoadReport

/// What became of a run, for people and for programs.
public struct RunReport: Sendable {
    /// How a run ends.
    public enum Verdict: String, Sendable {
        /// Everything holds.
        case valid
        /// Nothing is wrong with the daemon, but the figures do not say what they should.
        case invalid
        /// The daemon contradicts the model, or did not answer.
        case failed

        /// The process's exit status.
        public var exitStatus: Int32 {
            switch self {
            case .valid: 0
            case .failed: 1
            case .invalid: 2
            }
        }
    }

    /// What was run, such as `saturate`.
    public let name: String
    /// How, in order.
    public let configuration: [(String, String)]
    /// Answers a second in the measured time.
    public let perSecond: Double
    /// Seconds that were measured.
    public let seconds: Double
    /// Latencies.
    public let latencies: LatencySummary
    /// All answers, warm-up included.
    public let tally: Tally
    /// Sum of what was approved, in minor units.
    public let approvedTotal: Int64
    /// How many cards were compared with the daemon's.
    public let verifiedCards: Int
    /// How many cards were asked about.
    public let touchedCards: Int
    /// Processor seconds that the generator spent.
    public let processorSeconds: Double
    /// Late sends of an open loop.
    public let lateness: LatenessGauge
    /// What is wrong with the daemon.
    public private(set) var failures: [String] = []
    /// What is wrong with the measurement.
    public private(set) var invalidities: [String] = []

    private let hgrm: String
    private let curve: [(share: Double, nanoseconds: UInt64)]

    /// Judges a run.
    ///
    /// - Parameter lateShareMax: The share of late sends up to which an open loop's figures are good.
    public init(
        name: String,
        configuration: [(String, String)],
        result: borrowing LoadResult,
        verification: Verification,
        lateShareMax: Double
    ) {
        self.name = name
        self.configuration = configuration
        perSecond = result.perSecond
        seconds = result.seconds
        latencies = result.latencies.summary
        tally = result.tally
        approvedTotal = result.model.approvedTotal
        touchedCards = result.model.touchedCount
        verifiedCards = verification.cards
        processorSeconds = result.processorSeconds
        lateness = result.lateness
        hgrm = result.latencies.hgrm()
        curve = result.latencies.curve()
        if result.tally.unanswered != 0 { failures.append("\(result.tally.unanswered) requests were not answered") }
        for discrepancy in result.discrepancies { failures.append("reply: \(discrepancy)") }
        if result.discrepancyCount > UInt64(result.discrepancies.count) {
            failures.append("\(result.discrepancyCount) replies in all contradict the model")
        }
        for discrepancy in verification.discrepancies { failures.append("balance: \(discrepancy)") }
        if verification.wrong > verification.discrepancies.count {
            failures.append("\(verification.wrong) balances in all contradict the model")
        }
        judgeMeasurement(sawGoAway: result.sawGoAway, lateShareMax: lateShareMax)
    }

    private mutating func judgeMeasurement(sawGoAway: Bool, lateShareMax: Double) {
        if lateness.lateShare > lateShareMax {
            invalidities.append(
                "the generator was late: \(Format.percent(lateness.lateShare)) of sends more than "
                    + "\(Format.duration(nanoseconds: lateness.toleranceNanoseconds)) after their time, the worst "
                    + Format.duration(nanoseconds: lateness.worstNanoseconds)
            )
        }
        for (code, count) in tally.rejectsByCode {
            let text = "\(Format.grouped(count)) requests were refused with code \(code)"
            if (500..<600).contains(code) { failures.append(text) } else { invalidities.append(text) }
        }
        if sawGoAway { invalidities.append("the daemon went away during the run") }
        if latencies.count == 0 { invalidities.append("nothing was measured") }
    }

    /// The worst of what was found.
    public var verdict: Verdict {
        if !failures.isEmpty { return .failed }
        return invalidities.isEmpty ? .valid : .invalid
    }

    /// Adds something that is wrong with the daemon.
    public mutating func fail(_ what: String) { failures.append(what) }

    /// Shows the report.
    public func show(_ console: Console) {
        console.section("\(name)  " + configuration.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        let time: (UInt64) -> String = { Format.duration(nanoseconds: $0) }
        console.table([
            ["decisions a second", Format.grouped(UInt64(perSecond))],
            ["latency p50", time(latencies.p50)], ["p90", time(latencies.p90)], ["p99", time(latencies.p99)],
            ["p99.9", time(latencies.p999)], ["max", time(latencies.maximum)],
            ["requests in all", Format.grouped(tally.sent)],
            ["approved", Format.grouped(tally.count(Outcome.approved))],
            ["flagged", Format.grouped(tally.count(Outcome.flagged))],
            ["declined", Format.grouped(tally.count(Outcome.declined))],
        ])
        console.table(tally.declines.map { ["    \($0.reason)", Format.grouped($0.count)] })
        console.table(tally.rejectsByCode.map { ["    reject \($0.code)", Format.grouped($0.count)] })
        console.line("  generator: \(Format.decimal(processorSeconds, 2)) processor seconds")
        let balances =
            "\(Format.grouped(verifiedCards)) balances equal the model to the cent "
            + "(\(Format.grouped(touchedCards)) cards touched, \(Format.grouped(approvedTotal)) minor units approved)"
        console.check(failures.isEmpty, failures.isEmpty ? balances : "see below")
        for failure in failures { console.line("  " + console.paint("FAILED", .red) + "  \(failure)") }
        for invalidity in invalidities { console.line("  " + console.paint("INVALID", .yellow) + "  \(invalidity)") }
    }

    /// The report for programs.
    public var json: JSONValue {
        .object([
            ("name", .string(name)),
            ("configuration", .object(configuration.map { ($0.0, .string($0.1)) })),
            ("verdict", .string(verdict.rawValue)),
            ("failures", .array(failures.map(JSONValue.string))),
            ("invalid", .array(invalidities.map(JSONValue.string))),
            ("per_second", .number(perSecond)), ("seconds", .number(seconds)),
            ("latency", .object(latencies.json)),
            ("requests", .count(tally.sent)), ("approved", .count(tally.count(Outcome.approved))),
            ("flagged", .count(tally.count(Outcome.flagged))), ("declined", .count(tally.count(Outcome.declined))),
            ("declines", .object(tally.declines.map { ($0.reason, .count($0.count)) })),
            ("rejects", .object(tally.rejectsByCode.map { (String($0.code), .count($0.count)) })),
            ("late_share", .number(lateness.lateShare)),
            ("late_worst_us", .microseconds(lateness.worstNanoseconds)),
            ("approved_minor_units", .integer(approvedTotal)),
            ("cards_touched", .integer(Int64(touchedCards))), ("balances_verified", .integer(Int64(verifiedCards))),
            ("generator_processor_seconds", .number(processorSeconds)),
        ])
    }

    /// The files' contents: name and text.
    public var files: [(name: String, text: String)] {
        let title = "\(name): \(Format.grouped(UInt64(perSecond))) decisions a second"
        let subtitle = configuration.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let drawing = PercentileCurve(
            title: title,
            subtitle: subtitle,
            series: [.init(name: "latency of a decision", points: curve)]
        )
        return [("\(name).json", json.text), ("\(name).hgrm", hgrm), ("\(name).svg", drawing.svg)]
    }
}
