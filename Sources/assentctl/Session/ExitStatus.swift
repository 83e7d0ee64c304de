/// What assentctl's exit status says. The numbers are those of sysexits(3) where it has one.
enum ExitStatus: Int32, CaseIterable, Sendable {
    /// Done; for `authorize`: approved, flagged ones included.
    case success = 0
    /// `authorize`: the request was declined. `doctor`: something is bad. `rule test`: nothing matches.
    case declined = 1
    /// The command line is wrong.
    case usage = 64
    /// The daemon refused the request as invalid (3xx), as for an unknown card.
    case invalidData = 65
    /// A file named on the command line cannot be read.
    case noInput = 66
    /// No daemon could be reached.
    case unavailable = 69
    /// No answer to a request that changes something, or the daemon failed (5xx): it may have been done. Only the same
    /// request id is safe to send again.
    case outcomeUnknown = 70
    /// Output could not be written.
    case outputFailure = 74
    /// Not executed, so try again: busy, draining (4xx), or no answer to a question that changes nothing.
    case transient = 75
    /// The daemon and assentctl do not understand each other (1xx).
    case protocolFailure = 76
    /// Not permitted on this socket (2xx).
    case notPermitted = 77

    /// The meaning in a few words, for `--help`.
    var meaning: String {
        switch self {
        case .success: "done; for authorize: approved (flagged included)"
        case .declined: "authorize: declined; doctor: something is bad; rule test: no match"
        case .usage: "wrong usage"
        case .invalidData: "refused as invalid (3xx), such as an unknown card; journal: damaged"
        case .noInput: "a file named on the command line cannot be read"
        case .unavailable: "no daemon could be reached"
        case .outcomeUnknown: "outcome unknown: no answer, or 5xx; repeat with --request-id"
        case .outputFailure: "output could not be written"
        case .transient: "not executed: busy or draining (4xx), no answer: try again"
        case .protocolFailure: "protocol error (1xx)"
        case .notPermitted: "not permitted on this socket (2xx), or one side does not trust the other (TLS)"
        }
    }

    /// The table of `assentctl --help`.
    static var helpTable: String {
        allCases.map { "  \(String($0.rawValue).padded(to: 3, alignment: .left)) \($0.meaning)" }.joined(
            separator: "\n"
        )
    }
}
