import LoadReport
import LoadScenario
import Testing

struct BenchFiguresTests {
    private func round(_ perSecond: Double, p50: UInt64 = 1, p99: UInt64 = 1) -> BenchFigures.Round {
        BenchFigures.Round(
            perSecond: perSecond,
            latencies: LatencySummary(count: 1, mean: 1, p50: p50, p90: 1, p99: p99, p999: 1, maximum: 1)
        )
    }

    private var good: BenchFigures {
        var figures = BenchFigures()
        figures.saturate16x64 = [round(500_000), round(700_000), round(650_000)]
        figures.fewCards = [round(500_000), round(700_000), round(700_000)]
        figures.hot = [round(400_000), round(600_000), round(600_000)]
        figures.saturate64x1 = [round(60_000)]
        figures.saturate4x64 = [round(1, p99: 4_999_999)]
        figures.lone = [round(1, p50: 150_000)]
        figures.fdatasync = [round(1, p50: 60_000)]
        figures.bytesPerIdleCard = 200
        return figures
    }

    @Test func theMedianIsTheMiddle() {
        #expect(BenchFigures.median([]) == 0)
        #expect(BenchFigures.median([3, 1, 2]) == 2)
        #expect(BenchFigures.median([4, 1, 2, 3]) == 2.5)
    }

    @Test func figuresThatKeepAllFloorsPass() {
        #expect(good.floors.filter { !$0.isKept }.map(\.name) == [])
        #expect(good.loneOverSync == 2.5)
        #expect(good.floors.count == 7)
    }

    @Test func ratiosAreTakenBetweenNeighbouringRounds() {
        #expect(good.manyOverFew == 1)
        #expect(abs(good.hotOverUniform - 6.0 / 7) < 1e-9)
    }

    @Test func everyFloorCanBeMissed() {
        #expect(BenchFigures().floors.allSatisfy { !$0.isKept })
    }

    @Test func theFileHasTheAgreedKeys() {
        let text = good.json.text
        for key in [
            "saturate_16x64", "saturate_64x1", "saturate_16x512", "lone", "fdatasync", "echo_16x64", "per_second",
            "p50_us", "p99_us", "p999_us", "cards_1m_over_1k", "bytes_per_idle_card", "machine",
        ] {
            #expect(text.contains("\"\(key)\":"))
        }
    }
}
