import Authorization
import Domain
import Wire

// Answers in the wire's terms. A reply is made from the recorded event and its number alone, so that a repeat gets the
// same bytes from the journal that the first request got from memory.

extension DecisionBlock {
    init(_ event: borrowing AuthorizationEvent, lsn: LogSequenceNumber) {
        var event = copy event
        self.init(&event, lsn: lsn)
    }

    /// The same, of an event where it lies: a borrowed one of this size is moved for the call.
    init(_ event: inout AuthorizationEvent, lsn: LogSequenceNumber) {
        let balances = event.decision.balances
        let reason = event.decision.reason
        self.init(
            lsn: lsn,
            decidedAt: event.time,
            approvedAmount: event.decision.approvedAmount,
            spendingLimit: balances?.limit,
            posted: balances?.posted,
            held: balances?.held,
            available: balances?.available,
            retryAt: event.decision.retryAt ?? .epoch,
            policyVersion: event.observation.policyVersion,
            checksRun: event.decision.checksRun,
            checksFailed: event.decision.checksFailed,
            checksFlagged: event.decision.checksFlagged,
            outcome: event.decision.outcome,
            reason: reason,
            retryClass: reason.retryClass,
            responseCode: Text16(low: UInt64(reason.responseCodeBytes)),
            currency: event.observation.currency,
            approvalCode: reason.isApproval ? Authorization.approvalCode(of: lsn) : Text16()
        )
    }
}

extension CardBlock {
    init(_ card: CardView, profile: Text16) {
        self.init(
            cardToken: card.token,
            spendingLimit: card.balances.limit,
            transactionLimit: card.transactionLimit,
            posted: card.balances.posted,
            held: card.balances.held,
            available: card.balances.available,
            createdLSN: card.createdLSN,
            createdAt: card.createdAt,
            expiry: card.expiry,
            lastFour: Text16(low: UInt64(card.lastFour.packed)),
            currency: card.currency,
            profile: profile,
            status: card.status
        )
    }
}

extension PaymentGetReply {
    init(
        _ event: borrowing AuthorizationEvent,
        lsn: LogSequenceNumber,
        checks: [Authorization.CheckResult],
        detail: String
    ) {
        let request = event.request
        self.init(
            requestID: request.requestID,
            cardToken: request.cardToken,
            amount: request.kind.hasAmount ? request.amount : nil,
            merchantAmount: request.merchantCurrency == nil ? nil : request.merchantAmount,
            transmissionTime: request.transmissionTime,
            merchantID: request.merchantID,
            terminalID: request.terminalID,
            currency: request.currency,
            merchantCurrency: request.merchantCurrency,
            merchantCountry: request.merchantCountry,
            merchantCategory: request.merchantCategory,
            presence: request.presence,
            entryMode: request.entryMode,
            initiator: request.initiator,
            flags: Wire.RequestFlags(rawValue: request.flags.rawValue),
            kind: request.kind,
            decision: DecisionBlock(event, lsn: lsn),
            lifecycleID: request.lifecycleID,
            acquirerID: request.acquirerID,
            retrievalReference: request.retrievalReference,
            stan: request.stan,
            rate: request.rate?.value ?? 0,
            rateScale: request.rate?.scale ?? 0,
            rounding: request.rounding,
            network: CardNetwork(rawValue: request.network) ?? .unknown,
            authorizationKind: request.authorizationKind,
            eventKind: PaymentEventKind(request.kind),
            lastLSN: .zero,
            lastAt: .epoch,
            checks: checks.map { check in
                ChecksEntry(
                    check: check.check,
                    result: Wire.CheckResult(check.result),
                    unit: CheckUnit(check.unit),
                    seen: check.seen,
                    allowed: check.limit
                )
            },
            merchantName: request.merchantName.string,
            merchantCity: request.merchantCity.string,
            detail: detail
        )
    }
}

extension PaymentListReply.PaymentsEntry {
    init(_ event: borrowing AuthorizationEvent, lsn: LogSequenceNumber) {
        let request = event.request
        self.init(
            lsn: lsn,
            decidedAt: event.time,
            cardToken: request.cardToken,
            requestID: request.requestID,
            amount: request.kind.hasAmount ? request.amount : nil,
            approvedAmount: event.decision.approvedAmount,
            currency: request.currency,
            outcome: event.decision.outcome,
            reason: event.decision.reason,
            kind: request.kind,
            responseCode: Text16(low: UInt64(event.decision.reason.responseCodeBytes)),
            merchantCategory: request.merchantCategory,
            merchantCountry: request.merchantCountry,
            merchantName: request.merchantName
        )
    }
}

extension PaymentAlternativesReply.AlternativesEntry {
    init(_ alternative: Alternative) {
        self.init(
            value: alternative.value,
            kind: alternative.kind,
            outcome: alternative.outcome,
            reason: alternative.reason
        )
    }
}

extension Wire.CheckResult {
    init(_ result: Authorization.CheckResult.Result) {
        switch result {
        case .passed: self = .passed
        case .failed: self = .failed
        case .flagged: self = .flagged
        }
    }
}

extension CheckUnit {
    init(_ unit: Authorization.CheckResult.Unit) {
        switch unit {
        case .none: self = .none
        case .money: self = .money
        case .count: self = .count
        case .code: self = .code
        }
    }
}
