/// The latencies of several measurements, taken together.
public final class LatencyPool {
    private var recorder = LatencyRecorder()

    /// Nothing recorded.
    public init() {}

    /// Adds those of one measurement.
    public func add(_ latencies: borrowing LatencyRecorder) { recorder.add(latencies) }

    /// The figures over all of them.
    public var summary: LatencySummary { recorder.summary }
}
