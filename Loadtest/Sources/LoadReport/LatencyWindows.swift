/// The latencies of several windows of one measurement, and what they are in a window like most of them.
///
/// A virtual machine's processors stand still while its host gives them to another, and its disk while others use it.
/// Either comes in bursts, and a hundredth of the requests of one such second is enough to be the slowest hundredth of
/// all. So the half of the windows counts of which the host took least, and of these a percentile is the middle one of
/// the windows' own: what is measured acts on every window, a stall on some.
public final class LatencyWindows {
    private struct Window {
        /// The share of the processors' time that the host took.
        let stolen: Double
        let latencies: LatencySummary
    }

    private var windows: [Window] = []

    /// None.
    public init() {}

    /// Adds a window of which the host took a share, from 0 to 1.
    public func add(_ latencies: borrowing LatencyRecorder, stolen: Double) {
        windows.append(Window(stolen: stolen, latencies: latencies.summary))
    }

    /// The share that the host took of the windows that count; of the worst of them. 0 without any.
    public var stolen: Double { quiet.map(\.stolen).max() ?? 0 }

    /// Values in the windows that count.
    public var count: UInt64 { quiet.reduce(0) { $0 + $1.latencies.count } }

    /// Nanoseconds that half of a window's values take at most, in the middle one of the windows that count.
    public var p50: UInt64 { middle(\.p50) }

    /// Nanoseconds that 99 % of a window's values take at most, in the middle one of the windows that count.
    public var p99: UInt64 { middle(\.p99) }

    private func middle(_ figure: (LatencySummary) -> UInt64) -> UInt64 {
        let figures = quiet.map { figure($0.latencies) }.sorted()
        return figures.isEmpty ? 0 : figures[figures.count / 2]
    }

    private var quiet: [Window] {
        guard !windows.isEmpty else { return [] }
        let middle = windows.map(\.stolen).sorted()[(windows.count - 1) / 2]
        return windows.filter { $0.stolen <= middle }
    }
}
