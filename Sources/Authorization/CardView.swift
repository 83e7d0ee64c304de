public import Domain

/// A card as it stands, for queries and for judging commands.
public struct CardView: Sendable, Equatable {
    /// The card's name.
    public var token: CardToken
    /// Where it is in its life.
    public var status: CardStatus
    /// The currency of all its money.
    public var currency: Currency
    /// Its last month; `nil`: it does not expire.
    public var expiry: ExpiryMonth?
    /// For people.
    public var lastFour: LastFour
    /// The place of its profile in the policy.
    public var profileIndex: UInt8
    /// Limit, posted and held in minor units.
    public var balances: Balances
    /// The most that one payment may be, in minor units; `nil`: no such limit.
    public var transactionLimit: Int64?
    /// The record that created it; cards in the order of these are cards in the order of creation.
    public var createdLSN: LogSequenceNumber
    /// When it was created.
    public var createdAt: Instant
    /// The account's token, where the card replaced another; `nil`: it is an account of its own. The money, the limits
    /// and the profile are the account's then, and zero here.
    public var account: CardToken?
}
