internal import Cryptography
public import Platform
public import Wire

/// One session with a daemon, blocking, for one thread at a time (Protocol §Session).
///
///     var connection = try Connection(to: endpoint)
///     let first = try connection.send(authorize)       // pipelined: nothing waits yet
///     let second = try connection.send(another)
///     while connection.inFlight > 0 {
///         let frame = try connection.receive()         // answers may overtake
///         let reply = try connection.decode(frame, as: AuthorizeReply.self)
///     }
///
/// What is sent is gathered and goes out when the next answer is awaited, at `flush()`, or from 64 KiB on. The daemon's
/// Ping is answered and its GoAway is noted while an answer is awaited.
///
/// After `.connectionLost`, `.timedOut` or `.protocolViolation` a connection is of no more use: open another one and
/// send again, with the same request ids, what was not answered.
public struct Connection: ~Copyable {
    /// Where it leads.
    public let endpoint: Endpoint
    /// What was agreed by Hello.
    public let session: HelloReply
    /// The daemon's notice that it takes no more requests here; `nil` until it came.
    public private(set) var goAway: GoAway?
    /// How many requests were sent and not answered yet.
    public var inFlight: Int { open.count }

    /// How long to wait for an answer, and for the peer to take what is sent.
    private(set) var timeoutMilliseconds: Int32
    /// Until when to wait at all, by the monotonic clock.
    var endsAt: Int64?
    private var channel: Channel
    private var open: Set<UInt64> = []
    /// When the daemon's grace is over.
    private var graceEndsAt: Int64?
    private var lastCorrelationID = Connection.helloCorrelationID
    /// Answers that came while another one was awaited; no more than requests were sent.
    private var overtaken: [Frame] = []

    private static let helloCorrelationID: UInt64 = 1
    /// Frames that are read in search of a reason when sending failed: more than any credit.
    private static let framesAfterFailureMax = 65_536

