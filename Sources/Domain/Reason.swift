/// Why a request was answered as it was: the code on the wire, its ISO 8583 response code and whether to try again.
///
/// Raw values are on the wire and in the journal: never changed, never reused.
public enum Reason: UInt8, CaseIterable, Sendable {
    /// Approved in full.
    case approved = 0
    /// Approved for less than was asked, as the request allowed.
    case partiallyApproved = 1
    /// The amount or its currency does not fit the card.
    case invalidAmountOrCurrency = 10
    /// No card has this token.
    case cardUnknown = 20
    /// The card exists and was never activated.
    case cardNotActivated = 21
    /// The card is frozen for the time being.
    case cardFrozen = 22
    /// The card was cancelled for good.
    case cardCancelled = 23
    /// The card was reported lost.
    case cardLost = 24
    /// The card was reported stolen.
    case cardStolen = 25
    /// The card's last month is over.
    case cardExpired = 26
    /// The merchant's name is on the block list.
    case merchantBlocked = 30
    /// The merchant's category is not allowed for this card.
    case merchantCategoryBlocked = 31
    /// The merchant's country is not allowed for this card.
    case countryBlocked = 32
    /// Card-present or card-not-present is not allowed for this card.
    case presenceBlocked = 33
    /// Too many payments, or too much money, within a sliding window.
    case velocityExceeded = 40
    /// A rule takes it for fraud.
    case suspectedFraud = 41
    /// More than one payment of this card may be.
    case exceedsTransactionLimit = 50
    /// More than any payment may be.
    case exceedsAmountThreshold = 51
    /// More than the card's limit less what is posted and held.
    case insufficientFunds = 52
    /// A person has to approve it first.
    case needsApproval = 53
    /// The payment that it speaks of is not known.
    case originalNotFound = 60
    /// A full reversal of this payment came before its authorization.
    case originalReversed = 61
    /// The payment is fully reversed already; nothing was changed.
    case alreadyReversed = 62
    /// The payment is reversed, expired or finally cleared: it takes no more of this.
    case lifecycleOver = 63
    /// More than what was approved and not yet reversed; nothing was changed.
    case overReversal = 64
    /// More than what was approved and its category's tolerance; nothing was changed.
    case overTolerance = 65
}

/// Whether the same purchase can be tried again, as a new request with a new id.
public enum RetryClass: UInt8, CaseIterable, Sendable {
    /// Nothing to retry: the request was approved.
    case notNeeded = 0
    /// Never: the answer will not change.
    case never = 1
    /// Later: time or an operator can change the answer.
    case later = 2
    /// After the request's content is put right.
    case afterFix = 3
}

extension Reason {
    /// ISO 8583 data element 39, two characters.
    public var responseCode: String {
        switch self {
        case .approved: "00"
        case .partiallyApproved: "10"
        case .invalidAmountOrCurrency: "13"
        case .cardUnknown, .cardCancelled: "14"
        case .cardNotActivated: "78"
        case .cardFrozen: "62"
        case .cardLost: "41"
        case .cardStolen: "43"
        case .cardExpired: "54"
        case .merchantBlocked, .suspectedFraud: "59"
        case .merchantCategoryBlocked, .countryBlocked, .presenceBlocked: "57"
        case .velocityExceeded: "65"
        case .exceedsTransactionLimit, .exceedsAmountThreshold: "61"
        case .insufficientFunds: "51"
        case .needsApproval: "05"
        case .originalNotFound: "25"
        case .originalReversed, .alreadyReversed: "21"
        case .lifecycleOver: "84"
        case .overReversal, .overTolerance: "13"
        }
    }

    /// `responseCode` as two ASCII bytes, the first in the low byte: what the wire carries, without building a string.
    public var responseCodeBytes: UInt16 {
        switch self {
        case .approved: 0x3030
        case .partiallyApproved: 0x3031
        case .invalidAmountOrCurrency: 0x3331
        case .cardUnknown, .cardCancelled: 0x3431
        case .cardNotActivated: 0x3837
        case .cardFrozen: 0x3236
        case .cardLost: 0x3134
        case .cardStolen: 0x3334
        case .cardExpired: 0x3435
        case .merchantBlocked, .suspectedFraud: 0x3935
        case .merchantCategoryBlocked, .countryBlocked, .presenceBlocked: 0x3735
        case .velocityExceeded: 0x3536
        case .exceedsTransactionLimit, .exceedsAmountThreshold: 0x3136
        case .insufficientFunds: 0x3135
        case .needsApproval: 0x3530
        case .originalNotFound: 0x3532
        case .originalReversed, .alreadyReversed: 0x3132
        case .lifecycleOver: 0x3438
        case .overReversal, .overTolerance: 0x3331
        }
    }

    /// Whether trying again can help.
    public var retryClass: RetryClass {
        switch self {
        case .approved, .partiallyApproved: .notNeeded
        case .cardUnknown, .cardCancelled, .cardLost, .cardStolen, .merchantCategoryBlocked, .countryBlocked,
            .presenceBlocked, .originalReversed, .alreadyReversed, .lifecycleOver:
            .never
        case .cardNotActivated, .cardFrozen, .merchantBlocked, .velocityExceeded, .exceedsTransactionLimit,
            .exceedsAmountThreshold, .insufficientFunds, .suspectedFraud, .needsApproval:
            .later
        case .invalidAmountOrCurrency, .cardExpired, .originalNotFound, .overReversal, .overTolerance: .afterFix
        }
    }

    /// Whether the answer is yes, in full or in part.
    public var isApproval: Bool { self == .approved || self == .partiallyApproved }

    /// The reason in plain words, lower case.
    public var text: String {
        switch self {
        case .approved: "approved"
        case .partiallyApproved: "partially approved"
        case .invalidAmountOrCurrency: "invalid amount or currency"
        case .cardUnknown: "card unknown"
        case .cardNotActivated: "card not activated"
        case .cardFrozen: "card frozen"
        case .cardCancelled: "card cancelled"
        case .cardLost: "card lost"
        case .cardStolen: "card stolen"
        case .cardExpired: "card expired"
        case .merchantBlocked: "merchant on the block list"
        case .merchantCategoryBlocked: "merchant category blocked"
        case .countryBlocked: "merchant country blocked"
        case .presenceBlocked: "card presence blocked"
        case .velocityExceeded: "too many payments (velocity)"
        case .exceedsTransactionLimit: "exceeds the card's transaction limit"
        case .exceedsAmountThreshold: "exceeds the amount threshold"
        case .suspectedFraud: "suspected fraud"
        case .insufficientFunds: "insufficient funds"
        case .needsApproval: "needs a person's approval first"
        case .originalNotFound: "original payment not found"
        case .originalReversed: "reversed before its authorization"
        case .alreadyReversed: "already reversed"
        case .lifecycleOver: "the payment's life is over"
        case .overReversal: "more than what is left to reverse"
        case .overTolerance: "more than the approved amount and its tolerance"
        }
    }
}
