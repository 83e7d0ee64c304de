import Domain

/// What one connection may do next: Hello first, then requests within credit, then an orderly end.
///
/// A pure value: events go in with the time at which they happened, what to do comes out. It holds no buffer, reads no
/// clock and calls nobody, so that every path is a line in a test's table. `ConnectionHandler` performs its verdicts.
/// Implements the session state machine of Protocol/README.md.
struct ConnectionStateMachine: Sendable {
    /// Where the connection is in its life; it only ever moves down this list.
    enum Phase: Comparable, Sendable {
        /// Accepted; nothing but Hello is answered.
        case awaitingHello
        /// Hello was answered, and nobody knows who asks; nothing but Ping and Authenticate is taken.
        case authenticating
        /// Requests are handled.
        case open
        /// The server is stopping: requests are refused with 403, those in flight are finished.
        case draining
        /// Nothing more is read; what is owed is sent, then the output is closed.
        case closing
        /// The output is closed; the peer may still read what was sent, and close.
        case lingering
        /// Gone.
        case closed
    }

    let limits: TransportLimits
    let frameByteCountMaxWhenOpen: Int
    private(set) var phase = Phase.awaitingHello
    /// Requests this connection may have in flight, as Hello agreed; zero before.
    private(set) var credit: UInt32 = 0
    /// The correlation id of the request that was accepted last; zero if none was.
    private(set) var lastAcceptedCorrelationID: UInt64 = 0
    /// Whether the peer has closed its side.
    private(set) var isInputEnded = false

    private let openedAt: MonotonicInstant
    private var lastFrameAt: MonotonicInstant
    private var pingSentAt: MonotonicInstant?
    private var partialSince: MonotonicInstant?
    private var unwritableSince: MonotonicInstant?
    private var isReadingPaused = false
    private var phaseSince: MonotonicInstant
    /// How often somebody tried in vain to say who it is.
    private(set) var failedAuthenticationCount = 0
    /// How often somebody said who it is.
    private var authenticationCount = 0

    init(limits: TransportLimits, frameByteCountMax: Int, now: MonotonicInstant) {
        self.limits = limits
        frameByteCountMaxWhenOpen = frameByteCountMax
        openedAt = now
        lastFrameAt = now
        phaseSince = now
    }

    /// The largest frame that may be accumulated now, in bytes.
    var frameByteCountMax: Int {
        phase < .open ? limits.helloFrameByteCountMax : frameByteCountMaxWhenOpen
    }

    /// Whether bytes from the peer still mean something.
    var takesInput: Bool { phase < .closing }

    private mutating func enter(_ next: Phase, at now: MonotonicInstant) {
        precondition(next > phase, "a connection never returns to an earlier phase")
        phase = next
        phaseSince = now
    }
}

// MARK: - Frames

extension ConnectionStateMachine {
    /// What the state machine needs to know of a frame whose length and checksum are right.
    struct FrameFacts: Sendable {
        var kind: FrameKind
        var correlationID: UInt64
        /// Relative, in microseconds; zero for none.
        var deadlineMicroseconds: UInt32
        /// When its last byte was read.
        var receivedAt: MonotonicInstant
    }

    /// The frames the transport answers itself, and the rest.
    enum FrameKind: Sendable, CaseIterable {
        case hello, ping, pong, health, authenticate, request
    }

    /// What to do with a frame.
    enum FrameVerdict: Equatable, Sendable {
        /// Give it to the request handler.
        case handle
        /// Decode Hello and answer; then call `helloAccepted` or `refusalCloses`.
        case greet
        /// Look who it is and answer; then call `authenticated` or `authenticationFailed`.
        case authenticate
        /// Answer with Pong.
        case answerPing
        /// Answer with the state of health.
        case answerHealth
        /// Nothing to do.
        case ignore
        /// Answer with Reject; the connection stays.
        case refuse(Refusal)
        /// Answer with Reject; the state machine has moved to `closing`.
        case refuseAndClose(Refusal)
    }

    /// Why a frame or a connection is refused; each has one code on the wire.
    enum Refusal: Equatable, Sendable, CaseIterable {
        case helloExpected, secondHello, helloTooLate, frameTooSlow, idle
        case authenticationTooLate, authenticationTooOften, unauthenticated, principalRevoked
        case scopeMissing, rateExceeded, principalCreditExceeded
        case creditExceeded, overloaded, memoryExhausted, deadlinePassed, draining
    }

