public import Domain

/// The answer to a request, a plain value.
public struct Decision: Sendable, Equatable {
    /// Yes, no, or yes with a flag.
    public var outcome: Outcome
    /// Why: the first failed check's reason, or that of the approval.
    public var reason: Reason
    /// What is held from now on, in minor units of the card's currency; 0 for a decline or where nothing was asked for.
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

    /// Joins the fields.
    public init(
        outcome: Outcome,
        reason: Reason,
        approvedAmount: Int64,
        checksRun: CheckSet,
        checksFailed: CheckSet,
        checksFlagged: CheckSet,
        retryAt: Instant?,
        balances: Balances?
    ) {
        self.outcome = outcome
        self.reason = reason
        self.approvedAmount = approvedAmount
        self.checksRun = checksRun
        self.checksFailed = checksFailed
        self.checksFlagged = checksFlagged
        self.retryAt = retryAt
        self.balances = balances
    }
}
