import Domain
import Histogram
import Platform
import Synchronization
import Transport
import Wire

/// What Status shows beyond the engine's and the transport's own counts.
///
/// Latency is measured from reading a request to its being durable, on one request of each group commit: the first
/// one read after the commit before. So it costs the others a load of one atomic.
final class ServiceStatistics: Sendable {
    /// A second that is over, in figures.
    struct LastSecond {
        var decisions: UInt64 = 0
        var p50: UInt32 = 0
        var p90: UInt32 = 0
        var p99: UInt32 = 0
        var p999: UInt32 = 0
        var max: UInt32 = 0
    }

    fileprivate struct Window {
        var second: Int64 = 0
        var decisionsBefore: UInt64 = 0
        var histogram = Histogram<UInt32>(
            lowestDiscernibleValue: 1,
            highestTrackableValue: 60_000_000,
            numberOfSignificantValueDigits: .two
        )
        var last = LastSecond()
    }

    let startedAt: Instant
    private let repeatedCount = Atomic<UInt64>(0)
    private let rejectedCount = Atomic<UInt64>(0)
    private let busyCount = Atomic<UInt64>(0)
    /// Refusals by their code.
    let rejects = RejectCounts()
    /// The record of the request that is being timed; zero when none is.
    private let timedLSN = Atomic<UInt64>(0)
    private let timedSince = Atomic<Int64>(0)
    private let window = Locked(Window())
    private let transport = Locked<Callback<@Sendable () -> ServerCounters>?>(nil)

    init(startedAt: Instant) { self.startedAt = startedAt }

    /// A request was decided; it is timed if no other one is.
    @inline(__always)
    func decided(_ lsn: LogSequenceNumber, receivedAt: Instant) {
        guard timedLSN.load(ordering: .relaxed) == 0 else { return }
        timedSince.store(receivedAt.microseconds, ordering: .relaxed)
        timedLSN.store(lsn.rawValue, ordering: .releasing)
    }

    /// Everything up to this record is durable. Called on the journal's thread.
    func durableAdvanced(to lsn: LogSequenceNumber, decisionCount: () -> UInt64) {
        let now = Clock.now()
        let timed = timedLSN.load(ordering: .acquiring)
        let isTimed = timed != 0 && timed <= lsn.rawValue
        let latency = isTimed ? UInt64(max(0, now - timedSince.load(ordering: .relaxed))) : 0
        if isTimed { timedLSN.store(0, ordering: .relaxed) }
        window.withLock { window in
            window.turn(to: now / 1_000_000, decisionCount)
            if isTimed { window.histogram.record(min(latency, 60_000_000)) }
        }
    }

    /// The last second that is over.
    func lastSecond(decisionCount: () -> UInt64) -> LastSecond {
        window.withLock { window in
            window.turn(to: Clock.now() / 1_000_000, decisionCount)
            return window.last
        }
    }

    /// A repeat was answered.
    func repeated() { repeatedCount.add(1, ordering: .relaxed) }

    /// A request was refused by the service.
    func refused(_ code: RejectCode) {
        rejects.note(code)
        if code == .busy || code == .journalBehind {
            busyCount.add(1, ordering: .relaxed)
        } else {
            rejectedCount.add(1, ordering: .relaxed)
        }
    }

    /// Requests that were answered from the journal.
    var repeatedTotal: UInt64 { repeatedCount.load(ordering: .relaxed) }
    /// Requests refused by the service or the transport, busy ones apart.
    var rejectedTotal: UInt64 { rejectedCount.load(ordering: .relaxed) + transportCounters.rejected }
    /// Requests refused as busy by the service or the transport.
    var busyTotal: UInt64 { busyCount.load(ordering: .relaxed) + transportCounters.busy }

    /// The transport's figures.
    var transportCounters: ServerCounters {
        let counters = transport.withLock { $0 }
        return counters?.call() ?? ServerCounters()
    }

    func setTransport(_ counters: @escaping @Sendable () -> ServerCounters) {
        transport.withLock { $0 = Callback(counters) }
    }
}

extension ServiceStatistics.Window {
    /// Closes the second that is over, if one is.
    fileprivate mutating func turn(to now: Int64, _ decisionCount: () -> UInt64) {
        guard now != second else { return }
        let total = decisionCount()
        if now == second + 1 {
            last = ServiceStatistics.LastSecond(
                decisions: total - decisionsBefore,
                p50: percentile(50),
                p90: percentile(90),
                p99: percentile(99),
                p999: percentile(99.9),
                max: histogram.totalCount == 0 ? 0 : UInt32(histogram.max)
            )
        } else {
            last = ServiceStatistics.LastSecond()
        }
        second = now
        decisionsBefore = total
        histogram.reset()
    }

    private func percentile(_ percentile: Double) -> UInt32 {
        histogram.totalCount == 0 ? 0 : UInt32(histogram.valueAtPercentile(percentile))
    }
}
