/// Why a time token is not taken, or not asked for.
public enum TimestampError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are no request or no reply of RFC 3161.
    case malformed(what: String, problem: String)
    /// The file of authorities is none.
    case noAuthorities(TLSError)
    /// It is signed wrongly, by nobody who is trusted, or over something else.
    case refused(String)
    /// The library lacks what is needed.
    case unavailable(String)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .malformed(let what, let problem): "this is no \(what): \(problem)"
        case .noAuthorities(let error): "\(error)"
        case .refused(let problem): "the time token does not hold: \(problem)"
        case .unavailable(let what): "OpenSSL offers no \(what)"
        }
    }
}