    /// Connects and says Hello.
    ///
    /// - Throws: `ClientError.unreachable` when nobody accepts, `.denied` or `.untrusted`, `.rejected` when the
    ///   daemon refuses the session, `.timedOut`, `.connectionLost` or `.protocolViolation` when Hello is not
    ///   answered as specified.
    public init(to endpoint: Endpoint, options: ConnectionOptions = ConnectionOptions()) throws(ClientError) {
        let socket: StreamSocket
        do throws(PlatformError) {
            socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: options.timeoutMilliseconds)
        } catch {
            throw error.isPermissionDenied
                ? .denied(endpoint, reason: error.reason) : .unreachable(endpoint, reason: error.reason)
        }
        try Connection.checkPeer(of: socket, options)
        try self.init(over: socket, options: options)
    }

    /// Says Hello over a connected socket.
    ///
    /// - Precondition: the time-out is at least 1 ms.
    public init(
        over socket: consuming StreamSocket,
        options: ConnectionOptions = ConnectionOptions()
    ) throws(ClientError) {
        precondition(options.timeoutMilliseconds > 0, "waiting has an end")
        let endpoint = socket.endpoint
        let deadline = Connection.deadline(options.timeoutMilliseconds)
        var channel = Channel(socket, tls: try Connection.makeSession(to: endpoint, options))
        do throws(ChannelError) {
            try channel.shakeHands(deadlineNanoseconds: deadline)
        } catch {
            throw error.asClientError(endpoint, options.timeoutMilliseconds)
        }
        let hello = Connection.hello(options)
        do throws(PlatformError) {
            try channel.gather(hello, correlationID: Connection.helloCorrelationID, deadlineMicroseconds: 0)
            try channel.flush()
        } catch {
            throw .connectionLost(endpoint, reason: error.reason)
        }
        let frame: Frame
        do throws(ChannelError) {
            frame = try channel.receive(deadlineNanoseconds: Connection.deadline(options.timeoutMilliseconds))
        } catch {
            throw error.asClientError(endpoint, options.timeoutMilliseconds)
        }
        var session = try Connection.decode(frame, as: HelloReply.self, from: endpoint)
        guard session.frameVersion == FrameHeader.frameVersion, session.schemaVersion <= FrameHeader.schemaVersion
        else {
            throw .protocolViolation(endpoint, detail: "the daemon agreed to what was not offered")
        }
        if let tls = options.tls { channel.keepSession(in: tls) }
        if let signer = options.signer {
            let hello = hello.encodedFrame(correlationID: Connection.helloCorrelationID)
            let known = try Connection.authenticate(signer, over: &channel, hello, frame, endpoint, options)
            session.credit = known.credit
            session.frameBytesMax = known.frameBytesMax
            lastCorrelationID += 1
        }
        self.session = session
        self.endpoint = endpoint
        self.channel = channel
        timeoutMilliseconds = options.timeoutMilliseconds
    }

    /// Gives answers, and the peer for what is sent, this much time from now on.
    mutating func allow(milliseconds: Int32) throws(ClientError) {
        do throws(PlatformError) {
            try channel.socket.setTimeout(milliseconds: milliseconds)
        } catch {
            throw .connectionLost(endpoint, reason: error.reason)
        }
        timeoutMilliseconds = milliseconds
    }

    /// Ends the session's use here: what lies below it goes on in other hands.
    ///
    /// - Precondition: nothing was sent since Hello.
    public consuming func intoLink() -> ConnectionLink {
        precondition(lastCorrelationID == Connection.helloCorrelationID, "nothing was asked yet")
        return channel.intoLink()
    }

    /// Gathers a request.
    ///
    /// - Parameter deadlineMicroseconds: How long it is worth deciding from its arrival on; 0 for no limit.
    /// - Returns: The correlation id that its answer will carry.
    /// - Throws: `.goingAway` after the daemon's notice, `.unencodable` or `.requestTooLong` for what could not arrive:
    ///   these leave the connection as it was. `.connectionLost` and `.timedOut` when gathered bytes had to go out.
    public mutating func send(
        _ request: some WireMessage,
        deadlineMicroseconds: UInt32 = 0
    ) throws(ClientError) -> UInt64 {
        if let goAway { throw .goingAway(endpoint, graceMilliseconds: goAway.graceMilliseconds) }
        do throws(WireError) {
            try request.checkSizes()
        } catch {
            throw .unencodable(detail: error.detail)
        }
        guard request.frameByteCount <= Int(session.frameBytesMax) else {
            throw .requestTooLong(byteCount: request.frameByteCount, byteCountMax: Int(session.frameBytesMax))
        }
        lastCorrelationID += 1
        open.insert(lastCorrelationID)
        do throws(PlatformError) {
            try channel.gather(
                request,
                correlationID: lastCorrelationID,
                deadlineMicroseconds: deadlineMicroseconds
            )
        } catch {
            throw lost(error)
        }
        return lastCorrelationID
    }

    /// Sends what is gathered.
    public mutating func flush() throws(ClientError) {
        do throws(PlatformError) {
            try channel.flush()
        } catch {
            throw lost(error)
        }
    }

    /// Waits for the answer to any request in flight; a `Reject` of one request is an answer too.
    ///
    /// - Throws: `.rejected` when the daemon ends the session and says why, `.timedOut`, `.connectionLost` or
    ///   `.protocolViolation`.
    /// - Precondition: something is in flight.
    public mutating func receive() throws(ClientError) -> Frame {
        if !overtaken.isEmpty { return overtaken.removeFirst() }
        precondition(inFlight > 0, "an answer needs a request")
        return try nextAnswer()
    }

    /// Sends a request and waits for its answer; answers to earlier requests are kept for `receive()`.
    ///
    /// - Throws: What `send` and `receive` throw, and `.rejected` when the daemon refuses the request.
    public mutating func call<Reply: WireMessage>(
        _ request: some WireMessage,
        returning reply: Reply.Type,
        deadlineMicroseconds: UInt32 = 0
    ) throws(ClientError) -> Reply {
        let correlationID = try send(request, deadlineMicroseconds: deadlineMicroseconds)
        while true {
            let frame = try nextAnswer()
            if frame.correlationID == correlationID { return try decode(frame, as: reply) }
            overtaken.append(frame)
        }
    }

    /// Asks whether the daemon is there.
    ///
    /// - Returns: The round trip in nanoseconds.
    public mutating func ping() throws(ClientError) -> Int64 {
        let payload = RandomBytes.word()
        let start = Clock.monotonicNanoseconds()
        let pong = try call(Ping(payload: payload), returning: Pong.self)
        guard pong.payload == payload else {
            throw .protocolViolation(endpoint, detail: "Pong carries another number than its Ping")
        }
        return Clock.monotonicNanoseconds() - start
    }

    /// Reads an answer.
    ///
    /// - Throws: `.rejected` when it is a Reject, `.protocolViolation` when it is not what the request is answered
    ///   with.
    public borrowing func decode<Reply: WireMessage>(
        _ frame: Frame,
        as reply: Reply.Type
    ) throws(ClientError) -> Reply {
        try Connection.decode(frame, as: reply, from: endpoint)
    }
}

