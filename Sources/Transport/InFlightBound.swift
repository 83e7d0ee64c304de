internal import Platform
internal import Synchronization

/// How many requests of gateways one event loop may have in flight: a part of a number that an operator chose, or of
/// one that follows the journal.
final class InFlightBound: Sendable {
    private let loopCount: Int
    private let forLoop: Atomic<Int>
    private let adapts: Bool
    private let adaptation: Locked<InFlightAdaptation>

    /// - Parameters:
    ///   - maximum: for all loops together.
    ///   - adapts: whether it is what can be answered in good time that counts, up to the maximum.
    init(maximum: Int, adapts: Bool, loopCount: Int) {
        self.loopCount = max(1, loopCount)
        let adaptation = InFlightAdaptation(maximum: maximum)
        forLoop = Atomic(max(1, (adapts ? adaptation.bound : maximum) / self.loopCount))
        self.adapts = adapts
        self.adaptation = Locked(adaptation)
    }

    /// For one loop; read by each of them before every batch.
    @inline(__always)
    var loopMax: Int { forLoop.load(ordering: .relaxed) }

    /// For all of them.
    var total: Int { loopMax * loopCount }

    /// A group was committed; see `InFlightAdaptation`.
    func committed(lsn: UInt64, counters: [LoopCounters], now: MonotonicInstant) {
        guard adapts else { return }
        var sum = ServerCounters()
        for share in counters { share.sum(into: &sum) }
        let bound = adaptation.withLock { adaptation in
            adaptation.committed(
                InFlightAdaptation.Sample(
                    lsn: lsn,
                    inFlight: Int(sum.inFlight),
                    refusedCount: sum.busy,
                    readByteCount: sum.readBytes,
                    fullReadByteCount: sum.fullReadBytes,
                    now: now.microseconds
                )
            )
            return adaptation.bound
        }
        forLoop.store(max(1, bound / loopCount), ordering: .relaxed)
    }
}
