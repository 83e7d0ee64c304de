/// The money of one payment, in minor units of the billing currency.
public struct PaymentAmounts: Sendable, Equatable {
    /// A: approved, the original and its increments.
    public var approved: Int64
    /// R: reversed, or released by a final clearing or a completion.
    public var reversed: Int64
    /// X: expired.
    public var expired: Int64
    /// C: cleared against the hold.
    public var cleared: Int64
    /// O: cleared over or without a hold.
    public var overCleared: Int64
    /// F: refunded.
    public var refunded: Int64
    /// D: charged back.
    public var disputed: Int64

    /// Joins the fields.
    public init(
        approved: Int64 = 0,
        reversed: Int64 = 0,
        expired: Int64 = 0,
        cleared: Int64 = 0,
        overCleared: Int64 = 0,
        refunded: Int64 = 0,
        disputed: Int64 = 0
    ) {
        self.approved = approved
        self.reversed = reversed
        self.expired = expired
        self.cleared = cleared
        self.overCleared = overCleared
        self.refunded = refunded
        self.disputed = disputed
    }

    /// H: what is held.
    public var held: Int64 { approved - reversed - expired - cleared }

    /// What the cardholder owes for this payment; below zero after refunds: a credit.
    public var posted: Int64 { cleared + overCleared - refunded - disputed }

    /// What the network has settled: owed to it, or below zero, by it.
    public var settled: Int64 { cleared + overCleared - refunded }
}
