public import Domain

/// One payment as it stands: a vector of amounts in minor units of the account's currency, the keys by which messages
/// find it, and what it went through. A plain value of 160 bytes.
///
/// The hold is `approved - reversed - expired - cleared` and never below zero. What the account owes for the payment is
/// `posted`.
public struct PaymentRecord: BitwiseCopyable, Equatable, Sendable {
    /// The journal record of the payment's first event. Zero in an event that makes the payment: it is that event's
    /// own record.
    public var id: UInt64
    /// The first half of the account's token: the card's, or that of the card which it replaced.
    public var tokenHigh: UInt64
    /// The second half of the account's token.
    public var tokenLow: UInt64
    /// A: approved, original and increments.
    public var approved: Int64
    /// R: reversed or released.
    public var reversed: Int64
    /// X: expired.
    public var expired: Int64
    /// C: cleared against the hold.
    public var cleared: Int64
    /// O: cleared over the hold or without one.
    public var overCleared: Int64
    /// F: refunded.
    public var refunded: Int64
    /// D: disputed.
    public var disputed: Int64
    /// What was approved without increments. Below zero in a payment whose authorization has not come: the partial
    /// reversals that came before it, and which it will take.
    public var base: Int64
    /// When the hold expires, in microseconds since the epoch.
    public var expiresAt: Int64
    /// The journal record of the payment's newest event; zero in an event, as `id` is.
    public var lastLSN: UInt64
    /// The time of that event, in microseconds since the epoch.
    public var lastAt: Int64
    /// The fingerprint of the first request's id; see `PaymentKeys`.
    public var requestKey: UInt64
    /// The fingerprint of the network's lifecycle id; zero: none.
    public var lifecycleKey: UInt64
    /// The fingerprint of acquirer, STAN, transmission time and terminal; zero: none.
    public var traceKey: UInt64
    /// The fingerprint of retrieval reference and approval code; zero: none.
    public var retrievalKey: UInt64
    /// What it went through.
    public var flags: PaymentFlags
    /// The account's currency, packed.
    public var currency: UInt32
    /// The merchant's category: it names the tolerance.
    public var merchantCategory: UInt16
    /// How it began.
    public var kind: Kind
    /// The card network's number; zero: not said.
    public var network: UInt8
    /// How much of `approved` completions have raised it by; 2^32 - 1 stands for that and more.
    var completionRaise: UInt32 = 0

    /// How a payment began; a payment whose authorization has come counts as begun by it.
    public enum Kind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
        /// By an authorization.
        case authorization = 1
        /// By an authorization that cleared at once.
        case financial = 2
        /// By an increment whose authorization has not come.
        case increment = 3
        /// By an advice whose authorization has not come.
        case advice = 4
        /// By a clearing that nothing matched.
        case clearing = 5
        /// By a reversal that overtook its authorization.
        case reversal = 6
        /// By the announcement of a refund that refers to no payment.
        case refundAuthorization = 7
        /// By the clearing of a refund that refers to no payment.
        case refundClearing = 8
    }

    /// How many bytes a record has.
    public static let byteCount = 160

    /// A payment with nothing in it yet.
    public init(account: CardToken, currency: Currency, kind: Kind, category: MerchantCategory, network: UInt8) {
        self.init(account: account, currency: currency.packed, kind: kind, category: category.code, network: network)
    }

    @inline(__always)
    init(account: CardToken, currency: UInt32, kind: Kind, category: UInt16, network: UInt8) {
        id = 0
        tokenHigh = account.high
        tokenLow = account.low
        approved = 0
        reversed = 0
        expired = 0
        cleared = 0
        overCleared = 0
        refunded = 0
        disputed = 0
        base = 0
        expiresAt = 0
        lastLSN = 0
        lastAt = 0
        requestKey = 0
        lifecycleKey = 0
        traceKey = 0
        retrievalKey = 0
        flags = []
        self.currency = currency
        merchantCategory = category
        self.kind = kind
        self.network = network
    }
}

extension PaymentRecord {
    /// The account's token.
    public var account: CardToken { CardToken(high: tokenHigh, low: tokenLow) }

    /// H: what is held.
    @inlinable
    public var hold: Int64 { approved - reversed - expired - cleared }

    /// What the account owes for it: C + O - F - D. Below zero where more was refunded than taken.
    @inlinable
    public var posted: Int64 { cleared + overCleared - refunded - disputed }

    /// Partial reversals that came before the authorization and which it will take.
    @inlinable
    public var awaitedReversal: Int64 { max(0, -base) }

    /// Whether it waits for its authorization.
    @inlinable
    public var isAwaiting: Bool { flags.contains(.awaitingAuthorization) }

    /// Until when an authorization that comes later still belongs to it, if it waits for one.
    public var awaitsUntil: Instant {
        Instant(microseconds: lastAt).advanced(byMicroseconds: AuthorizationLimits.awaitingMicrosecondsMax)
    }

    /// Whether nothing is held and no authorization is waited for at a time, so that it may leave memory.
    public func isClosed(at time: Instant) -> Bool { hold == 0 && (!isAwaiting || awaitsUntil < time) }

    /// Where the payment stands.
    public var status: PaymentStatus {
        let taken = cleared + overCleared
        if disputed > 0 { return .disputed }
        if refunded > 0 { return refunded >= taken ? .refunded : .partiallyRefunded }
        if approved == 0 {
            if overCleared > 0 { return .forcePosted }
            if flags.contains(.fullyReversed) { return .reversed }
            if isAwaiting { return .awaitingAuthorization }
            if flags.contains(.refundPending) { return .refundPending }
            return .declined
        }
        if hold > 0 { return taken > 0 ? .partiallyCleared : .pending }
        if taken > 0 { return .cleared }
        return expired > 0 ? .expired : .reversed
    }
}