    /// Judges one complete frame.
    ///
    /// - Parameters:
    ///   - inFlight: Requests of this connection not answered yet.
    ///   - isOverloaded: Whether the loop has as many requests in flight as it may, and this connection its share.
    ///   - memoryExhausted: Whether the connections together hold more than they may.
    mutating func frame(
        _ facts: FrameFacts,
        inFlight: UInt32 = 0,
        isOverloaded: Bool = false,
        memoryExhausted: Bool = false,
        now: MonotonicInstant
    ) -> FrameVerdict {
        switch phase {
        case .closing, .lingering, .closed: return .ignore
        case .awaitingHello:
            switch facts.kind {
            case .hello: return .greet
            case .ping, .pong, .health, .authenticate, .request: return refuseAndClose(.helloExpected, now: now)
            }
        case .authenticating:
            pingSentAt = nil
            switch facts.kind {
            case .hello: return refuseAndClose(.secondHello, now: now)
            case .ping: return .answerPing
            case .pong: return .ignore
            case .authenticate: return .authenticate
            case .health, .request: return .refuse(.unauthenticated)
            }
        case .open, .draining:
            lastFrameAt = now
            pingSentAt = nil
            switch facts.kind {
            case .hello: return refuseAndClose(.secondHello, now: now)
            case .ping: return .answerPing
            case .pong: return .ignore
            case .health: return .answerHealth
            case .authenticate: return phase == .draining ? .refuse(.draining) : .authenticate
            case .request:
                let verdict = request(
                    facts,
                    inFlight: inFlight,
                    isOverloaded: isOverloaded,
                    memoryExhausted: memoryExhausted,
                    now: now
                )
                if verdict == .handle { lastAcceptedCorrelationID = facts.correlationID }
                return verdict
            }
        }
    }

    private func request(
        _ facts: FrameFacts,
        inFlight: UInt32,
        isOverloaded: Bool,
        memoryExhausted: Bool,
        now: MonotonicInstant
    ) -> FrameVerdict {
        if phase == .draining { return .refuse(.draining) }
        if inFlight >= credit { return .refuse(.creditExceeded) }
        if isOverloaded { return .refuse(.overloaded) }
        if memoryExhausted { return .refuse(.memoryExhausted) }
        if facts.deadlineMicroseconds != 0,
            now.microseconds - facts.receivedAt.microseconds > Int64(facts.deadlineMicroseconds)
        {
            return .refuse(.deadlinePassed)
        }
        return .handle
    }

    private mutating func refuseAndClose(_ refusal: Refusal, now: MonotonicInstant) -> FrameVerdict {
        enter(.closing, at: now)
        return .refuseAndClose(refusal)
    }

    /// Hello was answered; requests may come, if it is known who asks.
    ///
    /// - Parameter principalCreditMax: What the principal may have in flight; 0 for no limit.
    mutating func helloAccepted(
        wantedCredit: UInt32,
        isKnown: Bool = true,
        principalCreditMax: UInt32 = 0,
        now: MonotonicInstant
    ) {
        credit = wantedCredit == 0 ? limits.creditMax : min(wantedCredit, limits.creditMax)
        limitCredit(to: principalCreditMax)
        lastFrameAt = now
        enter(isKnown ? .open : .authenticating, at: now)
    }

    private mutating func limitCredit(to principalCreditMax: UInt32) {
        if principalCreditMax > 0 { credit = min(credit, principalCreditMax) }
    }

    /// It is known who asks.
    mutating func authenticated(principalCreditMax: UInt32, now: MonotonicInstant) {
        limitCredit(to: principalCreditMax)
        lastFrameAt = now
        if phase == .authenticating { enter(.open, at: now) }
    }

    /// Somebody says who it is. Returns whether its signature is to be looked at; else the connection ends by it.
    mutating func mayAuthenticate(now: MonotonicInstant) -> Bool {
        authenticationCount += 1
        guard authenticationCount > limits.authenticationCountMax else { return true }
        refusalCloses(now: now)
        return false
    }

    /// Somebody tried in vain to say who it is. Returns whether the connection ends by it.
    mutating func authenticationFailed(now: MonotonicInstant) -> Bool {
        failedAuthenticationCount += 1
        guard failedAuthenticationCount >= limits.failedAuthenticationCountMax else { return false }
        refusalCloses(now: now)
        return true
    }

    /// Hello was answered in another process, with what it agreed.
    mutating func resume(credit: UInt32, lastAcceptedCorrelationID: UInt64, now: MonotonicInstant) {
        self.credit = credit
        self.lastAcceptedCorrelationID = lastAcceptedCorrelationID
        enter(.open, at: now)
    }

    /// Something was refused in a way that ends the connection (a framing error, a Hello that cannot be met).
    mutating func refusalCloses(now: MonotonicInstant) {
        if phase < .closing { enter(.closing, at: now) }
    }

    /// All complete frames of a read were judged; `hasPartial` says whether bytes of an unfinished one are left.
    ///
    /// - Parameter progressed: Whether at least one frame was completed since the last call.
    mutating func readCompleted(hasPartial: Bool, progressed: Bool, now: MonotonicInstant) {
        if !hasPartial {
            partialSince = nil
        } else if progressed || partialSince == nil {
            partialSince = now
        }
    }
}

// MARK: - The end

