import Domain
import Testing
import Transport

@testable import Service

@Suite struct ServiceStatisticsTests {
    /// However often the transport's figures were looked at, looking once more takes no more than the first time: a
    /// daemon that is watched for months answers Status as on its first day. (It once ran out of stack after some ten
    /// thousand.)
    @Test func figuresCanBeLookedAtWithoutEnd() {
        let statistics = ServiceStatistics(startedAt: .epoch)
        statistics.setTransport {
            var counters = ServerCounters()
            counters.busy = 1
            return counters
        }
        #expect((0..<300_000).allSatisfy { _ in statistics.transportCounters.busy == 1 })
    }
}
