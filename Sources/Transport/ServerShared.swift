internal import Cryptography
internal import Domain
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
    /// Who may ask what.
    let principals: PrincipalRegistry
    /// Signatures that are looked at, of all loops.
    let signatureGate: Locked<RateGate>
    /// TLS handshakes by what became of them.
    let handshakes = HandshakeCounts()
    /// The same by where they come from.
    let handshakeOrigins = HeldCounts<ConnectionOrigin>()
    /// What new TLS connections are made of; `nil` where there is no certificate.
    let tls: Locked<TLSServerContext?>
    /// Requests that took long.
    let slow: SlowRequests
    /// What the journal did lately.
    let commits = CommitHistory()
    /// One share of the counters for each event loop that serves.
    let servingCounters: [LoopCounters]
    /// The door's.
    let doorCounters = LoopCounters()
    /// Connections of the door, without those whose TLS handshake is under way.
    let atDoorCount = Atomic<Int>(0)
    /// The newest LSN known to be durable.
    let durableLSN = Atomic<UInt64>(0)
    /// Tells an operator what happened to connections.
    let report: @Sendable (TransportEvent) -> Void
    /// Where HelloReply's 32 random bytes come from.
    let makeNonce: @Sendable () -> [UInt8]

    /// How many requests the gateways' connections may have in flight.
    let inFlightBound: InFlightBound
    /// What a request gets that is one too many.
    let busyFrame: BusyFrame
    /// What a request gets that is beyond its connection's credit.
    let creditFrame: BusyFrame

    init(
        limits: TransportLimits,
        identity: ServerIdentity,
        handler: any RequestHandler,
        clock: TransportClock,
        eventLoopCount: Int,
        tls: TLSServerContext? = nil,
        anonymousScopes: Scopes = .gateway,
        makeNonce: @escaping @Sendable () -> [UInt8] = ServerShared.randomNonce,
        report: @escaping @Sendable (TransportEvent) -> Void
    ) {
        self.makeNonce = makeNonce
        self.tls = Locked(tls)
        principals = PrincipalRegistry(anonymousScopes: anonymousScopes)
        signatureGate = Locked(
            RateGate(perSecond: max(1, limits.handshakesPerSecondMax), burstSeconds: 0.25, now: clock.monotonic())
        )
        slow = SlowRequests(
            thresholdMilliseconds: limits.slowRequestMilliseconds,
            perSecondMax: limits.slowRequestLinesPerSecond
        )
        self.limits = limits
        self.identity = identity
        self.handler = handler
        self.clock = clock
        self.report = report
        servingCounters = (0..<eventLoopCount).map { _ in LoopCounters() }
        ledger = ConnectionLedger(limits: limits)
        inFlightBound = InFlightBound(
            maximum: limits.inFlightMax,
            adapts: limits.inFlightAdapts,
            loopCount: eventLoopCount
        )
        busyFrame = BusyFrame(limits: limits)
        creditFrame = BusyFrame(.creditExceeded, limits: limits)
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

    /// The journal is durable up to an LSN.
    func durableAdvanced(to lsn: UInt64) {
        // Before those are answered that are durable now.
        inFlightBound.committed(lsn: lsn, counters: servingCounters, now: clock.monotonic())
        durableLSN.store(lsn, ordering: .sequentiallyConsistent)
    }

    /// Requests that were read at once have taken long: says where the time went, for some of them.
    func noteSlow(_ batch: RequestTiming.Batch, on connectionNumber: UInt64, endedAt end: MonotonicInstant) {
        var request = SlowRequest(
            batch,
            on: connectionNumber,
            commit: commits.commit(of: batch.lsn),
            endedAt: end
        )
        guard let leftOutCount = slow.take(request, now: end) else { return }
        request.leftOutCount = leftOutCount
        report(.slowRequest(request))
    }

    /// A connection is refused: counts it and says so.
    ///
    /// - Parameter principal: Whose it is, where that is known.
    func refused(_ refusal: ConnectionRefusal, of principal: PrincipalState? = nil) {
        ledger.note(refusal.cause)
        if refusal.cause == .principal { principal?.note(.connections) }
        report(refusal.event)
    }

    /// Requests not answered now, over all loops.
    var inFlightCount: UInt32 {
        UInt32(clamping: servingCounters.reduce(0) { $0 + max(0, $1.inFlightCount) })
    }

    /// What was counted so far, over all loops.
    var counters: ServerCounters {
        var counters = ServerCounters()
        counters.connections = UInt32(clamping: ledger.count)
        let atDoorCount = atDoorCount.load(ordering: .relaxed) + handshakes.underWayCount
        counters.connectionsAtDoor = UInt32(clamping: max(0, atDoorCount))
        counters.accepted = ledger.acceptedCount
        counters.connectionRefusals = ledger.refusals
        counters.pendingBytes = UInt64(max(0, memory.byteCount))
        counters.inFlightMax = UInt32(clamping: inFlightBound.total)
        counters.slowRequests = slow.count
        for share in servingCounters { share.sum(into: &counters) }
        doorCounters.sum(into: &counters)
        if let tls = tls.withLock({ $0 }) {
            counters.certificateEndSecond = tls.certificate.endSecond
            counters.revocationListEndSecond = tls.revocationEndSecond ?? 0
            counters.clientAuthorityEndSecond = tls.authorityEndSecond ?? 0
        }
        return counters
    }
}
