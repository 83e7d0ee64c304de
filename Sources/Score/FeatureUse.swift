import Domain

/// Whose histories a payment has to do with, and which shards have them.
public struct FeatureUse {
    let payment: SeenPayment
    let card: EntityKey
    let terminal: EntityKey?
    let merchant: EntityKey?
    /// The card at the merchant, or at the terminal where no merchant is said.
    let pair: EntityKey?
    /// The shard of the card, and of the card at the place.
    public let cardShard: Int
    /// The shard of merchant and terminal; that of the card where neither is said.
    public let placeShard: Int

    /// Works the keys out.
    @inline(__always)
    public init(_ facts: PaymentFacts) {
        card = .card(facts.card)
        merchant = .merchant(facts.merchant)
        terminal = .terminal(facts.terminal, of: facts.merchant)
        payment = SeenPayment(facts, terminal: terminal)
        cardShard = FeatureShard.number(card)
        // A terminal is where its merchant is, so that a payment has to do with two shards at most.
        if let place = merchant ?? terminal {
            pair = .pair(card, place)
            placeShard = FeatureShard.number(place)
        } else {
            pair = nil
            placeShard = cardShard
        }
    }
}

/// Which histories learn that a payment was fraud, and which shard has them.
public struct FraudLabelUse {
    /// When the payment was decided, in milliseconds, from 1 on.
    let time: Int64
    let terminal: EntityKey?
    let merchant: EntityKey?
    /// The shard of merchant and terminal; `nil`: neither was said, and nothing changes.
    public let placeShard: Int?

    /// Works the keys out.
    public init(_ label: FraudLabel) {
        time = min(1 << 50, max(1, label.paidAt.milliseconds))
        merchant = .merchant(label.merchant)
        terminal = .terminal(label.terminal, of: label.merchant)
        placeShard = (merchant ?? terminal).map { FeatureShard.number($0) }
    }
}
