/// What a payment went through that its amounts do not say. The bits are on the wire and in the journal: never changed,
/// never reused.
@frozen
public struct PaymentFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The bits.
    public let rawValue: UInt32

    /// Takes any bits; see `defined`.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The whole payment was reversed: what is cleared later is late, and nothing more can be held.
    public static let fullyReversed = PaymentFlags(rawValue: 1 << 0)
    /// The last clearing has come: what was left of the hold is released.
    public static let finalCleared = PaymentFlags(rawValue: 1 << 1)
    /// The hold stood for as long as it may.
    public static let expired = PaymentFlags(rawValue: 1 << 2)
    /// Something came before the authorization, which has not come yet.
    public static let awaitingAuthorization = PaymentFlags(rawValue: 1 << 3)
    /// A full reversal came before the authorization, and the authorization has come.
    public static let reversedBeforeAuthorization = PaymentFlags(rawValue: 1 << 4)
    /// Cleared after it was reversed, expired or finally cleared.
    public static let lateCleared = PaymentFlags(rawValue: 1 << 5)
    /// Cleared for more than was approved and its category tolerates.
    public static let overCleared = PaymentFlags(rawValue: 1 << 6)
    /// Approved by somebody else in our stead.
    public static let standIn = PaymentFlags(rawValue: 1 << 7)
    /// It brought the account above its limit.
    public static let overLimit = PaymentFlags(rawValue: 1 << 8)
    /// Approved, and somebody should look at it.
    public static let flagged = PaymentFlags(rawValue: 1 << 9)
    /// Its receipt was found to be in order.
    public static let receiptVerified = PaymentFlags(rawValue: 1 << 10)
    /// Reported as fraud: a label, which moves no money.
    public static let fraudReported = PaymentFlags(rawValue: 1 << 11)
    /// A refund was announced and has not been cleared.
    public static let refundPending = PaymentFlags(rawValue: 1 << 12)
    /// More was refunded than was cleared.
    public static let overRefunded = PaymentFlags(rawValue: 1 << 13)
    /// It counts in the card's velocity windows.
    public static let counted = PaymentFlags(rawValue: 1 << 14)

    /// Every bit that has a meaning; the others are zero.
    public static let defined = PaymentFlags(rawValue: 1 << 15 - 1)

    /// The flags after which a payment takes no increment, no completion and no hold.
    public static let over: PaymentFlags = [.fullyReversed, .finalCleared, .expired]
}
