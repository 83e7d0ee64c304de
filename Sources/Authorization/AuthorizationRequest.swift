public import Domain

/// What a merchant asks about a card: a plain value, so that copying it allocates nothing and counts no references.
///
/// The fields follow ISO 8583: amounts are DE 4 and DE 6, the transmission time DE 7, merchant DE 18, 41, 42 and 43,
/// entry mode and presence DE 22.
public struct AuthorizationRequest: Sendable, Equatable {
    /// The client's name for this request.
    public var requestID: RequestID
    /// The card that should pay.
    public var cardToken: CardToken
    /// What is asked.
    public var kind: RequestKind
    /// In minor units of `currency`, 1 to `AuthorizationLimits.amountMax`; 0 for a
    /// verification and a balance inquiry.
    public var amount: Int64
    /// What the merchant charged, in minor units of `merchantCurrency`; it is recorded and decides nothing.
    public var merchantAmount: Int64
    /// When the client sent it, by the client's clock. It decides nothing here.
    public var transmissionTime: Instant
    /// The currency of `amount`; `nil` for a balance inquiry.
    public var currency: Currency?
    /// The currency of `merchantAmount`; `nil`: the same as `currency`.
    public var merchantCurrency: Currency?
    /// Where the merchant is.
    public var merchantCountry: Country
    /// What the merchant sells.
    public var merchantCategory: MerchantCategory
    /// The acquirer's number for the merchant, up to 15 characters.
    public var merchantID: Text16
    /// The terminal, up to 8 characters.
    public var terminalID: Text16
    /// Whether the card was there.
    public var presence: Presence
    /// How the card's data came in.
    public var entryMode: EntryMode
    /// Who started the payment.
    public var initiator: Initiator
    /// What the merchant can live with.
    public var flags: RequestFlags
    /// The merchant's name as sent, UTF-8.
    public var merchantName: Text64
    /// The merchant's city as sent, UTF-8, up to 32 bytes.
    public var merchantCity: Text64
    /// The network's name for the payment's whole life, up to 15 characters.
    public var lifecycleID: Text16
    /// The acquirer (field 32), up to 11 characters.
    public var acquirerID: Text16
    /// The system trace audit number (field 11); zero: none.
    public var stan: UInt32
    /// The retrieval reference number (field 37), up to 12 characters.
    public var retrievalReference: Text16
    /// The rate by which `amount` was made of `merchantAmount`; recorded, and decides nothing.
    public var rate: ConversionRate?
    /// How it was rounded.
    public var rounding: RoundingRule
    /// The card network's number; zero: not said.
    public var network: UInt8
    /// What kind of amount it is: it decides how long the hold stands.
    public var authorizationKind: AuthorizationKind

    /// Joins the fields; ranges are the caller's to check, `decide` answers a bad amount with a decline.
    @inlinable
    @inline(__always)
    public init(
        requestID: RequestID,
        cardToken: CardToken,
        kind: RequestKind,
        amount: Int64,
        merchantAmount: Int64,
        transmissionTime: Instant,
        currency: Currency?,
        merchantCurrency: Currency?,
        merchantCountry: Country,
        merchantCategory: MerchantCategory,
        merchantID: Text16,
        terminalID: Text16,
        presence: Presence,
        entryMode: EntryMode,
        initiator: Initiator,
        flags: RequestFlags,
        merchantName: Text64,
        merchantCity: Text64,
        lifecycleID: Text16 = Text16(),
        acquirerID: Text16 = Text16(),
        stan: UInt32 = 0,
        retrievalReference: Text16 = Text16(),
        rate: ConversionRate? = nil,
        rounding: RoundingRule = .halfAwayFromZero,
        network: UInt8 = 0,
        authorizationKind: AuthorizationKind = .unknown
    ) {
        self.requestID = requestID
        self.cardToken = cardToken
        self.kind = kind
        self.amount = amount
        self.merchantAmount = merchantAmount
        self.transmissionTime = transmissionTime
        self.currency = currency
        self.merchantCurrency = merchantCurrency
        self.merchantCountry = merchantCountry
        self.merchantCategory = merchantCategory
        self.merchantID = merchantID
        self.terminalID = terminalID
        self.presence = presence
        self.entryMode = entryMode
        self.initiator = initiator
        self.flags = flags
        self.merchantName = merchantName
        self.merchantCity = merchantCity
        self.lifecycleID = lifecycleID
        self.acquirerID = acquirerID
        self.stan = stan
        self.retrievalReference = retrievalReference
        self.rate = rate
        self.rounding = rounding
        self.network = network
        self.authorizationKind = authorizationKind
    }
}
