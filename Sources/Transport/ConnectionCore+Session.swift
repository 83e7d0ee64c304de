internal import Cryptography
internal import Domain
internal import NIOCore
internal import Platform
internal import Wire

/// The messages that the transport answers and sends itself (Protocol/README.md, session messages).
extension ConnectionCore {
    /// Answers Hello, or refuses it and ends the connection.
    mutating func greet(_ header: FrameHeader, _ frame: UnsafeRawBufferPointer, at time: ReadTime) {
        let hello: Hello
        do throws(WireError) {
            hello = try Hello(decoding: Self.body(of: frame), header: header)
        } catch {
            reject(header, error.rejectCode, detail: error.detail)
            machine.refusalCloses(now: time.monotonic)
            return
        }
        guard hello.minFrameVersion <= FrameHeader.frameVersion, hello.maxFrameVersion >= FrameHeader.frameVersion
        else {
            reject(
                header,
                .unsupportedFrameVersion,
                detail: "frame versions \(hello.minFrameVersion) to \(hello.maxFrameVersion) are not spoken; "
                    + "versions spoken: \(FrameHeader.frameVersion)"
            )
            machine.refusalCloses(now: time.monotonic)
            return
        }
        agree(onSchemaVersion: min(hello.schemaVersion, FrameHeader.schemaVersion))
        machine.helloAccepted(
            wantedCredit: hello.wantedCredit,
            isKnown: isKnown,
            principalCreditMax: UInt32(clamping: principal?.creditLimit ?? 0),
            now: time.monotonic
        )
        let identity = shared.identity
        let reply = HelloReply(
            frameVersion: FrameHeader.frameVersion,
            role: session.role,
            schemaVersion: session.schemaVersion,
            frameBytesMax: UInt32(machine.frameByteCountMax),
            credit: machine.credit,
            features: hello.features.intersection(identity.features),
            nonce: shared.makeNonce(),
            clusterID: identity.clusterID,
            instanceID: identity.instanceID,
            serverTime: time.wall,
            serverName: identity.serverName
        )
        var digest: SHA256Digest?
        sink.push(byteCount: reply.frameByteCount) { target in
            reply.encodeFrame(into: target, correlationID: header.correlationID)
            digest = SessionTranscript.digest(hello: frame, reply: UnsafeRawBufferPointer(target))
        }
        transcript = digest
    }

    /// Looks who it is.
    mutating func authenticate(_ header: FrameHeader, _ frame: UnsafeRawBufferPointer, at time: ReadTime) {
        let message: Authenticate
        do throws(WireError) {
            message = try Authenticate(decoding: Self.body(of: frame), header: header)
        } catch {
            return reject(header, error.rejectCode, detail: error.detail)
        }
        guard machine.mayAuthenticate(now: time.monotonic) else { return refuseConnection(.authenticationTooOften) }
        // Looking at a signature costs as much as a hundred requests.
        guard shared.signatureGate.withLock({ $0.enter(now: time.monotonic) }) else {
            return reject(
                header,
                .busy,
                retryAfterMicroseconds: 10_000,
                detail: "too many connections say who they are at a time; send the same again"
            )
        }
        guard let known = shared.principals.named(message.principal, now: time.wall), let transcript,
            known.keys.contains(where: {
                Ed25519.isValid(
                    signature: message.signature,
                    message: SessionTranscript.signed(transcript, principal: message.principal),
                    publicKey: $0
                )
            }), principal == nil || principal?.id == known.state.id
        else { return refuseAuthentication(header, message.principal, at: time) }
        CoverageMark.reach("transport: a principal has signed")
        do throws(ConnectionRefusal) {
            try place?.pass(to: known.state)
        } catch {
            return end(error, of: known.state, answering: header, now: time.monotonic)
        }
        isNow(known.state)
        machine.authenticated(
            principalCreditMax: UInt32(clamping: known.state.creditLimit),
            now: time.monotonic
        )
        let reply = AuthenticateReply(
            scopes: known.state.scopes,
            credit: machine.credit,
            frameBytesMax: UInt32(machine.frameByteCountMax)
        )
        sink.push(reply, correlationID: header.correlationID)
    }

    private mutating func refuseAuthentication(_ header: FrameHeader, _ name: String, at time: ReadTime) {
        shared.report(
            .authenticationFailed(
                of: session,
                principal: name,
                isKnown: shared.principals.named(name, now: time.wall) != nil
            )
        )
        reject(
            header,
            .authenticationFailed,
            detail: principal == nil
                ? "no key of a principal \"\(name)\" has signed this session"
                : "this connection is that of another principal, or no key of its has signed this session"
        )
        if machine.authenticationFailed(now: time.monotonic) { refuseConnection(.authenticationTooOften) }
    }

