import Authorization
import Domain

/// The model's words in the core's, and back.
extension CoreSubject {
    static func token(_ card: Int) -> CardToken { CardToken(high: 0xCA4D, low: UInt64(card + 1)) }

    static func currency(_ number: Int) -> Currency { Currency(Setting.currencies[number]) ?? broken() }

    static var lastFour: LastFour { LastFour("0001") ?? broken() }

    private static func broken<Value>() -> Value { preconditionFailure("a constant of the test is wrong") }

    private static func text(_ text: String) -> Text16 { Text16(text) ?? broken() }

    private static func requestID(_ number: Int) -> RequestID { RequestID(high: 2, low: UInt64(number)) }

    private static func traceTime(_ story: Int) -> Instant {
        Instant(microseconds: Setting.start + Int64(story) * 1_000_000)
    }

    static func request(_ step: Step, _ kind: RequestKind) -> AuthorizationRequest {
        AuthorizationRequest(
            requestID: requestID(step.request),
            cardToken: token(step.card),
            kind: kind,
            amount: kind.hasAmount ? step.amount ?? 0 : 0,
            merchantAmount: step.amount ?? 0,
            transmissionTime: traceTime(step.story),
            currency: currency(step.currency),
            merchantCurrency: nil,
            merchantCountry: Country("DE") ?? broken(),
            merchantCategory: MerchantCategory(code: UInt16(step.category)) ?? broken(),
            merchantID: text("M1"),
            terminalID: text("T1"),
            presence: Presence(rawValue: [0, 2, 1][step.presence]) ?? broken(),
            entryMode: .chip,
            initiator: step.initiatedByMerchant ? .merchant : .cardholder,
            flags: step.takesPart ? .partialApprovalAllowed : [],
            merchantName: Text64(),
            merchantCity: Text64(),
            lifecycleID: kind.hasAmount ? text("L\(step.story)") : Text16(),
            acquirerID: text("A1"),
            stan: kind.hasAmount ? UInt32(step.story + 1) : 0,
            retrievalReference: kind.hasAmount ? text("R\(step.story)") : Text16(),
            network: 1,
            authorizationKind: AuthorizationKind(rawValue: UInt8(step.amountKind)) ?? broken()
        )
    }

    static func request(_ step: Step, payment: Int?, record: Int?) -> LifecycleRequest {
        var reference = PaymentReference()
        reference.paymentID = payment.map { LogSequenceNumber(rawValue: UInt64($0)) }
        if step.names.contains(.request) {
            reference.originalRequestID = requestID(Model.request(ofStory: step.story))
        }
        if step.names.contains(.lifecycle) { reference.lifecycleID = text("L\(step.story)") }
        if step.names.contains(.trace) {
            reference.acquirerID = text("A1")
            reference.stan = UInt32(step.story + 1)
            reference.originalTransmissionTime = traceTime(step.story)
            reference.terminalID = text("T1")
        }
        if let record {
            reference.retrievalReference = text("R\(step.story)")
            reference.approvalCode = approvalCode(of: LogSequenceNumber(rawValue: UInt64(record)))
        }
        return LifecycleRequest(
            requestID: requestID(step.request),
            cardToken: token(step.card),
            kind: kind(step.kind),
            reference: reference,
            amount: step.amount,
            currency: currency(step.currency),
            isFinal: step.isFinal,
            sequenceNumber: UInt8(step.part),
            sequenceCount: UInt8(step.parts),
            transmissionTime: traceTime(step.story),
            merchantCountry: Country("DE") ?? broken(),
            merchantCategory: MerchantCategory(code: UInt16(step.category)) ?? broken(),
            presence: Presence(rawValue: [0, 2, 1][step.presence]) ?? broken(),
            initiator: step.initiatedByMerchant ? .merchant : .cardholder,
            network: 1,
            authorizationKind: AuthorizationKind(rawValue: UInt8(step.amountKind)) ?? broken()
        )
    }

