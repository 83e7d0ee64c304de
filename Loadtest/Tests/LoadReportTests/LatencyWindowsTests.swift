import LoadReport
import Testing

struct LatencyWindowsTests {
    private func window(_ latency: UInt64) -> LatencyRecorder {
        var recorder = LatencyRecorder()
        for _ in 0..<100 { recorder.record(latency) }
        return recorder
    }

    @Test func theHalfThatTheHostDisturbedLeastCounts() {
        let windows = LatencyWindows()
        windows.add(window(900), stolen: 0.2)
        windows.add(window(10), stolen: 0.01)
        windows.add(window(800), stolen: 0.03)
        windows.add(window(20), stolen: 0.02)
        windows.add(window(30), stolen: 0)
        #expect(windows.summary.count == 300)
        #expect(windows.summary.p99 == 30)
        #expect(windows.stolen == 0.02)
    }

    @Test func allCountWhereTheHostTookNothing() {
        let windows = LatencyWindows()
        for latency in [10, 20, 700] as [UInt64] { windows.add(window(latency), stolen: 0) }
        #expect(windows.summary.count == 300)
        #expect(windows.summary.p99 == 700)
    }

    @Test func noneAreNothing() {
        #expect(LatencyWindows().summary.count == 0)
        #expect(LatencyWindows().stolen == 0)
    }
}
