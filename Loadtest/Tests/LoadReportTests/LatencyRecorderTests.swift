import LoadModel
import LoadReport
import Testing

struct LatencyRecorderTests {
    @Test func quantilesAreWithinATenthOfAPercentOfTheExactOnes() {
        var generator = SeededGenerator(seed: 11)
        var recorder = LatencyRecorder()
        var values: [UInt64] = []
        for _ in 0..<50_000 {
            let value = UInt64(generator.below(1_000)) * UInt64(1 + generator.below(5_000))
            values.append(value)
            recorder.record(value)
        }
        values.sort()
        for share in [0.5, 0.9, 0.99, 0.999] {
            let exact = values[Int((share * Double(values.count)).rounded(.up)) - 1]
            let found = recorder.quantile(share)
            #expect(found >= exact && Double(found) <= Double(exact) * 1.001 + 1, "\(share): \(exact) \(found)")
        }
        #expect(recorder.maximum == values.last)
        #expect(recorder.summary.count == 50_000)
    }

    @Test func valuesBeyondTheRangeAreCountedAndTheMaximumStaysExact() {
        var recorder = LatencyRecorder()
        recorder.record(.max)
        recorder.record(0)
        let countFound1093 = recorder.count
        #expect(countFound1093 == 2)
        let maximumFound1130 = recorder.maximum
        #expect(maximumFound1130 == .max)
        let quantileFound1172 = recorder.quantile(0.5)
        #expect(quantileFound1172 == 0)
    }

    @Test func twoThreadsAddUp() {
        var first = LatencyRecorder()
        var second = LatencyRecorder()
        for value in 1...100 { first.record(UInt64(value)) }
        for value in 101...200 { second.record(UInt64(value)) }
        first.add(second)
        let quantileFound1629 = first.quantile(0.5)
        #expect(quantileFound1629 == 100)
        let maximumFound1673 = first.maximum
        #expect(maximumFound1673 == 200)
        first.reset()
        let summaryFound1733 = first.summary
        #expect(summaryFound1733 == LatencySummary(count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, maximum: 0))
    }

    @Test func theHgrmFileHasThePlottersColumnsAndTheWholeCount() {
        var recorder = LatencyRecorder()
        for value in 1...1_000 { recorder.record(UInt64(value) * 1_000) }
        let lines = recorder.hgrm().split(separator: "\n")
        #expect(
            lines.first?.split(separator: " ").map(String.init) == [
                "Value", "Percentile", "TotalCount", "1/(1-Percentile)",
            ]
        )
        #expect(lines.contains { $0.contains("Total count    =         1000]") })
        let shares = lines.compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Double($0) } }
        #expect(shares == shares.sorted())
        #expect(shares.last == 1)
    }

    @Test func theCurveEndsAtTheMaximum() {
        var recorder = LatencyRecorder()
        for value in 1...100_000 { recorder.record(UInt64(value)) }
        let curve = recorder.curve()
        #expect(curve.last?.share == 1)
        #expect(curve.last?.nanoseconds == 100_000)
        #expect(curve.map(\.nanoseconds) == curve.map(\.nanoseconds).sorted())
    }
}
