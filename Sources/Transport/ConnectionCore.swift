internal import Cryptography
internal import Domain
internal import NIOCore
internal import Platform
internal import Synchronization
internal import Wire

/// One connection without its socket: bytes go in, replies gather in the sink.
///
/// It joins the state machine, the frame cutter and the request handler; whoever owns it moves bytes and performs what
/// the state machine asks for.
struct ConnectionCore: ~Copyable {
    private(set) var session: SessionInfo
    let shared: ServerShared
    var machine: ConnectionStateMachine
    var sink: ReplySink
    var tally = ReadTally()
    /// Whether the last read brought a request that the peer may make.
    private(set) var hasBroughtRequest = false
    private var timing = RequestTiming()
    /// Who asks, where that is known.
    private(set) var principal: PrincipalState?
    /// Among the connections; `nil` where nobody counts them.
    var place: ConnectionPlace?
    /// What may be asked without a principal.
    private let anonymousScopes: Scopes
    /// Whether each request is held against scopes and limits; not where everything is allowed that the socket takes.
    private var isGoverned: Bool
    /// What Authenticate signs: a digest over Hello and its answer.
    var transcript: SHA256Digest?
    /// What is charged for the peer, in bytes; kept by the connection's owner.
    var chargedByteCount = 0
    /// Requests that the principal has in flight on other connections, as of the beginning of a read.
    private var principalOthers = 0
    /// Whether requests are for another loop.
    private var isAtDoor: Bool

    init(
        session: SessionInfo,
        shared: ServerShared,
        place: consuming ConnectionPlace? = nil,
        principal: PrincipalState? = nil,
        isAtDoor: Bool = false,
        now: MonotonicInstant,
        sink: consuming ReplySink
    ) {
        self.isAtDoor = isAtDoor
        let scopes: Scopes
        let complete: Scopes
        switch session.role {
        case .gateway: (scopes, complete) = (session.isSealed ? [] : shared.principals.anonymousScopes, .gateway)
        case .administration: (scopes, complete) = (.all, .all)
        }
        anonymousScopes = scopes
        self.place = place
        self.principal = principal
        isGoverned = principal != nil || !scopes.isSuperset(of: complete)
        self.session = session
        self.shared = shared
        self.sink = sink
        let limits = shared.limits
        allowance = IdleFrameAllowance(count: limits.idleFrameCountMax, now: now)
        machine = ConnectionStateMachine(
            limits: limits,
            frameByteCountMax: session.role == .gateway
                ? limits.gatewayFrameByteCountMax : limits.administrationFrameByteCountMax,
            now: now
        )
    }

    /// What Health is answered with until the next read.
    var healthOfTurn: (health: HealthState, inFlight: UInt32)?
    /// What it may send besides requests before it must rest.
    private var allowance: IdleFrameAllowance

    /// What else the event loop has in flight, as of the beginning of a read.
    private var load = LoopLoad()

    /// Bytes were read: looks at what else is in flight. Operators are served whatever gateways ask.
    ///
    /// - Parameter counted: What of the principal's requests in flight is this connection's.
    mutating func beginRead(others: Int, connectionCount: Int, counted: Int = 0) {
        hasBroughtRequest = false
        if healthOfTurn != nil { healthOfTurn = nil }
        if let principal { principalOthers = principal.inFlightCount - counted }
        guard session.role == .gateway else { return }
        load = LoopLoad(others: others, bound: shared.inFlightBound.loopMax, connectionCount: connectionCount)
    }

    /// When bytes were read, on both clocks.
    struct ReadTime {
        var monotonic: MonotonicInstant
        var wall: Instant
    }

    /// Requests that were taken on and wait for the journal.
    var waitingCount: UInt32 { sink.inFlight - sink.laterCount }

    /// Frames that were read at a time have been handled: those among them that wait for the journal, as many as
    /// `waitingCount` has grown by, are timed.
    mutating func handled(_ count: UInt32, readAt time: MonotonicInstant) {
        guard count > 0, !sink.marks.isEmpty else { return }
        let decidedAt = shared.slow.thresholdMicroseconds == nil ? time : shared.clock.monotonic()
        timing.append(
            RequestTiming.Batch(lsn: sink.marks.newestLSN, readAt: time, decidedAt: decidedAt, count: count)
        )
    }

