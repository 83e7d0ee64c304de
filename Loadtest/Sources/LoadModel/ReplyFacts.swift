/// What the model reads of one decision's reply.
@frozen
public struct ReplyFacts: Equatable, Sendable {
    /// The record's place in the journal.
    public var lsn: UInt64
    /// Minor units, 0 where declined.
    public var approvedAmount: Int64
    /// The card after the decision, minor units.
    public var limit: Int64
    /// The card after the decision, minor units.
    public var posted: Int64
    /// The card after the decision, minor units.
    public var held: Int64
    /// The card after the decision, minor units.
    public var available: Int64
    /// `Outcome` on the wire.
    public var outcome: UInt8
    /// `Reason` on the wire.
    public var reason: UInt8

    /// All fields.
    @inlinable
    public init(
        lsn: UInt64,
        approvedAmount: Int64,
        limit: Int64,
        posted: Int64,
        held: Int64,
        available: Int64,
        outcome: UInt8,
        reason: UInt8
    ) {
        self.lsn = lsn
        self.approvedAmount = approvedAmount
        self.limit = limit
        self.posted = posted
        self.held = held
        self.available = available
        self.outcome = outcome
        self.reason = reason
    }
}
