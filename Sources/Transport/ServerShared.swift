internal import Platform
internal import Synchronization

/// What all connections of a server share.
final class ServerShared: Sendable {
    let limits: TransportLimits
    let identity: ServerIdentity
    let handler: any RequestHandler
    let clock: TransportClock
    let ledger: ConnectionLedger
    let memory: MemoryBudget
    /// Refusals by their code.
    let rejects = RejectCounts()
    /// One share of the counters for each event loop.
    let loopCounters: [LoopCounters]
    /// The newest LSN known to be durable.
    let durableLSN = Atomic<UInt64>(0)
    /// Tells an operator what happened to connections.
    let report: @Sendable (TransportEvent) -> Void
    /// Where HelloReply's 32 random bytes come from.
    let makeNonce: @Sendable () -> [UInt8]

    /// Requests that the gateways' connections of one event loop may have in flight.
    let loopInFlightMax: Int

    init(
        limits: TransportLimits,
        identity: ServerIdentity,
        handler: any RequestHandler,
        clock: TransportClock,
        eventLoopCount: Int,
        makeNonce: @escaping @Sendable () -> [UInt8] = ServerShared.randomNonce,
        report: @escaping @Sendable (TransportEvent) -> Void
    ) {
        self.makeNonce = makeNonce
        self.limits = limits
        self.identity = identity
        self.handler = handler
        self.clock = clock
        self.report = report
        loopCounters = (0..<eventLoopCount).map { _ in LoopCounters() }
        ledger = ConnectionLedger(limits: limits)
        loopInFlightMax = max(1, limits.inFlightMax / max(1, eventLoopCount))
        memory = MemoryBudget(byteCountMax: limits.totalPendingByteCountMax)
    }

    /// 32 bytes that nobody can foretell.
    static let randomNonce: @Sendable () -> [UInt8] = {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            // SAFETY: the 32 bytes just asked for.
            RandomBytes.fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<32]))
            count = 32
        }
    }

    /// What was counted so far, over all loops.
    var counters: ServerCounters {
        var counters = ServerCounters()
        counters.connections = UInt32(clamping: ledger.count)
        counters.accepted = ledger.acceptedCount
        counters.refusedConnections = ledger.refusedCount
        counters.pendingBytes = UInt64(max(0, memory.byteCount))
        for share in loopCounters { share.sum(into: &counters) }
        return counters
    }
}
