import Authorization
import Domain
import Wire

// Payments and the events of their lives in the wire's terms, made from the recorded event and its number alone, so
// that a repeat gets the same bytes.

extension PaymentBlock {
    /// A payment, with what an event changed; both changes are zero where the payment is shown as it stands.
    init(_ payment: PaymentRecord, match: MatchRule, heldChange: Int64, postedChange: Int64) {
        self.init(
            paymentID: LogSequenceNumber(rawValue: payment.id),
            approved: payment.approved,
            reversed: payment.reversed,
            expired: payment.expired,
            cleared: payment.cleared,
            overCleared: payment.overCleared,
            refunded: payment.refunded,
            disputed: payment.disputed,
            held: payment.hold,
            heldChange: heldChange,
            postedChange: postedChange,
            expiresAt: payment.hold > 0 ? Instant(microseconds: payment.expiresAt) : .epoch,
            flags: payment.flags,
            status: payment.status,
            matchRule: match
        )
    }

    /// The payment after an event; `nil` where there is none.
    init?(_ event: borrowing LifecycleEvent, lsn: LogSequenceNumber) {
        let before = event.before
        guard let payment = event.payment(lsn: lsn) ?? before else { return nil }
        self.init(
            payment,
            match: event.match,
            heldChange: event.heldChange,
            postedChange: event.postedChange
        )
    }
}

extension PaymentBlock {
    /// The payment after an authorization; `nil` where there is none.
    init?(_ event: borrowing AuthorizationEvent, lsn: LogSequenceNumber) {
        guard let payment = event.payment(lsn: lsn) else { return nil }
        let awaiting = event.observation.awaiting
        self.init(
            payment,
            match: awaiting == nil ? .none : .awaiting,
            heldChange: event.heldChange,
            postedChange: event.postedChange
        )
    }
}

extension DecisionBlock {
    init(_ event: borrowing LifecycleEvent, lsn: LogSequenceNumber) {
        let decision = event.decision
        let reason = decision.reason
        let isAuthorizing = event.request.kind.isAuthorizing && reason.isApproval
        self.init(
            lsn: lsn,
            decidedAt: event.time,
            approvedAmount: isAuthorizing ? event.request.amount ?? 0 : 0,
            spendingLimit: decision.balances?.limit,
            posted: decision.balances?.posted,
            held: decision.balances?.held,
            available: decision.balances?.available,
            retryAt: decision.retryAt ?? .epoch,
            policyVersion: event.observation.policyVersion,
            checksRun: decision.checksRun,
            checksFailed: decision.checksFailed,
            checksFlagged: decision.checksFlagged,
            outcome: decision.outcome,
            reason: reason,
            retryClass: reason.retryClass,
            responseCode: Text16(low: UInt64(reason.responseCodeBytes)),
            currency: event.observation.currency,
            approvalCode: isAuthorizing ? Authorization.approvalCode(of: lsn) : Text16()
        )
    }
}

extension LifecycleKind {
    /// Whether it asks for money to be approved, and so gets an approval code.
    fileprivate var isAuthorizing: Bool { self == .increment || self == .refundAuthorization || self == .advice }

    /// The template of the message that reports it; `nil` for what the engine does itself.
    var templateID: UInt16? {
        switch self {
        case .increment: Increment.templateID
        case .refundAuthorization: RefundAuthorize.templateID
        case .advice: Advice.templateID
        case .completion: Completion.templateID
        case .clearing: Clearing.templateID
        case .refundClearing: RefundClearing.templateID
        case .clearingReversal: ClearingReversal.templateID
        case .reversal: Reverse.templateID
        case .reversalAdvice: ReversalAdvice.templateID
        case .chargeback: Chargeback.templateID
        case .representment: Representment.templateID
        case .fraudReport: FraudReport.templateID
        case .expiry: nil
        }
    }
}

extension PaymentEventKind {
    init(_ kind: RequestKind) {
        switch kind {
        case .authorization: self = .authorization
        case .accountVerification: self = .accountVerification
        case .balanceInquiry: self = .balanceInquiry
        case .financial: self = .financial
        }
    }

    init(_ kind: LifecycleKind) {
        switch kind {
        case .increment: self = .increment
        case .refundAuthorization: self = .refundAuthorization
        case .advice: self = .advice
        case .completion: self = .completion
        case .clearing: self = .clearing
        case .refundClearing: self = .refundClearing
        case .clearingReversal: self = .clearingReversal
        case .reversal: self = .reversal
        case .reversalAdvice: self = .reversalAdvice
        case .chargeback: self = .chargeback
        case .representment: self = .representment
        case .fraudReport: self = .fraudReport
        case .expiry: self = .expiry
        }
    }
}

extension LifecycleKind {
    /// The reply to its message, as a frame: all have one layout, and so one length.
    func encodeReply(
        _ decision: DecisionBlock,
        _ payment: PaymentBlock?,
        into target: UnsafeMutableRawBufferPointer,
        correlationID: UInt64
    ) {
        switch self {
        case .increment:
            IncrementReply(decision: decision, payment: payment).encodeFrame(into: target, correlationID: correlationID)
        case .refundAuthorization:
            RefundAuthorizeReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .advice:
            AdviceReply(decision: decision, payment: payment).encodeFrame(into: target, correlationID: correlationID)
        case .completion:
            CompletionReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .clearing:
            ClearingReply(decision: decision, payment: payment).encodeFrame(into: target, correlationID: correlationID)
        case .refundClearing:
            RefundClearingReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .clearingReversal:
            ClearingReversalReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .reversal:
            ReverseReply(decision: decision, payment: payment).encodeFrame(into: target, correlationID: correlationID)
        case .reversalAdvice:
            ReversalAdviceReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .chargeback:
            ChargebackReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .representment:
            RepresentmentReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .fraudReport:
            FraudReportReply(decision: decision, payment: payment)
                .encodeFrame(into: target, correlationID: correlationID)
        case .expiry: preconditionFailure("nobody asks for an expiry, so nobody is answered")
        }
    }
}
