/// What can happen to a payment after, before or instead of its authorization. A raw value is on the wire and in the
/// journal: never changed, never reused.
public enum LifecycleKind: UInt8, CaseIterable, Sendable {
    /// More is asked for on top of an authorization. (0101)
    case increment = 1
    /// A refund is announced; nothing moves before its clearing. (0104)
    case refundAuthorization = 2
    /// Somebody else approved in our stead. (0120)
    case advice = 3
    /// The final amount of an authorization is known. (0220)
    case completion = 4
    /// The money is taken. (0221)
    case clearing = 5
    /// Money is given back. (0222)
    case refundClearing = 6
    /// A clearing was a mistake. (0223)
    case clearingReversal = 7
    /// The authorization, or a part of it, is given up. (0400)
    case reversal = 8
    /// The same, by somebody who has already done it. (0420)
    case reversalAdvice = 9
    /// The cardholder disputes what was cleared. (0422)
    case chargeback = 10
    /// The merchant objects to a chargeback. (0423)
    case representment = 11
    /// The payment was fraud. (0620)
    case fraudReport = 12
    /// The hold has stood for as long as it may; the engine's own.
    case expiry = 13
}

extension LifecycleKind {
    /// Whether the network has moved money already, so that the message is recorded even where nothing fits.
    public var isPosting: Bool {
        switch self {
        case .advice, .clearing, .refundClearing, .clearingReversal, .chargeback, .representment: true
        case .increment, .refundAuthorization, .completion, .reversal, .reversalAdvice, .fraudReport, .expiry: false
        }
    }

    /// Whether the message must name an amount above zero.
    public var needsAmount: Bool {
        switch self {
        case .increment, .refundAuthorization, .advice, .clearing, .refundClearing: true
        case .completion, .clearingReversal, .reversal, .reversalAdvice, .chargeback, .representment, .fraudReport,
            .expiry:
            false
        }
    }
}

/// By what a message found its payment, in order of precedence.
public enum MatchRule: UInt8, CaseIterable, Sendable {
    /// By nothing: there is no such payment.
    case none = 0
    /// By the payment's id or the id of its first request.
    case identifier = 1
    /// By the network's lifecycle id.
    case lifecycle = 2
    /// By acquirer, STAN, transmission time and terminal of the first request.
    case trace = 3
    /// By retrieval reference, approval code, amount and card.
    case retrieval = 4
    /// By one of these, with a payment that waits for its authorization.
    case awaiting = 5
}

/// What kind of amount a merchant asks for: it decides how long the hold stands.
public enum AuthorizationKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The merchant did not say.
    case unknown = 0
    /// The amount will be cleared as it is.
    case final = 1
    /// It will be completed later, often for another amount.
    case preauthorization = 2
    /// It is a guess.
    case estimated = 3
}

/// Why a card is replaced by another.
public enum ReplacementReason: UInt8, CaseIterable, Sendable {
    /// It was lost.
    case lost = 1
    /// It was stolen.
    case stolen = 2
    /// It no longer works.
    case damaged = 3
    /// Its last month is over, or soon will be.
    case expired = 4
}

extension ReplacementReason {
    /// What becomes of the card that is replaced.
    public var status: CardStatus {
        switch self {
        case .lost: .lost
        case .stolen: .stolen
        case .damaged, .expired: .cancelled
        }
    }
}

/// Where a payment stands; it follows from its amounts and is never stored.
public enum PaymentStatus: UInt8, CaseIterable, Sendable {
    /// Nothing was approved and nothing was cleared.
    case declined = 1
    /// Approved for no amount.
    case verified = 2
    /// Held.
    case pending = 3
    /// Cleared in part; the rest is held.
    case partiallyCleared = 4
    /// Cleared; nothing is held.
    case cleared = 5
    /// Given up before anything was cleared.
    case reversed = 6
    /// Held for as long as it may be, and never cleared.
    case expired = 7
    /// Cleared without an authorization.
    case forcePosted = 8
    /// All that was cleared was given back.
    case refunded = 9
    /// A part of what was cleared was given back.
    case partiallyRefunded = 10
    /// Disputed, in part or whole.
    case disputed = 11
    /// Something came before its authorization, which has not come yet.
    case awaitingAuthorization = 12
    /// A refund was announced and has not been cleared.
    case refundPending = 13
}
