public import Domain

/// One message of a payment's life as it is journaled: what was asked, when, what the decision read of the account, and
/// what it did. The payment is in it as it was and as it is, so that replay needs no archive.
public struct LifecycleEvent: Sendable, Equatable {
    /// What was asked.
    public var request: LifecycleRequest
    /// The engine's time of the decision.
    public var time: Instant
    /// What the decision read of the account.
    public var observation: Observation
    /// The answer, with the payment before and after it.
    public var decision: LifecycleDecision

    /// Joins the four.
    public init(request: LifecycleRequest, time: Instant, observation: Observation, decision: LifecycleDecision) {
        self.request = request
        self.time = time
        self.observation = observation
        self.decision = decision
    }
}

extension LifecycleEvent {
    /// The account that it is about: the token that the card has, or the one that it replaced.
    public var account: CardToken { observation.account ?? request.cardToken }
    /// By what the payment was found.
    public var match: MatchRule { decision.match }
    /// The payment as it was; `nil` where there was none.
    public var before: PaymentRecord? { decision.before }
    /// The answer.
    public var outcome: Outcome { decision.outcome }
    /// Why.
    public var reason: Reason { decision.reason }
    /// What is held more from now on, or less.
    public var heldChange: Int64 { decision.heldChange }
    /// What is posted more from now on, or less.
    public var postedChange: Int64 { decision.postedChange }

    /// The payment from now on, with the event's record filled in; `nil` where nothing changed or there is none.
    public func payment(lsn: LogSequenceNumber) -> PaymentRecord? {
        decision.payment.map { $0.stamped(lsn: lsn) }
    }
}

extension PaymentRecord {
    /// With the record of the event that left it so; that is also the id of a payment which the event made.
    func stamped(lsn: LogSequenceNumber) -> PaymentRecord {
        var payment = self
        if payment.id == 0 { payment.id = lsn.rawValue }
        payment.lastLSN = lsn.rawValue
        return payment
    }
}
