public import Domain

/// What features are made of: what the core knows of an authorization before it decides.
public struct PaymentFacts: Sendable, Equatable {
    /// The account: the card's own token, or that of the card which it replaced.
    public var card: CardToken
    /// The acquirer's number for the merchant; empty: not said.
    public var merchant: Text16
    /// The terminal, one of the merchant's; empty: not said.
    public var terminal: Text16
    /// Where the merchant is; `nil`: not said.
    public var country: Country?
    /// In minor units of the card's currency; below zero it counts as nothing, above `ScoreLimits.amountMax` as that.
    public var amount: Int64
    /// When it is decided. A time before that of an earlier payment counts as that payment's.
    public var time: Instant

    /// Joins the facts.
    public init(card: CardToken, merchant: Text16, terminal: Text16, country: Country?, amount: Int64, time: Instant) {
        self.card = card
        self.merchant = merchant
        self.terminal = terminal
        self.country = country
        self.amount = amount
        self.time = time
    }
}

/// The word of somebody who should know that a payment was fraud.
public struct FraudLabel: Sendable, Equatable {
    /// As the payment said it.
    public var merchant: Text16
    /// As the payment said it.
    public var terminal: Text16
    /// When the payment was decided.
    public var paidAt: Instant

    /// Joins the three.
    public init(merchant: Text16, terminal: Text16, paidAt: Instant) {
        self.merchant = merchant
        self.terminal = terminal
        self.paidAt = paidAt
    }
}

/// A payment as histories see it.
struct SeenPayment {
    /// Milliseconds since the epoch, from 1 on.
    let now: Int64
    /// In minor units, 0 to `ScoreLimits.amountMax`.
    let amount: Int64
    /// Of 1 + amount, in units of 2^-16.
    let logarithm: Int32
    /// Two letters; 0: not said.
    let country: UInt64
    /// 32 bits of the terminal's hash; 0: not said.
    let terminalMark: UInt64

    init(_ facts: PaymentFacts, terminal: EntityKey?) {
        now = min(1 << 50, max(1, facts.time.milliseconds))
        amount = min(ScoreLimits.amountMax, max(0, facts.amount))
        logarithm = FixedPoint.logarithmAboveOne(amount, bits: 0)
        country = facts.country.map { UInt64($0.packed) } ?? 0
        terminalMark = terminal.map { max(1, $0.hash >> 32) } ?? 0
    }
}
