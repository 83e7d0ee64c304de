/// Why the model says no.
enum ModelReason: CaseIterable, Equatable, Sendable {
    case approved, partiallyApproved, invalidAmountOrCurrency, cardUnknown, cardFrozen, cardLost
    case exceedsTransactionLimit, exceedsAmountThreshold, insufficientFunds
    case originalNotFound, originalReversed, alreadyReversed, lifecycleOver, overReversal, overTolerance
}

/// What was decided.
enum ModelOutcome: Equatable, Sendable { case approved, declined, flagged }

/// By what a payment was found.
enum ModelMatch: CaseIterable, Equatable, Sendable { case none, identifier, lifecycle, trace, retrieval, awaiting }

/// A payment as the reply and the books show it.
struct ModelView: Equatable, Sendable {
    var id: Int
    var approved: Int64
    var reversed: Int64
    var expired: Int64
    var cleared: Int64
    var overCleared: Int64
    var refunded: Int64
    var disputed: Int64
    var hold: Int64
    var flags: ModelFlags
    var status: ModelStatus
    var expiresAt: Int64
}

/// All that one step shows: the reply, and the state after it.
struct ModelAnswer: Equatable, Sendable {
    var outcome = ModelOutcome.approved
    var reason: ModelReason? = .approved
    var match = ModelMatch.none
    var approvedAmount: Int64 = 0
    /// The payment that was changed or made.
    var payment: ModelView?
    var heldChange: Int64 = 0
    var postedChange: Int64 = 0
    /// Limit, posted, held of every account, in order.
    var balances: [ModelBalance] = []
}

/// An account's money.
struct ModelBalance: Equatable, Sendable {
    var limit: Int64
    var posted: Int64
    var held: Int64
}
