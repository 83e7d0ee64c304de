internal import Histogram

/// Counts latencies in nanoseconds at 0.1 % resolution, in a few instructions and without allocation per value.
///
/// Values below 2,048 have a bucket of their own; every later power of two is cut into 1,024 buckets. Values beyond the
/// largest bucket (137 s) are counted in it; the maximum is kept exactly.
public struct LatencyRecorder: ~Copyable {
    @usableFromInline static var bucketCount: Int { 27 * 1_024 + 1_024 }
    // SAFETY: allocated and initialised in init with `bucketCount` elements, freed in deinit; `index` is clamped to it.
    @usableFromInline let counts: UnsafeMutablePointer<UInt64>
    /// How many values were recorded.
    public private(set) var count: UInt64 = 0
    /// The largest value, exactly, in nanoseconds.
    public private(set) var maximum: UInt64 = 0
    @usableFromInline var sum: UInt64 = 0

    /// Nothing recorded.
    public init() {
        counts = .allocate(capacity: Self.bucketCount)
        counts.initialize(repeating: 0, count: Self.bucketCount)
    }

    deinit { counts.deallocate() }

    /// Records one latency.
    public mutating func record(_ nanoseconds: UInt64) {
        counts[Self.bucket(nanoseconds)] += 1
        count += 1
        sum &+= nanoseconds
        if nanoseconds > maximum { maximum = nanoseconds }
    }

    /// Adds another thread's values.
    public mutating func add(_ other: borrowing LatencyRecorder) {
        for index in 0..<Self.bucketCount { counts[index] += other.counts[index] }
        count += other.count
        sum &+= other.sum
        maximum = max(maximum, other.maximum)
    }

    /// Forgets everything.
    public mutating func reset() {
        counts.update(repeating: 0, count: Self.bucketCount)
        (count, sum, maximum) = (0, 0, 0)
    }

    /// The bucket of a value.
    @usableFromInline
    static func bucket(_ value: UInt64) -> Int {
        guard value >= 2_048 else { return Int(value) }
        let shift = 53 - value.leadingZeroBitCount
        return min(shift * 1_024 + Int(value >> UInt64(shift)), bucketCount - 1)
    }

    /// The largest value that falls into a bucket.
    static func upperBound(bucket: Int) -> UInt64 {
        guard bucket >= 2_048 else { return UInt64(bucket) }
        let shift = UInt64(bucket / 1_024 - 1)
        return (UInt64(bucket % 1_024 + 1_024) + 1) << shift - 1
    }

    /// The value that this share (0 to 1) of all values does not exceed, in nanoseconds; 0 where there are none.
    public func quantile(_ share: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for bucket in 0..<Self.bucketCount {
            seen += counts[bucket]
            if seen >= rank { return min(Self.upperBound(bucket: bucket), maximum) }
        }
        return maximum
    }

    /// The figures that people ask for.
    public var summary: LatencySummary {
        LatencySummary(
            count: count,
            mean: count == 0 ? 0 : Double(sum) / Double(count),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p99: quantile(0.99),
            p999: quantile(0.999),
            maximum: maximum
        )
    }

    /// The values as an HdrHistogram, in nanoseconds with three significant digits.
    func histogram() -> Histogram<UInt64> {
        var histogram = Histogram<UInt64>(
            highestTrackableValue: max(2, maximum),
            numberOfSignificantValueDigits: .three
        )
        for bucket in 0..<Self.bucketCount where counts[bucket] > 0 {
            _ = histogram.record(min(Self.upperBound(bucket: bucket), maximum), count: counts[bucket])
        }
        return histogram
    }

    /// The HdrHistogram percentile distribution (`.hgrm`), values in microseconds: what its plotters read.
    public func hgrm() -> String {
        var text = ""
        histogram().outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1_000)
        return text
    }

    /// The percentile curve: shares (0 to 1) with their values in nanoseconds, ascending, the last one the maximum.
    public func curve() -> [(share: Double, nanoseconds: UInt64)] {
        guard count > 0 else { return [] }
        var points: [(share: Double, nanoseconds: UInt64)] = []
        for step in histogram().percentiles(ticksPerHalfDistance: 5) {
            points.append((min(1, step.percentileLevelIteratedTo / 100), min(step.value, maximum)))
        }
        return points
    }
}