extension Connection {
    /// Looks who listens, before anything is said to it.
    private static func checkPeer(
        of socket: borrowing StreamSocket,
        _ options: ConnectionOptions
    ) throws(ClientError) {
        guard let users = options.trustedUsers else { return }
        let user: UInt32
        do throws(PlatformError) {
            user = try PeerCredentials(ofSocket: socket.descriptor.rawValue).user
        } catch {
            throw .unreachable(socket.endpoint, reason: error.reason)
        }
        guard users.contains(user) else { throw .untrusted(socket.endpoint, user: user) }
    }

    /// Says who asks, by a signature over Hello and its answer.
    private static func authenticate(
        _ signer: PrincipalSigner,
        over channel: inout Channel,
        _ hello: [UInt8],
        _ reply: Frame,
        _ endpoint: Endpoint,
        _ options: ConnectionOptions
    ) throws(ClientError) -> AuthenticateReply {
        let message: Authenticate
        do throws(CryptographyError) {
            message = try signer.authenticate(hello: hello, reply: reply.bytes)
        } catch {
            throw .unencodable(detail: "\(error)")
        }
        do throws(PlatformError) {
            try channel.gather(message, correlationID: helloCorrelationID + 1, deadlineMicroseconds: 0)
            try channel.flush()
        } catch {
            throw .connectionLost(endpoint, reason: error.reason)
        }
        let answer: Frame
        do throws(ChannelError) {
            answer = try channel.receive(deadlineNanoseconds: deadline(options.timeoutMilliseconds))
        } catch {
            throw error.asClientError(endpoint, options.timeoutMilliseconds)
        }
        return try decode(answer, as: AuthenticateReply.self, from: endpoint)
    }

    /// What TLS is spoken with, if it is.
    private static func makeSession(
        to endpoint: Endpoint,
        _ options: ConnectionOptions
    ) throws(ClientError) -> TLSSession? {
        guard let context = options.tls else { return nil }
        guard case .tcp(let host, _) = endpoint else {
            throw .tlsFailed(endpoint, reason: "TLS is spoken over TCP alone; use HOST:PORT")
        }
        do throws(TLSError) {
            return try context.makeSession(host: host)
        } catch {
            throw .tlsFailed(endpoint, reason: error.description)
        }
    }

    /// Hello with random ones of the feature bits that are never assigned, so that ignoring them is tried every day.
    private static func hello(_ options: ConnectionOptions) -> Hello {
        Hello(
            minFrameVersion: FrameHeader.frameVersion,
            maxFrameVersion: FrameHeader.frameVersion,
            schemaVersion: FrameHeader.schemaVersion,
            wantedCredit: options.wantedCredit,
            features: Features(rawValue: RandomBytes.word() & 0xFFFF_FFFF_0000_0000).union(.receipts),
            clientName: options.clientName.wireText(maximumByteCount: 64)
        )
    }

    private static func decode<Reply: WireMessage>(
        _ frame: Frame,
        as reply: Reply.Type,
        from endpoint: Endpoint
    ) throws(ClientError) -> Reply {
        let rejection: Rejection
        do throws(WireError) {
            guard frame.holds(Reject.self) else { return try frame.decode(reply) }
            rejection = try Rejection(frame)
        } catch {
            throw .protocolViolation(endpoint, detail: error.detail)
        }
        throw .rejected(rejection)
    }