    /// Answers up to the durable LSN are about to leave: their times count.
    mutating func timeReleased(into histogram: BucketHistogram) {
        guard !timing.isEmpty else { return }
        let shared = shared
        let slowFrom = shared.slow.thresholdMicroseconds ?? .max
        let number = session.connectionNumber
        var now: MonotonicInstant?
        timing.release(durable: sink.durableLSN) { batch in
            let end = now ?? shared.clock.monotonic()
            now = end
            let microseconds = max(0, end.microseconds - batch.readAt.microseconds)
            histogram.add(UInt64(microseconds), count: UInt64(batch.count))
            if microseconds >= slowFrom { shared.noteSlow(batch, on: number, endedAt: end) }
        }
    }

    /// Gives the memory back that timing holds.
    mutating func shrinkTiming() { timing.shrink() }

    /// Why `consume` stopped.
    enum Stop: Equatable {
        /// What is left is the beginning of a frame, which is whole at this many bytes.
        case needsMore(totalByteCount: Int)
        /// Replies fill a buffer; flush, then go on with what is left.
        case outputFull
        /// Too much came that is no request: go on with what is left after a rest.
        case mustRest
        /// What is left begins with a request, and this is the door: a loop that serves goes on with it.
        case mustMove
        /// Nothing more is to be read.
        case ended
    }

    /// Bytes of replies at which `consume` pauses for a flush.
    static let flushByteCount = 131_072

    /// Cuts and handles the frames at the front of the bytes, in place.
    ///
    /// - Returns: How many bytes are done with, and why it went no further.
    /// - Complexity: linear in the bytes, without a heap allocation of its own.
    mutating func consume(_ bytes: UnsafeRawBufferPointer, at time: ReadTime) -> (byteCount: Int, stop: Stop) {
        var offset = 0
        // Held once for all frames: counting references is not free where event loops share the counter.
        let handler = shared.handler
        var foresight = Foresight(offset: 0)
        Self.begin(&foresight, bytes, handler)
        var cutter = FrameCutter(frameByteCountMax: machine.frameByteCountMax)
        while machine.takesInput {
            if sink.ready.readableBytes >= Self.flushByteCount { return (offset, .outputFull) }
            // SAFETY: the offset never passes the end; the slice is used within this turn of the loop only.
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            cutter.frameByteCountMax = machine.frameByteCountMax
            switch cutter.cut(rest) {
            case .needsMore(let totalByteCount): return (offset, .needsMore(totalByteCount: totalByteCount))
            case .frame(let header):
                if isAtDoor, mustMove(for: header) { return (offset, .mustMove) }
                let frame = UnsafeRawBufferPointer(rebasing: rest[..<Int(header.frameByteCount)])
                offset += frame.count
                if offset < bytes.count, !load.isFull(with: Int(sink.inFlight)) {
                    if foresight.offset < offset {
                        foresight = Foresight(offset: offset)
                        Self.begin(&foresight, bytes, handler)
                    }
                    handler.foresee(bytes, &foresight)
                }
                take(header, frame, at: time, handler)
                if allowance.isSpent, !allowance.renew(now: time.monotonic) { return (offset, .mustRest) }
            case .failure(let error):
                fail(error, rest: rest, at: time)
                return (bytes.count, .ended)
            }
        }
        return (bytes.count, .ended)
    }

    /// The connection has rested.
    mutating func hasRested(now: MonotonicInstant) { allowance.fill(now: now) }

    /// Looks at the first frames of those that are handled next.
    private static func begin(
        _ foresight: inout Foresight,
        _ bytes: UnsafeRawBufferPointer,
        _ handler: any RequestHandler
    ) {
        for _ in 0..<handler.foresightCount { handler.foresee(bytes, &foresight) }
    }

    /// Goes on where another process stopped.
    mutating func resume(_ state: ConnectionState, now: MonotonicInstant) {
        guard state.isGreeted else { return }
        session.schemaVersion = state.schemaVersion
        machine.resume(credit: state.credit, lastAcceptedCorrelationID: state.lastAcceptedCorrelationID, now: now)
    }

    /// Goes on at a loop that serves, which has a sink of its own.
    mutating func move(to sink: consuming ReplySink) {
        self.sink = sink
        isAtDoor = false
    }

    /// Whether a frame is a request that may be made: only such are worth a loop's time that serves others.
    private func mustMove(for header: FrameHeader) -> Bool {
        machine.phase == .open && ConnectionStateMachine.FrameKind(templateID: header.templateID) == .request
            && (!isGoverned || isInScope(header))
    }

