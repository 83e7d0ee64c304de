public import Domain

/// What a message of a payment's life read of the state.
public struct LifecycleObservation: Sendable, Equatable {
    /// The account: card, balances and velocity windows.
    public var card: Observation
    /// The payment that the message is about, as it was before; `nil`: none was found.
    public var payment: PaymentRecord?
    /// By what it was found.
    public var match: MatchRule

    /// Joins the fields.
    public init(card: Observation, payment: PaymentRecord?, match: MatchRule) {
        self.card = card
        self.payment = payment
        self.match = match
    }
}

/// How an event moves a card's velocity windows, at the event's own time.
public struct VelocityChange: Sendable, Equatable {
    /// How many approvals it adds: 0 or 1.
    public var count: Int64
    /// The money it adds; below zero it takes from the windows' newest entries first, and never below nothing.
    public var sum: Int64

    /// Joins the two; by default no change.
    public init(count: Int64 = 0, sum: Int64 = 0) {
        self.count = count
        self.sum = sum
    }
}

/// The answer to a message of a payment's life, and what it does.
public struct LifecycleDecision: Sendable, Equatable {
    /// Approved: done or recorded. Declined: nothing changed. Flagged: done, and somebody should look at it.
    public var outcome: Outcome
    /// Why.
    public var reason: Reason
    /// By what the payment was found.
    public var match: MatchRule
    /// The payment as it was; `nil` where none was found.
    public var before: PaymentRecord?
    /// The payment from now on; its `id` is zero if the event makes it, `lastLSN` always is. `nil` where
    /// nothing changed.
    public var payment: PaymentRecord?
    /// What is held more from now on, or less.
    public var heldChange: Int64
    /// What is posted more from now on, or less.
    public var postedChange: Int64
    /// What becomes of the velocity windows.
    public var velocity: VelocityChange
    /// The checks that ran; none but for an increment.
    public var checksRun: CheckSet
    /// Those that failed.
    public var checksFailed: CheckSet
    /// Those that would only flag.
    public var checksFlagged: CheckSet
    /// The earliest time at which an increment that velocity alone declined would pass, where it is known.
    public var retryAt: Instant?
    /// The account's money after it; `nil` where the card is unknown.
    public var balances: Balances?
    /// The active rules that matched; none but for an increment.
    public var rules = FiredRules()
}

extension LifecycleDecision {
    /// Whether money was reported that could not be put to an account: the card is unknown, or its currency another.
    public var isUnmatched: Bool { outcome == .flagged && payment == nil }

    /// The payment after the event, changed or not; `nil` where there is none.
    public var standing: PaymentRecord? { payment ?? before }

    /// What the account owes more from now on, or less, on hold or posted.
    public var change: Int64 { heldChange + postedChange }
}
