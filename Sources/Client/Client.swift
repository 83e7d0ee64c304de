public import Platform
public import Wire

/// A client that connects by itself and tries again where that is safe, blocking, for one thread at a time.
///
///     var client = Client(Endpoint("unix:/run/assent/gateway.sock"))
///     let id = RequestID.make()                        // store it before sending
///     let reply = try client.call(Authorize(requestID: id, ...), returning: AuthorizeReply.self)
///     switch reply.decision.outcome { ... }            // a decline is an answer, not an error
///
/// A request is sent again, byte for byte and so with the same request id, when the daemon was busy, when the
/// connection was lost, or when no answer came in time. That is safe: the daemon answers a repeat with its first
/// answer. Requests without an id only read, so they are safe as well.
public struct Client: ~Copyable {
    /// Where the daemon listens.
    public let endpoint: Endpoint

    private let options: ClientOptions
    private var connection: Connection?

    /// Does nothing yet: the first call connects.
    public init(_ endpoint: Endpoint, options: ClientOptions = ClientOptions()) {
        self.endpoint = endpoint
        self.options = options
    }

    /// Connects, unless it is connected, and tells what was agreed.
    public mutating func connect() throws(ClientError) -> HelloReply {
        let connection = try takeConnection()
        let session = connection.session
        self.connection = consume connection
        return session
    }

    /// Sends a request and waits for its answer, and tries again where that can help.
    ///
    /// - Parameter deadlineMicroseconds: How long it is worth deciding from its arrival on; 0 for no limit.
    /// - Throws: The first error for which trying again is of no use; or, when the attempts are used up, the last
    ///   error: as `.outcomeUnknown` if an earlier attempt may have been executed.
    public mutating func call<Reply: WireMessage>(
        _ request: some WireMessage,
        returning reply: Reply.Type,
        deadlineMicroseconds: UInt32 = 0
    ) throws(ClientError) -> Reply {
        var attempts = Attempts(options)
        while true {
            do throws(ClientError) {
                return try once(request, returning: reply, deadlineMicroseconds)
            } catch {
                try attempts.failed(error)
            }
        }
    }
}

extension Client {
    /// Sends many requests pipelined, within the daemon's credit, and tries each again where that can help.
    ///
    /// - Returns: For each request, in order, its answer or why there is none.
    public mutating func callAll<Request: WireMessage, Reply: WireMessage>(
        _ requests: [Request],
        returning reply: Reply.Type
    ) -> [Result<Reply, ClientError>] {
        var batch = Batch<Reply>(count: requests.count)
        var attempts = Attempts(options)
        while !batch.waiting.isEmpty {
            let answeredBefore = batch.answeredCount
            do throws(ClientError) {
                try exchange(requests, &batch)
            } catch {
                if batch.answeredCount > answeredBefore { attempts.progressed() }
                do throws(ClientError) {
                    try attempts.failed(error)
                } catch {
                    batch.giveUp(error)
                }
            }
        }
        return batch.results
    }

    /// Asks whether the daemon is there.
    ///
    /// - Returns: The round trip in nanoseconds.
    public mutating func ping() throws(ClientError) -> Int64 {
        var connection = try takeConnection()
        let nanoseconds = try connection.ping()
        self.connection = consume connection
        return nanoseconds
    }

    private mutating func takeConnection() throws(ClientError) -> Connection {
        if let existing = connection.take(), existing.goAway == nil { return existing }
        return try Connection(to: endpoint, options: options.connection)
    }

    private mutating func once<Reply: WireMessage>(
        _ request: some WireMessage,
        returning reply: Reply.Type,
        _ deadlineMicroseconds: UInt32
    ) throws(ClientError) -> Reply {
        var connection = try takeConnection()
        do throws(ClientError) {
            let answer = try connection.call(request, returning: reply, deadlineMicroseconds: deadlineMicroseconds)
            self.connection = consume connection
            return answer
        } catch {
            if error.leavesConnectionUsable { self.connection = consume connection }
            throw error
        }
    }

    /// One run over one connection: sends what waits, as far as the credit allows, and takes the answers.
    private mutating func exchange<Request: WireMessage, Reply: WireMessage>(
        _ requests: [Request],
        _ batch: inout Batch<Reply>
    ) throws(ClientError) {
        var connection = try takeConnection()
        defer { batch.takeBackUnanswered() }
        let window = Int(max(1, min(connection.session.credit, 1_024)))
        var transient: ClientError?
        while true {
            while connection.inFlight < window, transient == nil, let index = batch.waiting.first {
                do throws(ClientError) {
                    batch.sent(try connection.send(requests[index]))
                } catch {
                    guard error.leavesConnectionUsable else { throw error }
                    batch.refuseFirst(error)
                }
            }
            guard connection.inFlight > 0 else { break }
            let frame = try connection.receive()
            do throws(ClientError) {
                batch.answered(frame.correlationID, .success(try connection.decode(frame, as: Reply.self)))
            } catch {
                guard error.leavesConnectionUsable else { throw error }
                if error.isWorthRepeating {
                    transient = error
                } else {
                    batch.answered(frame.correlationID, .failure(error))
                }
            }
        }
        self.connection = consume connection
        if let transient { throw transient }
    }
}

extension ClientError {
    /// Whether the connection can go on after it: only one request failed.
    var leavesConnectionUsable: Bool {
        switch self {
        case .rejected(let rejection): rejection.errorClass != .protocolError
        case .unencodable, .requestTooLong: true
        case .unreachable, .denied, .untrusted, .tlsFailed, .timedOut, .connectionLost, .goingAway, .protocolViolation,
            .outcomeUnknown:
            false
        }
    }
}