    /// Notes the schema version that Hello agreed on.
    mutating func agree(onSchemaVersion version: UInt16) { session.schemaVersion = version }

    private mutating func take(
        _ header: FrameHeader,
        _ frame: UnsafeRawBufferPointer,
        at time: ReadTime,
        _ handler: any RequestHandler
    ) {
        let facts = ConnectionStateMachine.FrameFacts(
            kind: ConnectionStateMachine.FrameKind(templateID: header.templateID),
            correlationID: header.correlationID,
            deadlineMicroseconds: header.deadlineMicroseconds,
            receivedAt: time.monotonic
        )
        let verdict = machine.frame(
            facts,
            inFlight: sink.inFlight,
            isOverloaded: load.isFull(with: Int(sink.inFlight)),
            memoryExhausted: chargedByteCount > 0 && shared.memory.mustWait(charged: chargedByteCount),
            now: header.deadlineMicroseconds == 0 ? time.monotonic : shared.clock.monotonic()
        )
        switch verdict {
        case .handle: if !isGoverned || permits(header, at: time) { handle(header, frame, at: time, handler) }
        case .greet: greet(header, frame, at: time)
        case .authenticate:
            allowance.spend()
            authenticate(header, frame, at: time)
        case .answerPing:
            allowance.spend()
            answerPing(header, frame)
        case .answerHealth:
            allowance.spend()
            answerHealth(header, frame)
        case .ignore: allowance.spend()
        case .refuse(let refusal), .refuseAndClose(let refusal):
            // Past saturation those are refused too who ask no more than they may.
            if refusal == .creditExceeded || refusal == .unauthenticated {
                allowance.spend()
            } else {
                hasBroughtRequest = true
            }
            // Where its principal may have no more in flight than that, it is the principal's bound that was reached.
            if refusal == .creditExceeded, let principal, principal.creditLimit > 0,
                principal.creditLimit <= Int(machine.credit)
            {
                principal.note(.credit)
            }
            refuse(refusal, header: header)
        }
    }

    /// Whether the connection may ask at all.
    var isKnown: Bool { principal != nil || !anonymousScopes.isEmpty }

    /// What it may ask.
    var scopes: Scopes { principal?.scopes ?? anonymousScopes }

    /// It is known who asks.
    mutating func isNow(_ principal: PrincipalState) {
        self.principal = principal
        isGoverned = true
    }

    /// Holds a request against what its principal may; refuses it where that is not enough.
    private mutating func permits(_ header: FrameHeader, at time: ReadTime) -> Bool {
        guard isInScope(header) else {
            principal?.note(.scope)
            allowance.spend()
            refuseScope(header, ScopeRules.permitting(header.templateID))
            return false
        }
        guard let principal else { return true }
        let limit = principal.creditLimit
        if limit > 0, principalOthers + Int(sink.inFlight) >= limit {
            principal.note(.credit)
            refuse(.principalCreditExceeded, header: header)
            return false
        }
        let microseconds = principal.enter(now: time.monotonic)
        if microseconds > 0 {
            principal.note(.rate)
            refuseRate(header, microseconds)
            return false
        }
        return true
    }

    private func isInScope(_ header: FrameHeader) -> Bool {
        let wanted = ScopeRules.permitting(header.templateID)
        return wanted.isEmpty ? scopes.isSuperset(of: .administration) : !scopes.isDisjoint(with: wanted)
    }

    private mutating func handle(
        _ header: FrameHeader,
        _ frame: UnsafeRawBufferPointer,
        at time: ReadTime,
        _ handler: any RequestHandler
    ) {
        guard header.schemaID == FrameHeader.schemaID, header.version != 0 else {
            let error = WireError(
                templateID: header.templateID,
                problem: .unknownSchema(id: header.schemaID, version: header.version)
            )
            reject(header, error.rejectCode, detail: error.detail)
            return
        }
        tally.requests += 1
        hasBroughtRequest = true
        sink.expectAnswer(correlationID: header.correlationID, templateID: header.templateID)
        handler.handle(
            RequestFrame(
                header: header,
                body: Self.body(of: frame),
                receivedAt: time.wall
            ),
            on: session,
            replies: &sink
        )
        sink.checkAnswered()
    }
}
