public import Domain

/// Counts every answer of a run, by what it was.
public struct Tally: Sendable {
    /// Decisions by `Reason` on the wire.
    public var reasons = [UInt64](repeating: 0, count: 256)
    /// Decisions by `Outcome` on the wire.
    public var outcomes = [UInt64](repeating: 0, count: 256)
    /// Rejects by code, 0 to 1023; higher codes are counted at 1023.
    public var rejects = [UInt64](repeating: 0, count: 1_024)
    /// Requests sent.
    public var sent: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// Adds another thread's counts.
    public mutating func add(_ other: Tally) {
        for index in reasons.indices { reasons[index] += other.reasons[index] }
        for index in outcomes.indices { outcomes[index] += other.outcomes[index] }
        for index in rejects.indices { rejects[index] += other.rejects[index] }
        sent += other.sent
    }

    /// All decisions, declines included.
    public var decisions: UInt64 { reasons.reduce(0, +) }
    /// All rejects.
    public var rejectTotal: UInt64 { rejects.reduce(0, +) }
    /// Decisions with this outcome.
    public func count(_ outcome: Outcome) -> UInt64 { outcomes[Int(outcome.rawValue)] }
    /// Decisions for this reason.
    public func count(_ reason: Reason) -> UInt64 { reasons[Int(reason.rawValue)] }

    /// Declines by reason, most frequent first, in words.
    public var declines: [(reason: String, count: UInt64)] {
        let found = (2..<256).filter { reasons[$0] > 0 }.map { code in
            (reason: Reason(rawValue: UInt8(code))?.text ?? "reason \(code)", count: reasons[code], code: code)
        }
        return found.sorted { ($1.count, $0.code) < ($0.count, $1.code) }.map { ($0.reason, $0.count) }
    }

    /// Rejects by code, ascending.
    public var rejectsByCode: [(code: Int, count: UInt64)] {
        rejects.indices.filter { rejects[$0] > 0 }.map { ($0, rejects[$0]) }
    }

    /// Sent and never answered.
    public var unanswered: Int64 {
        Int64(clamping: sent) - Int64(clamping: decisions) - Int64(clamping: rejectTotal)
    }
}
