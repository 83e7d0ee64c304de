import Authorization
import Domain
import Wire

/// A request of a payment's life: all have one layout.
protocol LifecycleMessage: WireMessage {
    /// What it says has happened.
    static var kind: LifecycleKind { get }
    var event: EventBlock { get }
    var merchantName: String { get }
    var merchantCity: String { get }
}

extension Increment: LifecycleMessage {
    static var kind: LifecycleKind { .increment }
}

extension RefundAuthorize: LifecycleMessage {
    static var kind: LifecycleKind { .refundAuthorization }
}

extension Advice: LifecycleMessage {
    static var kind: LifecycleKind { .advice }
}

extension Completion: LifecycleMessage {
    static var kind: LifecycleKind { .completion }
}

extension Clearing: LifecycleMessage {
    static var kind: LifecycleKind { .clearing }
}

extension RefundClearing: LifecycleMessage {
    static var kind: LifecycleKind { .refundClearing }
}

extension ClearingReversal: LifecycleMessage {
    static var kind: LifecycleKind { .clearingReversal }
}

extension Reverse: LifecycleMessage {
    static var kind: LifecycleKind { .reversal }
}

extension ReversalAdvice: LifecycleMessage {
    static var kind: LifecycleKind { .reversalAdvice }
}

extension Chargeback: LifecycleMessage {
    static var kind: LifecycleKind { .chargeback }
}

extension Representment: LifecycleMessage {
    static var kind: LifecycleKind { .representment }
}

extension FraudReport: LifecycleMessage {
    static var kind: LifecycleKind { .fraudReport }
}

extension LifecycleRequest {
    /// Reads a message of a payment's life.
    ///
    /// - Throws: `WireError`, when the specification refuses the body, or an amount is needed and null.
    init<Message: LifecycleMessage>(
        _ type: Message.Type,
        decoding body: UnsafeRawBufferPointer,
        header: FrameHeader
    ) throws(WireError) {
        let message = try Message(decoding: body, header: header)
        let event = message.event
        let minimum: Int64 = Message.kind == .completion ? 0 : 1
        let isNeeded = Message.kind.needsAmount || Message.kind == .completion
        guard isNeeded ? event.amount != nil : true, event.amount ?? minimum >= minimum else {
            throw WireError(
                templateID: Message.templateID,
                field: "amount",
                problem: .outOfRange(event.amount ?? .min, minimum: minimum, maximum: AuthorizationLimits.amountMax)
            )
        }
        self.init(
            requestID: event.requestID,
            cardToken: event.cardToken,
            kind: Message.kind,
            reference: PaymentReference(event),
            amount: event.amount,
            currency: event.currency,
            merchantAmount: event.merchantAmount,
            merchantCurrency: event.merchantCurrency,
            rate: ConversionRate(value: event.rate, scale: event.rateScale),
            rounding: event.rounding,
            isFinal: event.isFinal,
            sequenceNumber: event.sequenceNumber,
            sequenceCount: event.sequenceCount,
            transmissionTime: event.transmissionTime,
            merchantCountry: event.merchantCountry,
            merchantCategory: event.merchantCategory,
            merchantID: event.merchantID,
            terminalID: event.terminalID,
            presence: event.presence,
            entryMode: event.entryMode,
            initiator: event.initiator,
            network: event.network.rawValue,
            authorizationKind: event.authorizationKind,
            merchantName: Text64(message.merchantName) ?? Text64(),
            merchantCity: Text64(message.merchantCity) ?? Text64()
        )
    }
}

extension PaymentReference {
    init(_ event: EventBlock) {
        self.init(
            paymentID: event.paymentID == .zero ? nil : event.paymentID,
            originalRequestID: event.originalRequestID,
            lifecycleID: event.lifecycleID,
            acquirerID: event.acquirerID,
            stan: event.stan,
            originalTransmissionTime: event.originalTransmissionTime,
            terminalID: event.originalTerminalID == Text16() ? event.terminalID : event.originalTerminalID,
            retrievalReference: event.retrievalReference,
            approvalCode: event.approvalCode
        )
    }
}