    /// Answers Ping.
    mutating func answerPing(_ header: FrameHeader, _ frame: UnsafeRawBufferPointer) {
        do throws(WireError) {
            let ping = try Ping(decoding: Self.body(of: frame), header: header)
            sink.push(Pong(payload: ping.payload), correlationID: header.correlationID)
        } catch {
            reject(header, error.rejectCode, detail: error.detail)
        }
    }

    /// Answers Health.
    mutating func answerHealth(_ header: FrameHeader, _ frame: UnsafeRawBufferPointer) {
        do throws(WireError) {
            _ = try Health(decoding: Self.body(of: frame), header: header)
        } catch {
            return reject(header, error.rejectCode, detail: error.detail)
        }
        // Looked up once for all that came with one read: it takes locks of the journal.
        let (health, inFlight) = healthOfTurn ?? (shared.handler.health(), shared.inFlightCount)
        healthOfTurn = (health, inFlight)
        let reply = HealthReply(
            live: true,
            ready: health.isReady && machine.phase == .open,
            role: .primary,
            inFlight: inFlight,
            durableLSN: LogSequenceNumber(rawValue: health.durableLSN),
            lastLSN: LogSequenceNumber(rawValue: health.lastLSN),
            journalLagBytes: health.journalLagByteCount
        )
        sink.push(reply, correlationID: header.correlationID)
    }

    /// Asks the peer whether it is there.
    mutating func pushPing() {
        sink.push(Ping(payload: session.connectionNumber), correlationID: FrameHeader.pushBit)
    }

    /// Says that the server stops.
    mutating func pushGoAway(graceMilliseconds: UInt32) {
        let message = GoAway(
            lastCorrelationID: machine.lastAcceptedCorrelationID,
            graceMilliseconds: graceMilliseconds,
            reason: .draining
        )
        sink.push(message, correlationID: FrameHeader.pushBit)
    }

    /// The answer that was promised for later has come, or will not come.
    mutating func answerLater(_ bytes: [UInt8]?, lsn: UInt64, correlationID: UInt64, templateID: UInt16) {
        if let bytes {
            sink.fulfil(bytes: bytes, lsn: lsn)
            return
        }
        let message = Reject(
            code: .internalError,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: "the server gave the request up"
        )
        sink.fulfil(bytes: message.encodedFrame(correlationID: correlationID), lsn: 0)
    }

    static func body(of frame: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: frame[WireLimits.frameHeaderByteCount...])
    }
}

// MARK: - Refusals

extension ConnectionCore {
    /// Refuses a frame.
    mutating func reject(
        _ header: FrameHeader,
        _ code: RejectCode,
        retryAfterMicroseconds: UInt32 = 0,
        detail: String
    ) {
        shared.rejects.note(code)
        let code = code.told(in: session.schemaVersion)
        if code == .busy {
            tally.busy += 1
        } else {
            tally.rejected += 1
        }
        let message = Reject(
            code: code,
            templateID: header.templateID,
            retryAfterMicroseconds: retryAfterMicroseconds,
            detail: detail
        )
        sink.push(message, correlationID: header.correlationID)
    }

    /// Refuses a frame for the session's state.
    mutating func refuse(_ refusal: ConnectionStateMachine.Refusal, header: FrameHeader) {
        if let cause = refusal.busyCause { tally.busyCauses[cause] += 1 }
        if refusal == .overloaded { return push(shared.busyFrame, header) }
        if refusal == .creditExceeded {
            CoverageMark.reach("transport: a request beyond the credit was refused")
            shared.rejects.note(.busy)
            return push(shared.creditFrame, header)
        }
        let code = refusal.code
        if code == .deadlinePassed { CoverageMark.reach("transport: a request came after its deadline") }
        if code == .draining { CoverageMark.reach("transport: a request was refused while draining") }
        reject(
            header,
            code,
            retryAfterMicroseconds: code == .busy ? shared.limits.busyRetryMicroseconds : 0,
            detail: refusal.detail(limits: shared.limits)
        )
        if code.closesConnection { reportClosed(code, refusal.detail(limits: shared.limits)) }
    }

    private mutating func push(_ busy: BusyFrame, _ header: FrameHeader) {
        tally.busy += 1
        sink.push(byteCount: busy.byteCount) {
            busy.encode(into: $0, correlationID: header.correlationID, templateID: header.templateID)
        }
    }

    /// Tells the peer why the connection ends, where no frame is to blame.
    mutating func refuseConnection(_ refusal: ConnectionStateMachine.Refusal) {
        tally.rejected += 1
        shared.rejects.note(refusal.code)
        let detail = refusal.detail(limits: shared.limits)
        let message = Reject(
            code: refusal.code.told(in: session.schemaVersion),
            templateID: 0,
            retryAfterMicroseconds: 0,
            detail: detail
        )
        sink.push(message, correlationID: FrameHeader.pushBit)
        reportClosed(refusal.code, detail)
    }

