import LoadModel
import Testing

struct ScheduleTests {
    @Test(arguments: [UInt64(1), 3, 7, 1_000, 333_333, 1_000_000])
    func aScheduleNeitherDriftsNorBunches(rate: UInt64) {
        let schedule = ConstantRate(startNanoseconds: 500, perSecond: rate)
        #expect(schedule.due(0) == 500)
        #expect(schedule.due(rate) == 1_000_000_500)
        #expect(schedule.due(rate * 86_400) == 86_400_000_000_500)
        let gap = 1_000_000_000 / rate
        for index in 0..<min(rate, 5_000) {
            let step = schedule.due(index + 1) - schedule.due(index)
            #expect(step == gap || step == gap + 1)
        }
    }

    @Test(arguments: [(UInt64(2_000), UInt64(500)), (3, 1_000_000), (333_333, 7), (1, 1)])
    func aRateChangesAtItsTimeAndNotBefore(before: UInt64, after: UInt64) {
        let start: UInt64 = 500
        for pause: UInt64 in [0, 1, 20_000_000, 1_000_000_000, 1_333_333_333] {
            let schedule = ChangingRate(
                ConstantRate(startNanoseconds: start, perSecond: before),
                then: ConstantRate(startNanoseconds: start + pause, perSecond: after)
            )
            var index: UInt64 = 0
            while schedule.due(index) < start + pause { index += 1 }
            // One each 1 / rate from the start on, as long as that is before the change; then the first of the other.
            #expect(index == (pause * before + 999_999_999) / 1_000_000_000)
            #expect(index == 0 || schedule.due(0) == start)
            #expect(schedule.due(index) == start + pause)
            #expect(schedule.due(index + after) == start + pause + 1_000_000_000)
        }
    }

    @Test func latenessCountsOnlyWhatIsBeyondTheTolerance() {
        var gauge = LatenessGauge(toleranceNanoseconds: 100)
        gauge.record(due: 1_000, sentAt: 1_100)
        gauge.record(due: 1_000, sentAt: 900)
        gauge.record(due: 1_000, sentAt: 1_101)
        #expect(gauge.late == 1)
        #expect(gauge.worstNanoseconds == 101)
        #expect(gauge.sends == 3)
        var other = LatenessGauge(toleranceNanoseconds: 100)
        other.record(due: 0, sentAt: 5_000)
        gauge.add(other)
        #expect(gauge.lateShare == 0.5)
        #expect(gauge.worstNanoseconds == 5_000)
    }
}
