public import Domain

/// The answer to a request, a plain value.
public struct Decision: Sendable, Equatable {
    /// Yes, no, or yes with a flag.
    public var outcome: Outcome
    /// Why: the first failed check's reason, or that of the approval.
    public var reason: Reason
    /// What was approved, in minor units of the card's currency; 0 for a decline or where nothing was asked for. It is
    /// held from now on, or cleared for a financial message, but for what came before it already: see `joined`.
    public var approvedAmount: Int64
    /// The checks that could run.
    public var checksRun: CheckSet
    /// Those that failed, also where a partial approval got round them.
    public var checksFailed: CheckSet
    /// Those that would only flag.
    public var checksFlagged: CheckSet
    /// The earliest time at which the same request would not fail again, where velocity alone declined it and the time
    /// could be worked out.
    public var retryAt: Instant?
    /// The card's money after the decision; `nil` where the card is unknown.
    public var balances: Balances?
    /// The active rules that matched.
    public var rules: FiredRules
    /// When the hold expires; `nil` where nothing is held.
    public var expiresAt: Instant?
    /// The payment that waited for this authorization, as it is from now on (but for its newest record); `nil` where
    /// none waited, or where it goes on waiting.
    public var joined: PaymentRecord? {
        get { rareJoined.payment }
        set { rareJoined.payment = newValue }
    }
    private var rareJoined: RarePayment

    /// Nothing is decided yet.
    init() {
        self.init(
            outcome: .declined,
            reason: .cardUnknown,
            approvedAmount: 0,
            checksRun: [],
            checksFailed: [],
            checksFlagged: [],
            retryAt: nil,
            balances: nil
        )
    }

    /// Whether there is a payment that waited for this authorization.
    @inline(__always)
    var hasJoined: Bool { !rareJoined.isEmpty }

    /// Joins the fields.
    public init(
        outcome: Outcome,
        reason: Reason,
        approvedAmount: Int64,
        checksRun: CheckSet,
        checksFailed: CheckSet,
        checksFlagged: CheckSet,
        retryAt: Instant?,
        balances: Balances?,
        expiresAt: Instant? = nil,
        joined: PaymentRecord? = nil,
        rules: FiredRules = FiredRules()
    ) {
        self.outcome = outcome
        self.reason = reason
        self.approvedAmount = approvedAmount
        self.checksRun = checksRun
        self.checksFailed = checksFailed
        self.checksFlagged = checksFlagged
        self.retryAt = retryAt
        self.balances = balances
        self.rules = rules
        self.expiresAt = expiresAt
        rareJoined = RarePayment(joined)
    }
}
