/// What assentctl's exit status says. The numbers are those of sysexits(3) where it has one.
enum ExitStatus: Int32, CaseIterable, Sendable {
    /// Done; for `authorize`: approved, flagged ones included.
    case success = 0
    /// `authorize`: the request was declined.
    case declined = 1
    /// The command line is wrong.
    case usage = 64
    /// The daemon refused the request as invalid (3xx), as for an unknown card.
    case invalidData = 65
    /// A file named on the command line cannot be read.
    case noInput = 66
    /// No daemon could be reached.
    case unavailable = 69
    /// The daemon, or assentctl itself, failed; what became of the request is unknown (5xx).
    case internalFailure = 70
    /// Output could not be written.
    case outputFailure = 74
    /// Try again: busy, draining, timed out (4xx). The request id printed makes a repeat safe.
    case transient = 75
    /// The daemon and assentctl do not understand each other (1xx).
    case protocolFailure = 76
    /// Not permitted on this socket (2xx).
    case notPermitted = 77

    /// The meaning in a few words, for `--help`.
    var meaning: String {
        switch self {
        case .success: "done; for authorize: approved (flagged included)"
        case .declined: "authorize: declined"
        case .usage: "wrong usage"
        case .invalidData: "refused as invalid (3xx), such as an unknown card"
        case .noInput: "a file named on the command line cannot be read"
        case .unavailable: "no daemon could be reached"
        case .internalFailure: "the daemon failed (5xx); the outcome is unknown"
        case .outputFailure: "output could not be written"
        case .transient: "busy, draining or timed out (4xx): try again"
        case .protocolFailure: "protocol error (1xx)"
        case .notPermitted: "not permitted on this socket (2xx)"
        }
    }

    /// The table of `assentctl --help`.
    static var helpTable: String {
        allCases.map { "  \(String($0.rawValue).padded(to: 3, alignment: .left)) \($0.meaning)" }.joined(
            separator: "\n"
        )
    }
}
