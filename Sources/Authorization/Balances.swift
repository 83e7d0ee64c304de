/// A card's money, in minor units of its currency. The limit is at most `AuthorizationLimits.amountMax`.
public struct Balances: Sendable, Equatable {
    /// How much the card may owe.
    public var limit: Int64
    /// What was cleared.
    public var posted: Int64
    /// What approvals hold.
    public var held: Int64

    /// Joins the three.
    public init(limit: Int64, posted: Int64, held: Int64) {
        self.limit = limit
        self.posted = posted
        self.held = held
    }

    /// Limit less posted less held; below zero after the limit was lowered under what is owed.
    public var available: Int64 { limit - posted - held }

    /// Moves both with a payment that goes from one state to another; `nil`: it was not there.
    mutating func move(from before: PaymentRecord?, to after: PaymentRecord) {
        held += after.hold - (before?.hold ?? 0)
        posted += after.posted - (before?.posted ?? 0)
    }
}
