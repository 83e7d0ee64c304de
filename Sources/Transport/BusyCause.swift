internal import Synchronization

/// Why the transport refuses a request as busy (Reject 401).
public enum BusyCause: Int, CaseIterable, Sendable {
    /// The connection has as many requests in flight as its credit allows.
    case credit
    /// The principal has as many in flight as it may, on all its connections.
    case principalCredit
    /// All gateways together have as many in flight as they may.
    case overload
    /// The connection holds more than its share of the memory for unread answers.
    case memory

    /// Its name in figures.
    public var name: String {
        switch self {
        case .credit: "credit"
        case .principalCredit: "principal_credit"
        case .overload: "overload"
        case .memory: "memory"
        }
    }

    /// How many requests were refused, by cause.
    public struct Counts: Equatable, Sendable {
        fileprivate var values = SIMD4<UInt64>()

        /// None.
        public init() {}

        /// How many for a cause.
        public internal(set) subscript(cause: BusyCause) -> UInt64 {
            get { values[cause.rawValue] }
            set { values[cause.rawValue] = newValue }
        }
    }

    /// Counts that one event loop writes and anybody reads.
    struct Cells: ~Copyable, Sendable {
        private let credit = Atomic<UInt64>(0)
        private let principalCredit = Atomic<UInt64>(0)
        private let overload = Atomic<UInt64>(0)
        private let memory = Atomic<UInt64>(0)

        func add(_ counts: Counts) {
            credit.add(counts[.credit], ordering: .relaxed)
            principalCredit.add(counts[.principalCredit], ordering: .relaxed)
            overload.add(counts[.overload], ordering: .relaxed)
            memory.add(counts[.memory], ordering: .relaxed)
        }

        func sum(into counts: inout Counts) {
            counts[.credit] += credit.load(ordering: .relaxed)
            counts[.principalCredit] += principalCredit.load(ordering: .relaxed)
            counts[.overload] += overload.load(ordering: .relaxed)
            counts[.memory] += memory.load(ordering: .relaxed)
        }
    }
}

extension ConnectionStateMachine.Refusal {
    /// Why the peer is told that the daemon is busy; `nil` where it is told something else.
    var busyCause: BusyCause? {
        switch self {
        case .creditExceeded: .credit
        case .principalCreditExceeded: .principalCredit
        case .overloaded: .overload
        case .memoryExhausted: .memory
        case .helloExpected, .helloTooLate, .secondHello, .frameTooSlow, .idle, .authenticationTooLate,
            .authenticationTooOften, .unauthenticated, .principalRevoked, .scopeMissing, .rateExceeded,
            .deadlinePassed, .draining:
            nil
        }
    }
}