    private static func kind(_ kind: Step.Kind) -> LifecycleKind {
        switch kind {
        case .increment: .increment
        case .refundAuthorization: .refundAuthorization
        case .advice: .advice
        case .completion: .completion
        case .clearing: .clearing
        case .refundClearing: .refundClearing
        case .clearingReversal: .clearingReversal
        case .reversal: .reversal
        case .reversalAdvice: .reversalAdvice
        case .chargeback: .chargeback
        case .representment: .representment
        case .fraudReport: .fraudReport
        case .expiry: .expiry
        case .authorize, .financial, .verify, .setStatus, .setLimit, .replaceCard: broken()
        }
    }

    static func outcome(_ outcome: Outcome) -> ModelOutcome {
        switch outcome {
        case .approved: .approved
        case .declined: .declined
        case .flagged: .flagged
        }
    }

    static func match(_ match: MatchRule) -> ModelMatch {
        switch match {
        case .none: .none
        case .identifier: .identifier
        case .lifecycle: .lifecycle
        case .trace: .trace
        case .retrieval: .retrieval
        case .awaiting: .awaiting
        }
    }

    /// `nil` for a reason that no sequence can have.
    static func reason(_ reason: Reason) -> ModelReason? {
        switch reason {
        case .approved: .approved
        case .partiallyApproved: .partiallyApproved
        case .invalidAmountOrCurrency: .invalidAmountOrCurrency
        case .cardUnknown: .cardUnknown
        case .cardFrozen: .cardFrozen
        case .cardLost: .cardLost
        case .exceedsTransactionLimit: .exceedsTransactionLimit
        case .exceedsAmountThreshold: .exceedsAmountThreshold
        case .insufficientFunds: .insufficientFunds
        case .originalNotFound: .originalNotFound
        case .originalReversed: .originalReversed
        case .alreadyReversed: .alreadyReversed
        case .lifecycleOver: .lifecycleOver
        case .overReversal: .overReversal
        case .overTolerance: .overTolerance
        default: nil
        }
    }

    static func view(_ payment: PaymentRecord) -> ModelView {
        ModelView(
            id: Int(payment.id),
            approved: payment.approved,
            reversed: payment.reversed,
            expired: payment.expired,
            cleared: payment.cleared,
            overCleared: payment.overCleared,
            refunded: payment.refunded,
            disputed: payment.disputed,
            hold: payment.hold,
            flags: flags(payment.flags),
            status: status(payment.status),
            expiresAt: payment.expiresAt
        )
    }

    private static func flags(_ flags: PaymentFlags) -> ModelFlags {
        let pairs: [(PaymentFlags, ModelFlags)] = [
            (.fullyReversed, .fullyReversed), (.finalCleared, .final), (.expired, .expired),
            (.awaitingAuthorization, .awaits), (.reversedBeforeAuthorization, .reversedBeforeAuthorization),
            (.lateCleared, .late), (.overCleared, .overCleared), (.standIn, .standIn), (.overLimit, .overLimit),
            (.flagged, .flagged), (.fraudReported, .fraud), (.refundPending, .refundPending),
            (.overRefunded, .overRefunded),
        ]
        return pairs.reduce(into: []) { if flags.contains($1.0) { $0.insert($1.1) } }
    }

    private static func status(_ status: PaymentStatus) -> ModelStatus {
        switch status {
        case .declined: .declined
        case .verified: .verified
        case .pending: .pending
        case .partiallyCleared: .partiallyCleared
        case .cleared: .cleared
        case .reversed: .reversed
        case .expired: .expired
        case .forcePosted: .forcePosted
        case .refunded: .refunded
        case .partiallyRefunded: .partiallyRefunded
        case .disputed: .disputed
        case .awaitingAuthorization: .awaitingAuthorization
        case .refundPending: .refundPending
        }
    }
}
