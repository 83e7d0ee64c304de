public import Domain

/// What happens on the demonstration's day, in order of time.
public struct PlannedPurchase: Sendable {
    /// Why it happens.
    public enum Story: String, Sendable, CaseIterable {
        case ordinary = "ordinary purchases"
        case cardTesting = "card testing"
        case stolenCard = "a stolen card"
        case blockedMerchant = "a blocked merchant"
        case mishap = "mishaps"
        case race = "a race on one card"
    }

    /// What is asked.
    public enum Request: Sendable, Equatable {
        /// An authorization of so many cents.
        case authorize(cents: Int64, partial: Bool)
        /// Is the card good?
        case verify
        /// What is available?
        case balance
        /// The holder reports the card stolen; an operator sets its status.
        case reportStolen
    }

    /// When, on the engine's clock.
    public let time: Instant
    /// The card's index; one past the last card stands for a token that nobody issued.
    public let card: Int
    /// Where.
    public let merchant: Merchant
    /// What.
    public let request: Request
    /// Why.
    public let story: Story
    /// In which currency; the cards are in EUR.
    public let currency: String
}

/// A card of the demonstration.
public struct PlannedCard: Sendable {
    /// The holder, for the output.
    public let holder: String
    /// In cents.
    public let limitCents: Int64
    /// In cents; nil for none.
    public let transactionLimitCents: Int64?
    /// The last month in which it is good.
    public let expiry: String
    /// The number's last digits.
    public let lastFour: String
    /// Whether it was activated.
    public let isActive: Bool
}
