import Authorization
public import Domain

/// How many decisions ended how, since the process started.
public struct DecisionCounts: Sendable {
    /// Approved, not flagged.
    public private(set) var approved: UInt64 = 0
    /// Declined.
    public private(set) var declined: UInt64 = 0
    /// Approved and flagged.
    public private(set) var flagged: UInt64 = 0
    /// With the one reason that nearly all have, which is counted here alone: so most decisions touch one cache line.
    private var plain: UInt64 = 0
    /// By the raw value of the reason, below 64.
    private var byReason = SIMD64<UInt64>(repeating: 0)
    /// By the raw value less 64; raw values stay below 80, and a test holds it.
    private var byLaterReason = SIMD16<UInt64>(repeating: 0)

    /// No decisions.
    public init() {}

    /// Counts one.
    @inline(__always)
    mutating func add(_ decision: borrowing Decision) {
        switch decision.outcome {
        case .approved: approved &+= 1
        case .declined: declined &+= 1
        case .flagged: flagged &+= 1
        }
        guard decision.reason != .approved else { return plain &+= 1 }
        let reason = Int(decision.reason.rawValue)
        if reason < 64 { byReason[reason] &+= 1 } else { byLaterReason[reason - 64] &+= 1 }
    }

    /// Adds the counts of another shard.
    mutating func add(_ other: DecisionCounts) {
        approved &+= other.approved
        declined &+= other.declined
        flagged &+= other.flagged
        plain &+= other.plain
        byReason &+= other.byReason
        byLaterReason &+= other.byLaterReason
    }

    /// All decisions.
    public var total: UInt64 { approved &+ declined &+ flagged }

    /// Decisions with this reason.
    public func count(of reason: Reason) -> UInt64 {
        guard reason != .approved else { return plain }
        let reason = Int(reason.rawValue)
        return reason < 64 ? byReason[reason] : byLaterReason[reason - 64]
    }
}
