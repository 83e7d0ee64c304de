public import Domain

/// Everything that a decision read of the state: a plain value, recorded with the decision so that it can be repeated.
public struct Observation: Sendable, Equatable {
    /// Whether the token names a card. If not, the card's fields below are zero and mean nothing.
    public var found: Bool
    /// The account's token, where the card is one that replaced another; `nil`: it is the card's own.
    public var account: CardToken?
    /// A payment of the account that waits for this authorization; `nil`: there is none.
    public var awaiting: PaymentRecord? {
        get { rareAwaiting.payment }
        set { rareAwaiting.payment = newValue }
    }
    private var rareAwaiting = RarePayment()
    /// Whether there is one.
    @inline(__always)
    var hasAwaiting: Bool { !rareAwaiting.isEmpty }
    /// The card's status.
    public var status: CardStatus
    /// The card's last month; `nil`: it does not expire.
    public var expiry: ExpiryMonth?
    /// The card's currency.
    public var currency: Currency?
    /// The place of the card's profile in the policy.
    public var profileIndex: UInt8
    /// Limit, posted and held before the decision.
    public var balances: Balances
    /// The card's limit for one payment in minor units; `nil`: none.
    public var transactionLimit: Int64?
    /// What the windows of velocity rules 1 to 4 held; zero where the rule is off.
    public var velocity: (VelocityTotals, VelocityTotals, VelocityTotals, VelocityTotals)
    /// What counters held for the request.
    public var counters = CounterReadings()
    /// The journal record whose configuration was in force.
    public var policyVersion: LogSequenceNumber

    /// What is seen where no card has the token.
    public init(unknownCardUnder policyVersion: LogSequenceNumber) {
        found = false
        account = nil
        status = .notActivated
        expiry = nil
        currency = nil
        profileIndex = 0
        balances = Balances(limit: 0, posted: 0, held: 0)
        transactionLimit = nil
        velocity = (VelocityTotals(), VelocityTotals(), VelocityTotals(), VelocityTotals())
        self.policyVersion = policyVersion
    }

    /// The totals of rule 1 to 4 by index 0 to 3.
    func velocityTotals(_ index: Int) -> VelocityTotals {
        switch index {
        case 0: velocity.0
        case 1: velocity.1
        case 2: velocity.2
        default: velocity.3
        }
    }

    /// Sets the totals of the rule with index 0 to 3.
    mutating func setVelocityTotals(_ index: Int, _ totals: VelocityTotals) {
        switch index {
        case 0: velocity.0 = totals
        case 1: velocity.1 = totals
        case 2: velocity.2 = totals
        default: velocity.3 = totals
        }
    }

    /// Whether everything that was seen is the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.found == right.found && left.account == right.account && left.awaiting == right.awaiting
            && left.status == right.status && left.expiry == right.expiry
            && left.currency == right.currency && left.profileIndex == right.profileIndex
            && left.balances == right.balances && left.transactionLimit == right.transactionLimit
            && left.velocity == right.velocity && left.counters == right.counters
            && left.policyVersion == right.policyVersion
    }
}
