public import Platform
public import Wire

/// Why a client has no answer. A decline is an answer, so it is not here.
public indirect enum ClientError: Error, Equatable, Sendable {
    /// Nothing listens there, or it did not accept in time. Nothing was sent.
    case unreachable(Endpoint, reason: String)
    /// The kernel does not let this user open the socket. Nothing was sent.
    case denied(Endpoint, reason: String)
    /// Somebody else than `ConnectionOptions.trustedUsers` listens there. Nothing was sent.
    case untrusted(Endpoint, user: UInt32)
    /// TLS did not come about: whoever listens there is not trusted, or does not trust this client. Nothing was asked.
    case tlsFailed(Endpoint, reason: String)
    /// No answer came in time. What was asked may have been done: ask again with the same request id.
    case timedOut(Endpoint, milliseconds: Int32)
    /// The connection ended before the answer. What was asked may have been done: ask again with the same request id.
    case connectionLost(Endpoint, reason: String)
    /// The daemon is stopping and did not take the request: send the same on another connection.
    case goingAway(Endpoint, graceMilliseconds: UInt32)
    /// The daemon refused; its code says whether trying again can help.
    case rejected(Rejection)
    /// The peer does not speak this protocol as specified, or this client does not.
    case protocolViolation(Endpoint, detail: String)
    /// The request is longer than the daemon's limit for frames. Nothing was sent.
    case requestTooLong(byteCount: Int, byteCountMax: Int)
    /// Another instance than the one that was asked listens there now: it cannot know what that one did.
    case otherInstance(Endpoint)
    /// A field of the request holds what its type in the schema cannot carry. Nothing was sent.
    case unencodable(detail: String)
    /// Every attempt failed and one of them may have been executed: ask again with the same request id, or
    /// `QueryByRequestId`.
    case outcomeUnknown(attempts: Int, last: ClientError)
}

/// A `Reject`: why the daemon did not answer (Protocol §Errors).
public struct Rejection: Error, Equatable, Sendable {
    /// The numbered reason; its hundreds are the class. Kept as a number, since a newer daemon may know more of them.
    public let code: UInt16
    /// When to try again, in microseconds from now; 0 when not known.
    public let retryAfterMicroseconds: UInt32
    /// Which message was refused; 0 when not known.
    public let templateID: UInt16
    /// What was wrong and what would be right.
    public let detail: String

    /// A refusal by its parts.
    public init(code: UInt16, retryAfterMicroseconds: UInt32 = 0, templateID: UInt16 = 0, detail: String = "") {
        self.code = code
        self.retryAfterMicroseconds = retryAfterMicroseconds
        self.templateID = templateID
        self.detail = detail
    }

    /// The code by name; `nil` for one that this client does not know.
    public var knownCode: RejectCode? { RejectCode(rawValue: code) }

    /// What the code's hundreds say.
    public var errorClass: ErrorClass? { ErrorClass(rawValue: code / 100) }

    /// The classes of error codes (Protocol §Errors).
    public enum ErrorClass: UInt16, CaseIterable, Sendable {
        /// The frames are wrong; the connection closes.
        case protocolError = 1
        /// Not allowed.
        case permission = 2
        /// The request is wrong: never send the same again.
        case invalid = 3
        /// Not executed: send the same again later.
        case transient = 4
        /// Nobody knows whether it was executed: send the same again, with the same request id.
        case outcomeUnknown = 5
    }
}

extension ClientError {
    /// Whether what was asked may have been done all the same, so that only the same request id is safe to send again.
    public var outcomeIsUnknown: Bool {
        switch self {
        case .timedOut, .connectionLost, .protocolViolation, .otherInstance, .outcomeUnknown: true
        case .rejected(let rejection): rejection.errorClass == .outcomeUnknown
        case .unreachable, .denied, .untrusted, .tlsFailed, .goingAway, .requestTooLong, .unencodable: false
        }
    }

    /// Whether sending the same request again, with the same request id, can help.
    public var isWorthRepeating: Bool {
        switch self {
        case .timedOut, .connectionLost, .goingAway, .protocolViolation: true
        case .rejected(let rejection):
            rejection.errorClass == .transient || rejection.errorClass == .outcomeUnknown
                || [.idleTimeout, .tooSlow, .badChecksum].contains(rejection.knownCode)
        case .unreachable, .denied, .untrusted, .tlsFailed, .requestTooLong, .unencodable, .otherInstance,
            .outcomeUnknown:
            false
        }
    }

    /// What to do about it, in one sentence.
    public var advice: String {
        switch self {
        case .unreachable: "Is the daemon running, and is this where it listens?"
        case .denied: "Be root, the daemon's user, or one of its --admin-user."
        case .untrusted: "Trust it only if you know that user."
        case .tlsFailed: "Do both ends trust each other's authorities, and is the certificate in force and not revoked?"
        case .timedOut, .connectionLost, .outcomeUnknown:
            "What was asked may have been done: send it again with the same request id, which is safe."
        case .goingAway: "The daemon is stopping: send the same again when it is back."
        case .rejected(let rejection):
            switch rejection.errorClass {
            case .protocolError, nil: "Client and daemon do not understand each other: are both of the same version?"
            case .permission: "Use a socket that permits this: the daemon's --admin socket takes everything."
            case .invalid where rejection.knownCode == .requestTooOld:
                "The original may have been executed: look for the payment before asking anew with another request id."
            case .invalid: "The same request will never be taken: change it."
            case .transient: "It was not executed: send the same again in a moment."
            case .outcomeUnknown: "It may have been executed: send it again with the same request id, which is safe."
            }
        case .protocolViolation: "Is it an assent daemon that listens there, of the same version?"
        case .requestTooLong: "Send less in one request."
        case .otherInstance: "Ask the operator what the instance before did with the request; do not send it again."
        case .unencodable: "Change the field."
        }
    }
}

extension ClientError: CustomStringConvertible {
    /// What went wrong, in one line without a full stop.
    public var description: String {
        switch self {
        case .unreachable(let endpoint, let reason): "no daemon at \(endpoint): \(reason)"
        case .denied(let endpoint, let reason):
            "there may be a daemon at \(endpoint), but you may not use this socket: \(reason)"
        case .untrusted(let endpoint, let user): "\(endpoint) is user id \(user)'s, whom nobody said to trust"
        case .tlsFailed(let endpoint, let reason): "no TLS with \(endpoint): \(reason)"
        case .timedOut(let endpoint, let milliseconds): "no answer from \(endpoint) within \(milliseconds) ms"
        case .connectionLost(let endpoint, let reason): "connection to \(endpoint) lost: \(reason)"
        case .goingAway(let endpoint, let grace): "the daemon at \(endpoint) is stopping (within \(grace) ms)"
        case .rejected(let rejection): rejection.description
        case .protocolViolation(let endpoint, let detail): "\(endpoint) does not speak the protocol: \(detail)"
        case .requestTooLong(let count, let maximum): "the request has \(count) bytes, the daemon takes \(maximum)"
        case .unencodable(let detail): detail
        case .otherInstance(let endpoint): "\(endpoint) is another instance than the one that was asked"
        case .outcomeUnknown(let attempts, let last): "gave up after \(attempts) attempts: \(last)"
        }
    }
}

extension Rejection: CustomStringConvertible {
    /// The daemon's detail, then the code and its name.
    public var description: String {
        let name = knownCode.map { " \($0)" } ?? ""
        return "\(detail.isEmpty ? "refused" : detail) (\(code)\(name))"
    }
}