    /// The bytes are no frame: says why, and ends the connection.
    mutating func fail(_ error: FrameError, rest: UnsafeRawBufferPointer, at time: ReadTime) {
        CoverageMark.reach("transport: bytes that are no frame ended a connection")
        tally.rejected += 1
        shared.rejects.note(error.rejectCode)
        // A header that failed its judgements may name any request, so nothing of it is echoed.
        var correlationID = FrameHeader.pushBit
        var templateID: UInt16 = 0
        if case .reservedBits = error {
            let header = FrameHeader(parsing: rest)
            correlationID = header.correlationID
            templateID = header.templateID
        }
        let isHandshake = machine.phase == .awaitingHello && Self.beginsHandshake(rest)
        let detail =
            isHandshake ? "this is a TLS handshake, and this port speaks plaintext: see --listen-tls" : error.detail
        let message = Reject(
            code: error.rejectCode,
            templateID: templateID,
            retryAfterMicroseconds: 0,
            detail: detail
        )
        sink.push(message, correlationID: correlationID)
        reportClosed(error.rejectCode, detail)
        machine.refusalCloses(now: time.monotonic)
    }

    /// Whether the bytes are the beginning of a TLS record with a handshake (RFC 8446, section 5.1), as of a client
    /// that took the wrong port.
    private static func beginsHandshake(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 3 && bytes[0] == 22 && bytes[1] == 3 && bytes[2] <= 4
    }

    private func reportClosed(_ code: RejectCode, _ detail: String) {
        shared.report(.connectionClosed(of: session, code: code.rawValue, detail: detail))
    }
}

extension ConnectionStateMachine.FrameKind {
    /// What the transport makes of a template.
    init(templateID: UInt16) {
        self =
            switch templateID {
            case Hello.templateID: .hello
            case Ping.templateID: .ping
            case Pong.templateID: .pong
            case Health.templateID: .health
            case Authenticate.templateID: .authenticate
            default: .request
            }
    }
}

extension ConnectionStateMachine.Refusal {
    /// Its code on the wire.
    var code: RejectCode {
        switch self {
        case .helloExpected, .helloTooLate: .helloExpected
        case .secondHello: .secondHello
        case .frameTooSlow: .tooSlow
        case .idle: .idleTimeout
        case .authenticationTooLate, .authenticationTooOften: .authenticationExpected
        case .unauthenticated: .unauthenticated
        case .principalRevoked: .principalRevoked
        case .scopeMissing: .scopeMissing
        case .rateExceeded: .rateExceeded
        case .creditExceeded, .overloaded, .memoryExhausted, .principalCreditExceeded: .busy
        case .deadlinePassed: .deadlinePassed
        case .draining: .draining
        }
    }

    /// What was wrong and what would be right.
    func detail(limits: TransportLimits) -> String {
        switch self {
        case .helloExpected: "the first message must be Hello"
        case .helloTooLate: "no Hello within \(limits.helloMilliseconds) ms of connecting"
        case .authenticationTooLate:
            "nobody was named within \(limits.authenticationMilliseconds) ms of Hello: send Authenticate, or show a "
                + "certificate that is a principal's"
        case .authenticationTooOften:
            "\(limits.failedAuthenticationCountMax) attempts to say who it is were in vain, or there were more than "
                + "\(limits.authenticationCountMax) in all"
        case .unauthenticated: "the server does not know who asks: send Authenticate first"
        case .principalRevoked: "the principal was revoked, or its credentials were replaced"
        case .scopeMissing: "the principal lacks the scope"
        case .rateExceeded: "the principal asks more often than it may"
        case .principalCreditExceeded: "the principal has as many requests in flight as it may, on all its connections"
        case .secondHello: "Hello was said already on this connection"
        case .frameTooSlow: "a frame was not complete \(limits.partialFrameMilliseconds) ms after its first byte"
        case .idle:
            "no frame for \(limits.idlePingMilliseconds) ms, and no answer to Ping for "
                + "\(limits.idleCloseMilliseconds) ms"
        case .creditExceeded: "as many requests are in flight as this connection's credit allows"
        case .overloaded: "the server has as many requests in flight as it may; send the same request again"
        case .memoryExhausted: "the server holds as many unread answers as it may"
        case .deadlinePassed: "the deadline passed before the request was decided"
        case .draining: "the server is stopping"
        }
    }
}

extension RejectCode {
    /// Whether the connection ends after it: class 1.
    var closesConnection: Bool { rawValue < 200 }
}

extension ReplySink {
    /// Appends a message of the transport's own.
    mutating func push(_ message: some WireMessage, correlationID: UInt64) {
        push(byteCount: message.frameByteCount) { message.encodeFrame(into: $0, correlationID: correlationID) }
    }
}
