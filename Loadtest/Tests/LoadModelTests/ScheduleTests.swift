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
