import LoadReport
import Testing

struct LatencyWindowsTests {
    private func window(_ latency: UInt64) -> LatencyRecorder {
        var recorder = LatencyRecorder()
        for _ in 0..<100 { recorder.record(latency) }
        return recorder
    }

    @Test func theMiddleOfThoseThatTheHostDisturbedLeast() {
        let windows = LatencyWindows()
        windows.add(window(900), stolen: 0.2)
        windows.add(window(10), stolen: 0.01)
        windows.add(window(800), stolen: 0.03)
        windows.add(window(20), stolen: 0.02)
        windows.add(window(30), stolen: 0)
        #expect(windows.count == 300)
        #expect(windows.p50 == 20)
        #expect(windows.p99 == 20)
        #expect(windows.stolen == 0.02)
    }

    @Test func allCountWhereTheHostTookNothing() {
        let windows = LatencyWindows()
        for latency in [10, 700, 20] as [UInt64] { windows.add(window(latency), stolen: 0) }
        #expect(windows.count == 300)
        #expect(windows.p99 == 20)
    }

    @Test func aStallInOneWindowIsNotInTheMiddleOne() {
        var stalled = window(10)
        for _ in 0..<50 { stalled.record(60) }
        let windows = LatencyWindows()
        windows.add(window(10), stolen: 0)
        windows.add(stalled, stolen: 0)
        windows.add(window(10), stolen: 0)
        #expect(windows.p99 == 10)
        windows.add(stalled, stolen: 0)
        #expect(windows.p99 == 60)
    }

    @Test func noneAreNothing() {
        let windows = LatencyWindows()
        #expect(windows.count == 0)
        #expect(windows.p99 == 0)
        #expect(windows.stolen == 0)
    }
}
