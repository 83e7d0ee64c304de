public import Domain

/// How a message names the payment that it is about; it may give any of the keys, or none.
public struct PaymentReference: Sendable, Equatable {
    /// The payment's id, as our answers gave it.
    public var paymentID: LogSequenceNumber?
    /// The id of the payment's first request.
    public var originalRequestID: RequestID?
    /// The network's name for the payment's whole life (Mastercard trace id, Visa transaction id), up to 15 characters.
    public var lifecycleID: Text16
    /// The acquirer (ISO 8583 field 32), up to 11 characters.
    public var acquirerID: Text16
    /// The first message's system trace audit number (field 11); zero: none.
    public var stan: UInt32
    /// When the first message was sent (field 7), by its sender's clock.
    public var originalTransmissionTime: Instant?
    /// The first message's terminal (field 41), up to 8 characters.
    public var terminalID: Text16
    /// The retrieval reference number (field 37), up to 12 characters.
    public var retrievalReference: Text16
    /// The approval code of our answer (field 38), up to 6 characters.
    public var approvalCode: Text16

    /// Joins the fields; without any, nothing is named.
    public init(
        paymentID: LogSequenceNumber? = nil,
        originalRequestID: RequestID? = nil,
        lifecycleID: Text16 = Text16(),
        acquirerID: Text16 = Text16(),
        stan: UInt32 = 0,
        originalTransmissionTime: Instant? = nil,
        terminalID: Text16 = Text16(),
        retrievalReference: Text16 = Text16(),
        approvalCode: Text16 = Text16()
    ) {
        self.paymentID = paymentID
        self.originalRequestID = originalRequestID
        self.lifecycleID = lifecycleID
        self.acquirerID = acquirerID
        self.stan = stan
        self.originalTransmissionTime = originalTransmissionTime
        self.terminalID = terminalID
        self.retrievalReference = retrievalReference
        self.approvalCode = approvalCode
    }
}

/// A message of a payment's life other than its authorization: a plain value.
public struct LifecycleRequest: Sendable, Equatable {
    /// The client's name for this request.
    public var requestID: RequestID
    /// The card that it names; the account's own or one that replaced it.
    public var cardToken: CardToken
    /// What happened.
    public var kind: LifecycleKind
    /// Which payment it happened to.
    public var reference: PaymentReference
    /// In minor units of `currency`; `nil`: all there is, where the kind allows it.
    public var amount: Int64?
    /// The currency of `amount`; `nil`: the account's.
    public var currency: Currency?
    /// In the merchant's money; recorded, and decides nothing.
    public var merchantAmount: Int64?
    /// The currency of `merchantAmount`; `nil`: the same as `currency`.
    public var merchantCurrency: Currency?
    /// The rate by which `amount` was made of `merchantAmount`.
    public var rate: ConversionRate?
    /// How it was rounded.
    public var rounding: RoundingRule
    /// Whether it is the last clearing of the payment.
    public var isFinal: Bool
    /// Which of several clearings it is, from 1; zero: not said.
    public var sequenceNumber: UInt8
    /// How many clearings there will be; zero: not said.
    public var sequenceCount: UInt8
    /// When the client sent it, by its clock.
    public var transmissionTime: Instant
    /// Where the merchant is.
    public var merchantCountry: Country
    /// What the merchant sells.
    public var merchantCategory: MerchantCategory
    /// The acquirer's number for the merchant, up to 15 characters.
    public var merchantID: Text16
    /// The terminal that sent this message, up to 8 characters.
    public var terminalID: Text16
    /// Whether the card was there.
    public var presence: Presence
    /// How the card's data came in.
    public var entryMode: EntryMode
    /// Who started it.
    public var initiator: Initiator
    /// The card network's number; zero: not said.
    public var network: UInt8
    /// What kind of amount it is.
    public var authorizationKind: AuthorizationKind
    /// The merchant's name as sent, UTF-8.
    public var merchantName: Text64
    /// The merchant's city as sent, UTF-8, up to 32 bytes.
    public var merchantCity: Text64

    /// Joins the fields; ranges are the caller's to check, `decideLifecycle` answers a bad amount with a decline.
    public init(
        requestID: RequestID,
        cardToken: CardToken,
        kind: LifecycleKind,
        reference: PaymentReference,
        amount: Int64?,
        currency: Currency?,
        merchantAmount: Int64? = nil,
        merchantCurrency: Currency? = nil,
        rate: ConversionRate? = nil,
        rounding: RoundingRule = .halfAwayFromZero,
        isFinal: Bool = false,
        sequenceNumber: UInt8 = 0,
        sequenceCount: UInt8 = 0,
        transmissionTime: Instant,
        merchantCountry: Country,
        merchantCategory: MerchantCategory,
        merchantID: Text16 = Text16(),
        terminalID: Text16 = Text16(),
        presence: Presence = .unknown,
        entryMode: EntryMode = .unknown,
        initiator: Initiator = .cardholder,
        network: UInt8 = 0,
        authorizationKind: AuthorizationKind = .unknown,
        merchantName: Text64 = Text64(),
        merchantCity: Text64 = Text64()
    ) {
        self.requestID = requestID
        self.cardToken = cardToken
        self.kind = kind
        self.reference = reference
        self.amount = amount
        self.currency = currency
        self.merchantAmount = merchantAmount
        self.merchantCurrency = merchantCurrency
        self.rate = rate
        self.rounding = rounding
        self.isFinal = isFinal
        self.sequenceNumber = sequenceNumber
        self.sequenceCount = sequenceCount
        self.transmissionTime = transmissionTime
        self.merchantCountry = merchantCountry
        self.merchantCategory = merchantCategory
        self.merchantID = merchantID
        self.terminalID = terminalID
        self.presence = presence
        self.entryMode = entryMode
        self.initiator = initiator
        self.network = network
        self.authorizationKind = authorizationKind
        self.merchantName = merchantName
        self.merchantCity = merchantCity
    }
}
