public import Client
public import LoadModel
public import Platform

/// Why a load could not be carried through.
public enum LoadFailure: Error, Sendable, CustomStringConvertible {
    /// The kernel refused something.
    case system(PlatformError)
    /// No session came about with the daemon.
    case session(ClientError)
    /// A system call on a connection failed, with its errno.
    case socket(operation: String, code: Int32)
    /// The daemon closed a connection.
    case closed(String)
    /// The daemon sent something that is not the protocol, or not the answer to what was asked.
    case protocolBroken(String)
    /// The daemon refused a request that the load needs.
    case refused(what: String, code: Int, detail: String)
    /// The daemon does not take so many requests in flight.
    case creditTooSmall(wanted: Int, granted: Int)
    /// A balance or a reply contradicts the model.
    case discrepancy(Discrepancy)
    /// What was asked for makes no sense.
    case usage(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .session(let error): "\(error)"
        case .socket(let operation, let code): "\(operation): errno \(code)"
        case .closed(let when): "the daemon closed the connection \(when)"
        case .protocolBroken(let what): "the daemon's bytes are not what the protocol says: \(what)"
        case .refused(let what, let code, let detail): "\(what) was refused: \(code) \(detail)"
        case .creditTooSmall(let wanted, let granted):
            "the daemon grants \(granted) requests in flight on a connection, \(wanted) are wanted"
        case .discrepancy(let discrepancy): "\(discrepancy)"
        case .usage(let text): text
        }
    }
}