    private static func deadline(_ milliseconds: Int32) -> Int64 {
        Clock.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
    }

    /// Waits for a frame that answers a request, and deals with what the daemon sends on its own.
    private mutating func nextAnswer() throws(ClientError) -> Frame {
        try flush()
        let deadline = min(Connection.deadline(timeoutMilliseconds), endsAt ?? .max)
        while true {
            let frame: Frame
            do throws(ChannelError) {
                frame = try channel.receive(deadlineNanoseconds: min(deadline, graceEndsAt ?? .max))
            } catch {
                // Broken after it came about, TLS is a connection that was lost.
                if case .tls(let failure) = error { throw .connectionLost(endpoint, reason: failure.description) }
                throw error.asClientError(endpoint, timeoutMilliseconds)
            }
            if frame.header.isPush || frame.holds(Ping.self) {
                try take(push: frame)
                guard Clock.monotonicNanoseconds() < deadline else {
                    throw .timedOut(endpoint, milliseconds: timeoutMilliseconds)
                }
                continue
            }
            guard open.remove(frame.correlationID) != nil else {
                throw .protocolViolation(endpoint, detail: "an answer to no request (\(frame.correlationID))")
            }
            return frame
        }
    }

    /// What the daemon sends on its own; what a later version may send is ignored.
    private mutating func take(push frame: Frame) throws(ClientError) {
        if frame.holds(GoAway.self) {
            let notice = try decode(frame, as: GoAway.self)
            graceEndsAt = Connection.deadline(Int32(clamping: notice.graceMilliseconds))
            goAway = notice
        } else if frame.holds(Ping.self) {
            let ping = try decode(frame, as: Ping.self)
            do throws(PlatformError) {
                try channel.gather(
                    Pong(payload: ping.payload),
                    correlationID: frame.correlationID,
                    deadlineMicroseconds: 0
                )
                try channel.flush()
            } catch {
                throw lost(error)
            }
        } else if frame.holds(Reject.self) {
            _ = try decode(frame, as: Reject.self)
        }
    }

    /// The error of a failed send: where the daemon said why it closes, that.
    private mutating func lost(_ error: PlatformError) -> ClientError {
        let deadline = Clock.monotonicNanoseconds()
        // The reason comes last, but a peer that sends without end has no last.
        for _ in 0..<Connection.framesAfterFailureMax {
            guard let frame = try? channel.receive(deadlineNanoseconds: deadline) else { break }
            if frame.holds(Reject.self), let rejection = try? Rejection(frame), rejection.code < 200 {
                return .rejected(rejection)
            }
        }
        return ChannelError.socket(error).asClientError(endpoint, timeoutMilliseconds)
    }
}

extension ChannelError {
    func asClientError(_ endpoint: Endpoint, _ timeoutMilliseconds: Int32) -> ClientError {
        switch self {
        case .socket(.timedOut): .timedOut(endpoint, milliseconds: timeoutMilliseconds)
        case .socket(let error): .connectionLost(endpoint, reason: error.reason)
        case .ended: .connectionLost(endpoint, reason: "closed by the daemon")
        case .malformed(let error): .protocolViolation(endpoint, detail: error.detail)
        case .tls(let failure): .tlsFailed(endpoint, reason: failure.description)
        }
    }
}

extension Rejection {
    /// Reads a Reject, whose code may be one of a later version.
    init(_ frame: Frame) throws(WireError) {
        var body = frame.body
        let code = body.count >= 2 ? UInt16(body[0]) | UInt16(body[1]) << 8 : 0
        if body.count >= 2, RejectCode(rawValue: code) == nil {
            body[0] = UInt8(truncatingIfNeeded: RejectCode.busy.rawValue)
            body[1] = UInt8(truncatingIfNeeded: RejectCode.busy.rawValue >> 8)
        }
        let reject = try Frame(header: frame.header, body: body).decode(Reject.self)
        self.init(
            code: code,
            retryAfterMicroseconds: reject.retryAfterMicroseconds,
            templateID: reject.templateID,
            detail: reject.detail
        )
    }
}
