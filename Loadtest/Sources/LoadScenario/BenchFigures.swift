public import LoadReport

/// The benchmark's figures: rounds, their medians, and the floors that they must keep.
public struct BenchFigures: Sendable {
    /// One measurement.
    public struct Round: Sendable {
        /// Answers (or writes) a second.
        public let perSecond: Double
        /// Their latencies.
        public let latencies: LatencySummary

        /// A measurement.
        public init(perSecond: Double, latencies: LatencySummary) {
            self.perSecond = perSecond
            self.latencies = latencies
        }
    }

    /// A figure that must not be missed.
    public struct Floor: Sendable {
        /// What is measured.
        public let name: String
        /// The figure, for people.
        public let found: String
        /// What it must be, for people.
        public let wanted: String
        /// Whether it is.
        public let isKept: Bool
    }

    /// A million cards, 16 connections x 64 in flight.
    public var saturate16x64: [Round] = []
    /// The same with a thousand cards.
    public var fewCards: [Round] = []
    /// The same with one hot card.
    public var hot: [Round] = []
    /// The same against an echo.
    public var echo: [Round] = []
    /// 64 connections x 1.
    public var saturate64x1: [Round] = []
    /// 16 connections x 512.
    public var saturate16x512: [Round] = []
    /// 4 connections x 64.
    public var saturate4x64: [Round] = []
    /// One connection x 1.
    public var lone: [Round] = []
    /// A bare write and fdatasync.
    public var fdatasync: [Round] = []
    /// Bytes of each of those writes.
    public var blockByteCount = 0
    /// By how much the daemon grew for each of a million idle cards.
    public var bytesPerIdleCard = 0.0

    /// Nothing measured yet.
    public init() {}

    /// The middle of the rounds' values; 0 where there are none.
    public static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func rate(_ rounds: [Round]) -> Double { Self.median(rounds.map(\.perSecond)) }

    private static func latency(_ rounds: [Round], _ part: (LatencySummary) -> UInt64) -> Double {
        median(rounds.map { Double(part($0.latencies)) })
    }

    private func latency(_ rounds: [Round], _ part: (LatencySummary) -> UInt64) -> Double {
        Self.latency(rounds, part)
    }

    /// A row of a table: answers a second, then three percentiles of their latency.
    static func row(_ name: String, _ rounds: [Round]) -> [String] {
        func time(_ part: (LatencySummary) -> UInt64) -> String {
            Format.duration(nanoseconds: UInt64(latency(rounds, part)))
        }
        return [
            name, Format.grouped(Int(median(rounds.map(\.perSecond)))), time(\.p50), time(\.p99), time(\.p999),
        ]
    }

    private func ratio(_ upper: [Round], _ lower: [Round]) -> Double { Self.ratio(upper, lower) }

    /// The median of the ratios of rounds that were measured side by side.
    static func ratio(_ upper: [Round], _ lower: [Round]) -> Double {
        median(zip(upper, lower).map { $1.perSecond > 0 ? $0.perSecond / $1.perSecond : 0 })
    }

    /// Throughput with a million cards over that with a thousand.
    public var manyOverFew: Double { ratio(saturate16x64, fewCards) }
    /// Throughput on one hot card over the uniform one.
    public var hotOverUniform: Double { ratio(hot, saturate16x64) }
    /// A lone request's median latency over that of a bare fdatasync.
    public var loneOverSync: Double {
        let sync = latency(fdatasync, \.p50)
        return sync > 0 ? latency(lone, \.p50) / sync : 0
    }

    /// All floors, in order.
    public var floors: [Floor] {
        let p99 = latency(saturate4x64, \.p99)
        return [
            atLeast("decisions a second at 16 x 64", rate(saturate16x64), 600_000),
            atLeast("decisions a second at 64 x 1", rate(saturate64x1), 50_000),
            Floor(
                name: "lone p50 / fdatasync p50",
                found: Format.decimal(loneOverSync, 2),
                wanted: "at most 2.50",
                isKept: loneOverSync > 0 && loneOverSync <= 2.5
            ),
            Floor(
                name: "bytes an idle card",
                found: Format.decimal(bytesPerIdleCard, 0),
                wanted: "at most 256",
                isKept: bytesPerIdleCard > 0 && bytesPerIdleCard <= 256
            ),
            Floor(
                name: "1 million cards / 1 thousand",
                found: Format.percent(manyOverFew),
                wanted: "at least 85 %",
                isKept: manyOverFew >= 0.85
            ),
            Floor(
                name: "p99 at 4 x 64",
                found: Format.duration(nanoseconds: UInt64(p99)),
                wanted: "at most 5 ms",
                isKept: p99 > 0 && p99 <= 5e6
            ),
            Floor(
                name: "one hot card / uniform",
                found: Format.percent(hotOverUniform),
                wanted: "at least 80 %",
                isKept: hotOverUniform >= 0.8
            ),
        ]
    }

    private func atLeast(_ name: String, _ value: Double, _ least: Int) -> Floor {
        Floor(
            name: name,
            found: Format.grouped(Int(value)),
            wanted: "at least \(Format.grouped(least))",
            isKept: value >= Double(least)
        )
    }

    /// Shows the table of figures and that of floors.
    public func show(_ console: Console) {
        console.section("Figures (medians of rounds)")
        var rows = [["", "a second", "p50", "p99", "p99.9"]]
        for (name, rounds) in named { rows.append(Self.row(name, rounds)) }
        console.table(rows)
        console.section("Floors")
        let marks = floors.map { floor in
            [
                floor.name, floor.found, floor.wanted,
                floor.isKept ? console.paint("PASS", .green) : console.paint("FAIL", .red),
            ]
        }
        console.table(marks)
    }

    private var named: [(String, [Round])] {
        [
            ("16 x 64, many cards", saturate16x64), ("16 x 64, few cards", fewCards), ("16 x 64, one hot card", hot),
            ("16 x 64, echo (the transport's ceiling)", echo), ("64 x 1", saturate64x1), ("16 x 512", saturate16x512),
            ("4 x 64", saturate4x64), ("1 x 1", lone), ("write and fdatasync of \(blockByteCount) bytes", fdatasync),
        ]
    }

    /// What `bench.json` holds.
    public var json: JSONValue {
        func value(_ rounds: [Round]) -> JSONValue {
            .object([
                ("per_second", .number(rate(rounds))), ("p50_us", .number(latency(rounds, \.p50) / 1e3)),
                ("p99_us", .number(latency(rounds, \.p99) / 1e3)), ("p999_us", .number(latency(rounds, \.p999) / 1e3)),
            ])
        }
        return .object([
            ("saturate_16x64", value(saturate16x64)), ("saturate_64x1", value(saturate64x1)),
            ("saturate_16x512", value(saturate16x512)), ("lone", value(lone)), ("fdatasync", value(fdatasync)),
            ("echo_16x64", value(echo)), ("cards_1m_over_1k", .number(manyOverFew)),
            ("bytes_per_idle_card", .number(bytesPerIdleCard)), ("machine", .string(BenchMachine.text)),
            ("hot_card_over_uniform", .number(hotOverUniform)),
            ("p99_4x64_us", .number(latency(saturate4x64, \.p99) / 1e3)),
            ("lone_over_fdatasync", .number(loneOverSync)),
            ("fdatasync_bytes", .integer(Int64(blockByteCount))),
            ("floors_kept", .boolean(floors.allSatisfy(\.isKept))),
        ])
    }
}
