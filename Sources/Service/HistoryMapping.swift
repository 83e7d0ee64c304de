import Authorization
import Domain
import Engine
import Wire

extension PaymentHistoryReply.EventsEntry {
    /// One event of a payment's history; `nil` for a record that is none.
    init?(_ record: StoredRecord) {
        switch record {
        case .authorization(let event, let lsn): self.init(event, lsn: lsn)
        case .lifecycle(let event, let lsn): self.init(event, lsn: lsn)
        case .card, .configuration, .rule, .principal, .list: return nil
        }
    }

    init(_ event: AuthorizationEvent, lsn: LogSequenceNumber) {
        let request = event.request
        let reason = event.decision.reason
        self.init(
            lsn: lsn,
            decidedAt: event.time,
            requestID: request.requestID,
            amount: request.kind.hasAmount ? request.amount : nil,
            merchantAmount: request.merchantCurrency == nil ? nil : request.merchantAmount,
            rate: request.rate?.value ?? 0,
            payment: PaymentBlock(event, lsn: lsn),
            kind: PaymentEventKind(request.kind),
            outcome: event.decision.outcome,
            reason: reason,
            responseCode: Text16(low: UInt64(reason.responseCodeBytes)),
            merchantCurrency: request.merchantCurrency,
            rateScale: request.rate?.scale ?? 0,
            rounding: request.rounding,
            isFinal: false,
            sequenceNumber: 0,
            sequenceCount: 0
        )
    }

    init(_ event: LifecycleEvent, lsn: LogSequenceNumber) {
        let request = event.request
        let reason = event.reason
        self.init(
            lsn: lsn,
            decidedAt: event.time,
            requestID: request.requestID.isZero ? nil : request.requestID,
            amount: request.amount,
            merchantAmount: request.merchantAmount,
            rate: request.rate?.value ?? 0,
            payment: PaymentBlock(event, lsn: lsn),
            kind: PaymentEventKind(request.kind),
            outcome: event.outcome,
            reason: reason,
            responseCode: Text16(low: UInt64(reason.responseCodeBytes)),
            merchantCurrency: request.merchantCurrency,
            rateScale: request.rate?.scale ?? 0,
            rounding: request.rounding,
            isFinal: request.isFinal,
            sequenceNumber: request.sequenceNumber,
            sequenceCount: request.sequenceCount
        )
    }
}

extension PaymentGetReply {
    /// What another event than an authorization asked for and came to.
    init(_ event: LifecycleEvent, lsn: LogSequenceNumber, detail: String) {
        let request = event.request
        self.init(
            requestID: request.requestID,
            cardToken: request.cardToken,
            amount: request.amount,
            merchantAmount: request.merchantAmount,
            transmissionTime: request.transmissionTime,
            merchantID: request.merchantID,
            terminalID: request.terminalID,
            currency: request.currency ?? event.observation.currency,
            merchantCurrency: request.merchantCurrency,
            merchantCountry: request.merchantCountry,
            merchantCategory: request.merchantCategory,
            presence: request.presence,
            entryMode: request.entryMode,
            initiator: request.initiator,
            flags: [],
            kind: .authorization,
            decision: DecisionBlock(event, lsn: lsn),
            lifecycleID: request.reference.lifecycleID,
            acquirerID: request.reference.acquirerID,
            retrievalReference: request.reference.retrievalReference,
            stan: request.reference.stan,
            rate: request.rate?.value ?? 0,
            rateScale: request.rate?.scale ?? 0,
            rounding: request.rounding,
            network: CardNetwork(rawValue: request.network) ?? .unknown,
            authorizationKind: request.authorizationKind,
            eventKind: PaymentEventKind(request.kind),
            checks: [],
            merchantName: request.merchantName.string,
            merchantCity: request.merchantCity.string,
            detail: detail
        )
    }
}