extension ConnectionStateMachine {
    /// How far the end has come.
    enum EndStep: Equatable, Sendable {
        /// Nothing to do yet.
        case none
        /// All that was owed is on its way: close the output once it has left, then call `outputClosed`.
        case closeOutput
        /// Close the connection.
        case close
    }

    /// The peer closed its side: what is in flight is finished, then the connection ends.
    mutating func inputEnded(now: MonotonicInstant) {
        isInputEnded = true
        partialSince = nil
        if phase < .closing { enter(.closing, at: now) }
    }

    /// To be asked whenever replies have left or the phase has changed.
    ///
    /// - Parameter owed: Whether requests are in flight or replies are not handed to the socket.
    func endStep(owed: Bool) -> EndStep {
        switch phase {
        case .awaitingHello, .authenticating, .open, .draining, .closed: .none
        case .closing: owed ? .none : .closeOutput
        case .lingering: isInputEnded ? .close : .none
        }
    }

    /// The output is closed and everything before it was handed to the kernel.
    mutating func outputClosed(now: MonotonicInstant) {
        if phase < .lingering { enter(.lingering, at: now) }
    }

    /// The connection is gone.
    mutating func closed(now: MonotonicInstant) {
        if phase < .closed { enter(.closed, at: now) }
    }

    /// The server starts to stop. Returns whether the peer is to be told (GoAway); a connection before Hello is closed.
    mutating func drain(now: MonotonicInstant) -> Bool {
        switch phase {
        case .awaitingHello, .authenticating:
            enter(.closing, at: now)
            return false
        case .open:
            enter(.draining, at: now)
            return true
        case .draining, .closing, .lingering, .closed: return false
        }
    }
}

// MARK: - Time

extension ConnectionStateMachine {
    /// What the passing of time asks for.
    enum TickVerdict: Equatable, Sendable {
        /// Nothing.
        case none
        /// Ask the peer whether it is still there.
        case sendPing
        /// Say why, then end; the state machine has moved to `closing`.
        case refuseAndClose(Refusal)
        /// End in order; the state machine has moved to `closing`.
        case end
        /// Close at once: the peer does not take what it is owed, or does not close.
        case abort
    }

    /// The socket takes bytes again, or takes no more.
    mutating func writabilityChanged(isWritable: Bool, now: MonotonicInstant) {
        unwritableSince = isWritable ? nil : unwritableSince ?? now
    }

    /// The server stops or starts taking the peer's bytes. While it does not, their absence is not the peer's fault.
    mutating func readingChanged(isPaused: Bool, now: MonotonicInstant) {
        isReadingPaused = isPaused
        if isPaused { return }
        if partialSince != nil { partialSince = now }
        lastFrameAt = now
    }

    /// Looks at every time-out; called every `tickMilliseconds`.
    mutating func tick(owed: Bool, now: MonotonicInstant) -> TickVerdict {
        if let unwritableSince, unwritableSince.hasPassed(milliseconds: limits.unwritableMilliseconds, at: now) {
            return .abort
        }
        switch phase {
        case .awaitingHello:
            return openedAt.hasPassed(milliseconds: limits.helloMilliseconds, at: now)
                ? end(with: .helloTooLate, now: now) : .none
        case .authenticating:
            return phaseSince.hasPassed(milliseconds: limits.authenticationMilliseconds, at: now)
                ? end(with: .authenticationTooLate, now: now) : .none
        case .open, .draining:
            if isReadingPaused { return .none }
            if let partialSince, partialSince.hasPassed(milliseconds: limits.partialFrameMilliseconds, at: now) {
                return end(with: .frameTooSlow, now: now)
            }
            return phase == .draining ? drainTick(owed: owed, now: now) : idleTick(now: now)
        case .closing:
            return phaseSince.hasPassed(milliseconds: limits.closingMilliseconds, at: now) ? .abort : .none
        case .lingering:
            return phaseSince.hasPassed(milliseconds: limits.lingerMilliseconds, at: now) ? .abort : .none
        case .closed: return .none
        }
    }

    private mutating func drainTick(owed: Bool, now: MonotonicInstant) -> TickVerdict {
        guard !owed, phaseSince.hasPassed(milliseconds: limits.drainQuietMilliseconds, at: now),
            lastFrameAt.hasPassed(milliseconds: limits.drainQuietMilliseconds, at: now)
        else { return .none }
        enter(.closing, at: now)
        return .end
    }

    private mutating func idleTick(now: MonotonicInstant) -> TickVerdict {
        if let pingSentAt {
            return pingSentAt.hasPassed(milliseconds: limits.idleCloseMilliseconds, at: now)
                ? end(with: .idle, now: now) : .none
        }
        guard lastFrameAt.hasPassed(milliseconds: limits.idlePingMilliseconds, at: now) else { return .none }
        pingSentAt = now
        return .sendPing
    }

    private mutating func end(with refusal: Refusal, now: MonotonicInstant) -> TickVerdict {
        enter(.closing, at: now)
        return .refuseAndClose(refusal)
    }
}
