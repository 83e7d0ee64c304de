public import Domain

/// What a decision does to its account where it joined no payment: all that applying it needs, and nothing of what was
/// asked and seen besides. A plain value of 80 bytes, to be handed from thread to thread.
public struct AuthorizationEffect: BitwiseCopyable, Sendable {
    /// The account that pays.
    public let account: CardToken
    /// When it was decided.
    public let time: Instant
    /// What was approved, in minor units; 0: no payment was made.
    let amount: Int64
    /// When the hold expires; `nil`: as the policy says.
    private let expiresAt: Instant?
    /// The payment's keys; without a payment, none.
    let keys: PaymentKeys
    let category: MerchantCategory
    private let presence: Presence
    private let initiator: Initiator
    private let holdKind: AuthorizationKind
    let network: UInt8
    let outcome: Outcome
    /// Whether the money is taken at once.
    public let isFinancial: Bool

    /// The effect of an event, which becomes the record `lsn`. The event is read where it lies, because it is large.
    ///
    /// - Returns: `nil` where it joined a payment: then its effect is that on this payment.
    @inline(__always)
    public init?(_ event: inout AuthorizationEvent, lsn: LogSequenceNumber) {
        guard !event.decision.hasJoined else { return nil }
        var account = event.request.cardToken
        if let root = event.observation.account { account = root }
        self.account = account
        time = event.time
        amount = event.decision.approvedAmount
        expiresAt = event.decision.expiresAt
        keys =
            amount > 0
            ? PaymentKeys(event.request, account: account, lsn: lsn)
            : PaymentKeys(request: 0, lifecycle: 0, trace: 0, retrieval: 0)
        category = event.request.merchantCategory
        presence = event.request.presence
        initiator = event.request.initiator
        holdKind = event.request.holdKind
        network = event.request.network
        outcome = event.decision.outcome
        isFinancial = event.request.kind == .financial
    }

    /// When the hold expires; an event of layout version 1 does not say, so that follows from the policy.
    @inline(__always)
    func expiry(under policy: borrowing Policy) -> Instant {
        if let expiresAt { return expiresAt }
        return policy.expiry(of: category, presence, initiator, holdKind, network: network, from: time)
    }

    /// The payment of an approval.
    @inline(__always)
    func newPayment(lsn: LogSequenceNumber, currency: UInt32, expiresAt: Instant) -> PaymentRecord {
        var payment = PaymentRecord(
            account: account,
            currency: currency,
            kind: isFinancial ? .financial : .authorization,
            category: category.code,
            network: network
        )
        payment.id = lsn.rawValue
        payment.approved = amount
        payment.cleared = isFinancial ? amount : 0
        payment.base = amount
        payment.expiresAt = expiresAt.microseconds
        payment.lastLSN = lsn.rawValue
        payment.lastAt = time.microseconds
        payment.keys = keys
        payment.flags = .counted
        if outcome == .flagged { payment.flags.insert(.flagged) }
        if isFinancial { payment.flags.insert(.finalCleared) }
        return payment
    }
}
