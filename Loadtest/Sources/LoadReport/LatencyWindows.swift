/// The latencies of several windows of one measurement, of which the least disturbed ones are taken together.
///
/// A virtual machine's processors stand still while its host gives them to another. That comes in bursts of seconds,
/// and a hundredth of the requests of one such second is enough to be the slowest hundredth of all. Windows are told
/// apart by what the host took, never by what came out.
public final class LatencyWindows {
    private final class Window {
        /// The share of the processors' time that the host took.
        let stolen: Double
        var recorder = LatencyRecorder()

        init(stolen: Double) { self.stolen = stolen }
    }

    private var windows: [Window] = []

    /// None.
    public init() {}

    /// Adds a window of which the host took a share, from 0 to 1.
    public func add(_ latencies: borrowing LatencyRecorder, stolen: Double) {
        let window = Window(stolen: stolen)
        window.recorder.add(latencies)
        windows.append(window)
    }

    /// The share that the host took of the windows that count; of the worst of them. 0 without any.
    public var stolen: Double { quiet.map(\.stolen).max() ?? 0 }

    /// The figures over the half of the windows of which the host took least, and those of which it took no more.
    public var summary: LatencySummary {
        var all = LatencyRecorder()
        for window in quiet { all.add(window.recorder) }
        return all.summary
    }

    private var quiet: [Window] {
        guard !windows.isEmpty else { return [] }
        let middle = windows.map(\.stolen).sorted()[(windows.count - 1) / 2]
        return windows.filter { $0.stolen <= middle }
    }
}
