/// The figures of a latency distribution, in nanoseconds.
public struct LatencySummary: Equatable, Sendable {
    /// How many values.
    public var count: UInt64
    /// Arithmetic mean.
    public var mean: Double
    /// Half of the values are at most this.
    public var p50: UInt64
    /// 90 % of the values are at most this.
    public var p90: UInt64
    /// 99 % of the values are at most this.
    public var p99: UInt64
    /// 99.9 % of the values are at most this.
    public var p999: UInt64
    /// The largest.
    public var maximum: UInt64

    /// All figures.
    public init(
        count: UInt64,
        mean: Double,
        p50: UInt64,
        p90: UInt64,
        p99: UInt64,
        p999: UInt64,
        maximum: UInt64
    ) {
        self.count = count
        self.mean = mean
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
        self.p999 = p999
        self.maximum = maximum
    }

    /// The figures in microseconds, as reports carry them.
    public var json: [(String, JSONValue)] {
        [
            ("p50_us", .microseconds(p50)), ("p90_us", .microseconds(p90)), ("p99_us", .microseconds(p99)),
            ("p999_us", .microseconds(p999)), ("max_us", .microseconds(maximum)),
        ]
    }
}
