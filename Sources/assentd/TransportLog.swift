import Logging
import Platform
import Transport

/// Writes the transport's events to the log, a few of each kind in ten seconds and then how many more there were: a
/// hostile peer can cause as many as it likes, and must neither fill the log nor hide what others do. So the failures
/// of each principal that there is are a kind of their own, and so are those of each local user; a name that nobody
/// has is whatever a stranger likes, and all of them are one kind.
final class TransportLog: Sendable {
    private let logger: Logger
    private let windows = Locked<[(kind: Kind, window: Window)]>([])

    /// Events that are one to whoever reads the log.
    struct Kind: Equatable, Sendable {
        var message: String
        /// What tells it from others of the same message.
        var detail = ""

        /// Kinds of one message at a time; what comes beyond is one kind, since as many lines are written of each.
        static let countMax = 16
        /// What tells that one.
        static let others = "others"
    }

    /// What became of the events of one kind since its window began.
    struct Window: Equatable, Sendable {
        /// Events of one kind that are written in one window.
        static let lineCountMax = 3
        /// How long a window is, in seconds.
        static let secondCount: Int64 = 10

        /// When it began; nil while nothing has happened.
        private var beganAt: Int64?
        private var lineCount = 0
        private var leftOutCount = 0
    }

    init(_ logger: Logger) { self.logger = logger }

    /// Notes an event.
    func note(_ event: TransportEvent) {
        // Sampled by whoever tells of it.
        if case .slowRequest = event { return write(event) }
        let own = Kind(event)
        let second = Self.second()
        let (kind, (isWritten, leftOut)) = windows.withLock { windows in
            let kind = Self.place(own, among: windows.map(\.kind))
            let index = windows.firstIndex { $0.kind == kind } ?? windows.count
            if index == windows.count { windows.append((kind, Window())) }
            return (kind, windows[index].window.take(at: second))
        }
        if leftOut > 0 { say(leftOut, kind) }
        if isWritten { write(event) }
    }

    /// Says what was left out in the windows that are over; to be called every second or so.
    func settle() {
        let second = Self.second()
        let leftOut = windows.withLock { windows in
            let leftOut = windows.indices.map { (windows[$0].kind, windows[$0].window.settle(at: second)) }
            windows.removeAll { $0.window == Window() }
            return leftOut
        }
        for (kind, count) in leftOut where count > 0 { say(count, kind) }
    }

    /// The kind that an event is counted as, with those that are known.
    static func place(_ kind: Kind, among known: [Kind]) -> Kind {
        if known.contains(kind) || known.count(where: { $0.message == kind.message }) < Kind.countMax { return kind }
        return Kind(message: kind.message, detail: Kind.others)
    }

    private static func second() -> Int64 { Clock.monotonicNanoseconds() / 1_000_000_000 }

    private func say(_ count: Int, _ kind: Kind) {
        var metadata: Logger.Metadata = ["event": "\(kind.message)", "count": "\(count)"]
        if !kind.detail.isEmpty { metadata["kind"] = "\(kind.detail)" }
        logger.warning("more of the same", metadata: metadata)
    }

    /// The metadata of an event of one connection: which, and from where.
    private static func naming(_ session: SessionInfo, _ metadata: Logger.Metadata) -> Logger.Metadata {
        var metadata = metadata
        metadata["connection"] = "\(session.connectionNumber)"
        metadata["role"] = "\(session.role)"
        if let origin = session.origin { metadata["address"] = "\(origin)" }
        if let userID = session.peerUserID { metadata["uid"] = "\(userID)" }
        return metadata
    }

    /// Where the time of slow requests went, in microseconds; nothing of what was asked.
    private func write(_ slow: SlowRequest) {
        var metadata: Logger.Metadata = [
            "connection": "\(slow.connectionNumber)", "requests": "\(slow.requestCount)", "record": "\(slow.lsn)",
            "microseconds": "\(slow.microseconds)", "decide": "\(slow.decideMicroseconds)",
            "journal_wait": "\(slow.waitMicroseconds)", "write": "\(slow.writeMicroseconds)",
            "sync": "\(slow.syncMicroseconds)", "reply": "\(slow.replyMicroseconds)",
        ]
        if slow.leftOutCount > 0 { metadata["left_out"] = "\(slow.leftOutCount)" }
        logger.notice("slow request", metadata: metadata)
    }

