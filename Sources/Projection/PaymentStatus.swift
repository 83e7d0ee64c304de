public import Domain
public import Ledger

/// What has become of a payment, as follows from its amounts. Raw values are in files and on the wire.
public enum PaymentStatus: UInt8, Sendable, CaseIterable {
    /// Declined, and no money ever moved.
    case declined = 1
    /// Approved without an amount: an account verification or a balance inquiry.
    case verified = 2
    /// Held, nothing cleared.
    case pending = 3
    /// Something is cleared, and something is still held.
    case partiallyCleared = 4
    /// Cleared, and nothing is held.
    case cleared = 5
    /// Reversed before anything cleared.
    case reversed = 6
    /// Expired before anything cleared.
    case expired = 7
    /// Cleared without an authorization.
    case forcePosted = 8
    /// Something was refunded.
    case partiallyRefunded = 9
    /// All that was cleared was refunded, or more.
    case refunded = 10
    /// Something is charged back.
    case disputed = 11

    /// What the amounts say; the outcome decides where none ever moved.
    public init(_ outcome: Outcome, _ amounts: PaymentAmounts) {
        let settled = amounts.cleared + amounts.overCleared
        if amounts.disputed > 0 {
            self = .disputed
        } else if amounts.refunded > 0 {
            self = amounts.refunded >= settled ? .refunded : .partiallyRefunded
        } else if settled > 0 {
            self = amounts.approved == 0 ? .forcePosted : amounts.held > 0 ? .partiallyCleared : .cleared
        } else if amounts.held > 0 {
            self = .pending
        } else if amounts.approved > 0 {
            self = amounts.expired > 0 ? .expired : .reversed
        } else {
            self = outcome == .declined ? .declined : .verified
        }
    }
}
