internal import Synchronization

/// What became of a TLS handshake.
public enum HandshakeOutcome: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// Both sides know each other, by the server's certificate at least.
    case completed
    /// The same, and they go on with an earlier session.
    case resumed
    /// What came was no handshake, or none that is spoken here.
    case failed
    /// The client's certificate was missing or not good.
    case certificateRefused
    /// The client went away.
    case abandoned
    /// It was not done in time.
    case late
    /// There were as many at a time as there may be.
    case tooMany
    /// There were as many at a time from its address as there may be.
    case tooManyFromAddress

    /// Its name in figures.
    public var description: String {
        switch self {
        case .completed: "completed"
        case .resumed: "resumed"
        case .failed: "failed"
        case .certificateRefused: "certificate_refused"
        case .abandoned: "abandoned"
        case .late: "late"
        case .tooMany: "too_many"
        case .tooManyFromAddress: "too_many_from_address"
        }
    }
}

/// How many handshakes came to what, and how many are under way. Shared by all loops.
public final class HandshakeCounts: Sendable {
    // SAFETY: one cell for each outcome, freed only by `deinit`; every access is atomic.
    private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let underWay = Atomic<Int>(0)

    /// Nothing counted.
    public init() {
        cells = .allocate(capacity: HandshakeOutcome.allCases.count)
        for index in HandshakeOutcome.allCases.indices { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: HandshakeOutcome.allCases.count)
        cells.deallocate()
    }

    /// How many came to this.
    public func count(of outcome: HandshakeOutcome) -> UInt64 {
        (cells + outcome.rawValue).pointee.load(ordering: .relaxed)
    }

    /// How many are under way.
    public var underWayCount: Int { underWay.load(ordering: .relaxed) }

    func note(_ outcome: HandshakeOutcome) { (cells + outcome.rawValue).pointee.add(1, ordering: .relaxed) }

    /// Counts one more that is under way; false where there are too many.
    func begin(max countMax: Int) -> Bool {
        guard underWay.add(1, ordering: .relaxed).newValue > countMax else { return true }
        underWay.subtract(1, ordering: .relaxed)
        return false
    }

    func end(_ outcome: HandshakeOutcome) {
        underWay.subtract(1, ordering: .relaxed)
        note(outcome)
    }
}