    private func write(_ event: TransportEvent) {
        let message = Logger.Message(stringLiteral: Kind(event).message)
        switch event {
        case .connectionLimitReached(let role, let limit):
            logger.warning(message, metadata: ["role": "\(role)", "limit": "\(limit)"])
        case .holderLimitReached(let holder, let limit):
            logger.warning(message, metadata: [holder.kind: "\(holder.name)", "limit": "\(limit)"])
        case .principalRefused(let userID):
            logger.warning(message, metadata: ["uid": "\(userID.map { "\($0)" } ?? "unknown")"])
        case .connectionClosed(let session, let code, let detail):
            logger.notice(message, metadata: Self.naming(session, ["code": "\(code)", "detail": "\(detail)"]))
        case .slowReaderClosed(let session, let byteCount):
            logger.notice(message, metadata: Self.naming(session, ["pending_bytes": "\(byteCount)"]))
        case .sessionBroken(let session, let detail, _):
            logger.notice(message, metadata: Self.naming(session, ["detail": "\(detail)"]))
        case .handshakeLate(let session):
            logger.notice(message, metadata: Self.naming(session, ["detail": "the handshake was not done in time"]))
        case .handshakeLimitReached(let limit):
            logger.warning(message, metadata: ["handshakes": "\(limit)"])
        case .handshakesFromAddress(let address, let limit):
            logger.warning(message, metadata: ["address": "\(address)", "handshakes": "\(limit)"])
        case .authenticationFailed(let session, let principal, let isKnown):
            logger.warning(
                message,
                metadata: Self.naming(session, ["principal": "\(principal)", "known": "\(isKnown)"])
            )
        case .slowRequest(let slow): write(slow)
        case .acceptFailed(let role, let detail):
            logger.error(message, metadata: ["role": "\(role)", "detail": "\(detail)"])
        }
    }
}

extension TransportLog.Kind {
    /// The kind of an event: what it is, and what an operator would do about it.
    init(_ event: TransportEvent) {
        switch event {
        case .connectionLimitReached(let role, _): self.init(message: "connection refused", detail: "\(role)")
        // Addresses are whatever a stranger has.
        case .holderLimitReached(.address, _): self.init(message: "too many connections", detail: "one address")
        case .holderLimitReached(let holder, _):
            self.init(message: "too many connections", detail: "\(holder.kind) \(holder.name)")
        case .principalRefused(let userID):
            self.init(message: "principal refused", detail: userID.map { "uid \($0)" } ?? "")
        case .connectionClosed(_, let code, _): self.init(message: "connection closed", detail: "\(code)")
        case .slowReaderClosed: self.init(message: "slow reader closed")
        // OpenSSL's words for what is wrong with a certificate are few; those for noise are what a stranger likes.
        case .sessionBroken(_, let detail, true): self.init(message: "TLS failed", detail: detail)
        case .sessionBroken: self.init(message: "TLS failed")
        case .handshakeLate: self.init(message: "TLS failed", detail: "late")
        case .handshakeLimitReached: self.init(message: "connection refused", detail: "handshakes")
        case .handshakesFromAddress: self.init(message: "connection refused", detail: "handshakes of one address")
        case .authenticationFailed(_, let principal, let isKnown):
            self.init(message: "authentication failed", detail: isKnown ? "principal \(principal)" : "unknown names")
        case .slowRequest: self.init(message: "slow request")
        case .acceptFailed(let role, _): self.init(message: "accept failed", detail: "\(role)")
        }
    }
}

extension ConnectionHolder {
    /// What it is called by in the log.
    fileprivate var kind: String {
        switch self {
        case .principal: "principal"
        case .user, .operator: "uid"
        case .address: "address"
        }
    }

    /// Who it is.
    fileprivate var name: String {
        switch self {
        case .principal(let name): name
        case .user(let id), .operator(let id): "\(id)"
        case .address(let origin): "\(origin)"
        }
    }
}

extension TransportLog.Window {
    /// Whether one more event is written, and how many were left out in the window that it ends.
    mutating func take(at second: Int64) -> (isWritten: Bool, leftOut: Int) {
        let leftOut = settle(at: second)
        if beganAt == nil { beganAt = second }
        guard lineCount < Self.lineCountMax else {
            leftOutCount += 1
            return (false, leftOut)
        }
        lineCount += 1
        return (true, leftOut)
    }

    /// Ends the window where its time is over; returns how many events it left out.
    mutating func settle(at second: Int64) -> Int {
        guard let beganAt, second - beganAt >= Self.secondCount else { return 0 }
        let leftOut = leftOutCount
        self = Self()
        // What goes on is said in one line a window.
        if leftOut > 0 {
            self.beganAt = second
            lineCount = Self.lineCountMax
        }
        return leftOut
    }
}
