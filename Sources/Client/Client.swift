internal import Domain
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
/// connection was lost, when the daemon goes away, or when no answer came in time. That is safe: the daemon answers a
/// repeat with its first answer. Requests without an id only read, so they are safe as well. Another instance than the
/// one that was asked is not asked again, since it cannot know what that one did.
///
/// What may have been executed ends with `.outcomeUnknown`; what ends with another error was not executed, but for
/// `.rejected` with the code 308, of which nobody knows.
public struct Client: ~Copyable {
    /// Where the daemon listens.
    public let endpoint: Endpoint

    private let options: ClientOptions
    private var connection: Connection?
    /// Where the requests so far are remembered.
    private var instance: InstanceID?
    /// Whether the connection that was taken last is new and leads to another instance than those before.
    private var isOtherInstance = false

    /// Does nothing yet: the first call connects.
    public init(_ endpoint: Endpoint, options: ClientOptions = ClientOptions()) {
        self.endpoint = endpoint
        self.options = options
    }

    /// Connects, unless it is connected, and tells what was agreed.
    public mutating func connect() throws(ClientError) -> HelloReply {
        let connection = try takeConnection(until: nil)
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
                return try once(request, returning: reply, deadlineMicroseconds, &attempts)
            } catch {
                guard attempts.goesOn(after: error) else { throw attempts.verdict(error) }
            }
        }
    }
}

extension Client {
    /// Sends many requests pipelined, within the daemon's credit, and tries each again where that can help.
    ///
    /// - Parameter deadlineMicroseconds: How long each is worth deciding from its arrival on; 0 for no limit.
    /// - Returns: For each request, in order, its answer or why there is none.
    public mutating func callAll<Request: WireMessage, Reply: WireMessage>(
        _ requests: [Request],
        returning reply: Reply.Type,
        deadlineMicroseconds: UInt32 = 0
    ) -> [Result<Reply, ClientError>] {
        var batch = Batch<Reply>(count: requests.count)
        var attempts = Attempts(options)
        while !batch.waiting.isEmpty {
            let answeredBefore = batch.answeredCount
            do throws(ClientError) {
                try exchange(requests, deadlineMicroseconds, &batch, attempts)
            } catch {
                if batch.answeredCount > answeredBefore { attempts.progressed() }
                guard !attempts.goesOn(after: error) else { continue }
                batch.giveUp(error, attempts: attempts.failureCount)
            }
        }
        return batch.results
    }

    /// Asks whether the daemon is there.
    ///
    /// - Returns: The round trip in nanoseconds.
    public mutating func ping() throws(ClientError) -> Int64 {
        var connection = try takeConnection(until: nil)
        let nanoseconds = try connection.ping()
        self.connection = consume connection
        return nanoseconds
    }

    /// The connection that there is, or a new one.
    private mutating func takeConnection(until end: Int64?) throws(ClientError) -> Connection {
        isOtherInstance = false
        if var existing = connection.take(), existing.goAway == nil {
            existing.endsAt = end
            return existing
        }
        var connectionOptions = options.connection
        if let end {
            let left = Int32(clamping: max(1, (end - Clock.monotonicNanoseconds()) / 1_000_000))
            connectionOptions.timeoutMilliseconds = min(connectionOptions.timeoutMilliseconds, left)
        }
        var made = try Connection(to: endpoint, options: connectionOptions)
        try made.allow(milliseconds: options.connection.timeoutMilliseconds)
        made.endsAt = end
        isOtherInstance = instance.map { $0 != made.session.instanceID } ?? false
        instance = made.session.instanceID
        return made
    }

    private mutating func once<Reply: WireMessage>(
        _ request: some WireMessage,
        returning reply: Reply.Type,
        _ deadlineMicroseconds: UInt32,
        _ attempts: inout Attempts
    ) throws(ClientError) -> Reply {
        var connection = try takeConnection(until: attempts.endsAt)
        if isOtherInstance, attempts.mayHaveBeenExecuted {
            self.connection = consume connection
            throw .otherInstance(endpoint)
        }
        do throws(ClientError) {
            let answer = try connection.call(request, returning: reply, deadlineMicroseconds: deadlineMicroseconds)
            self.connection = consume connection
            return answer
        } catch {
            attempts.asked(error)
            if error.leavesConnectionUsable { self.connection = consume connection }
            throw error
        }
    }

    /// One run over one connection: sends what waits, as far as the credit allows, and takes the answers.
    private mutating func exchange<Request: WireMessage, Reply: WireMessage>(
        _ requests: [Request],
        _ deadlineMicroseconds: UInt32,
        _ batch: inout Batch<Reply>,
        _ attempts: Attempts
    ) throws(ClientError) {
        var connection = try takeConnection(until: attempts.endsAt)
        if isOtherInstance {
            batch.giveUp(.otherInstance(endpoint), attempts: attempts.failureCount, onlyAsked: true)
        }
        defer { batch.takeBackUnanswered() }
        let window = Int(max(1, min(connection.session.credit, 1_024)))
        // Why nothing more is sent here: what is under way gets its answers before it is thrown.
        var obstacle: ClientError?
        while true {
            while connection.inFlight < window, obstacle == nil, let index = batch.waiting.first {
                do throws(ClientError) {
                    batch.sent(try connection.send(requests[index], deadlineMicroseconds: deadlineMicroseconds))
                } catch {
                    if case .goingAway = error {
                        obstacle = error
                    } else {
                        guard error.leavesConnectionUsable else { throw error }
                        batch.refuseFirst(error)
                    }
                }
            }
            guard connection.inFlight > 0 else { break }
            let frame = try connection.receive()
            do throws(ClientError) {
                batch.answered(frame.correlationID, .success(try connection.decode(frame, as: Reply.self)))
            } catch {
                guard case .rejected(let rejection) = error, rejection.errorClass != .protocolError else { throw error }
                if error.isWorthRepeating {
                    obstacle = error
                    batch.refusedForNow(frame.correlationID, error)
                } else {
                    batch.answered(frame.correlationID, .failure(error))
                }
            }
        }
        if obstacle?.leavesConnectionUsable ?? true { self.connection = consume connection }
        if let obstacle { throw obstacle }
    }
}

extension ClientError {
    /// Whether the connection can go on after it: only one request failed.
    var leavesConnectionUsable: Bool {
        switch self {
        case .rejected(let rejection): rejection.errorClass != .protocolError && rejection.knownCode != .draining
        case .unencodable, .requestTooLong, .otherInstance: true
        case .unreachable, .denied, .untrusted, .tlsFailed, .timedOut, .connectionLost, .goingAway, .protocolViolation,
            .outcomeUnknown:
            false
        }
    }

    /// Whether a request that was sent may have been executed when this came of it.
    var leavesAskedUnknown: Bool {
        guard case .rejected(let rejection) = self else { return outcomeIsUnknown }
        return [.protocolError, .outcomeUnknown].contains(rejection.errorClass)
    }
}
