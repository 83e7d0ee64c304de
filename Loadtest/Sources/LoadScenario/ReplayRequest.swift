internal import Domain
internal import LoadDriver
internal import Wire

/// Turns a purchasing line into messages.
enum ReplayRequest {
    /// What separates these ids from all others that follow from names.
    private static let authorizations: UInt64 = 0x544F_524F_4E54_4F01
    private static let cards: UInt64 = 0x544F_524F_4E54_4F02
    private static let postings: UInt64 = 0x544F_524F_4E54_4F03
    private static let merchants: UInt64 = 1

    /// What carries a line: the same line always gives the same.
    struct Carried {
        let canadian: Currency
        let country: Country
        let category: MerchantCategory
        let merchantID: Text16
        let rate: ConversionRate?
    }

    /// The card of a cost centre in a division: some have cost centres in common.
    static func token(_ account: ReplayAccount) -> CardToken {
        let halves = DerivedIdentifier.halves(namespace: cards, name: account.name)
        return CardToken(high: halves.high, low: halves.low)
    }

    /// The request that makes it.
    static func card(_ account: ReplayAccount, limitCents: Int64, time: Instant) throws(LoadFailure) -> CardCreate {
        guard let canadian = Currency("CAD") else { throw .usage("there is no Canadian dollar") }
        let halves = DerivedIdentifier.halves(namespace: cards, name: "card " + account.name)
        return CardCreate(
            requestID: RequestID(high: halves.high, low: halves.low),
            cardToken: token(account),
            transmissionTime: time,
            spendingLimit: limitCents,
            lastFour: Text16(),
            currency: canadian,
            profile: Text16(),
            status: .active
        )
    }

    /// A setting.
    static func setting(_ key: String, _ value: String, time: Instant) -> ConfigSet {
        let halves = DerivedIdentifier.halves(namespace: cards, name: "set \(key) \(value)")
        return ConfigSet(
            requestID: RequestID(high: halves.high, low: halves.low),
            transmissionTime: time,
            expectedVersion: .zero,
            key: key,
            value: value
        )
    }

    /// The message of an event.
    static func make(
        _ event: ReplayTimetable.Event,
        _ line: PurchasingLine,
        occurrence: Int
    ) throws(LoadFailure) -> any WireMessage {
        guard let canadian = Currency("CAD"), let country = Country(country(of: line.originalCurrency)),
            let category = MerchantCategory(code: line.category),
            let merchantID = Text16(merchantNumber(line.merchant)), line.rate != nil || !line.isForeign
        else { throw .usage("line \(line.batchTransactionID) cannot be carried") }
        let carried = Carried(
            canadian: canadian,
            country: country,
            category: category,
            merchantID: merchantID,
            rate: line.rate
        )
        let name = occurrence == 0 ? line.batchTransactionID : "\(line.batchTransactionID)#\(occurrence)"
        switch event.kind {
        case .authorization: return authorize(event, line, carried, name)
        case .clearing:
            return Clearing(
                event: posting(event, line, carried, name),
                merchantName: line.merchant,
                merchantCity: ""
            )
        case .refund:
            return RefundClearing(
                event: posting(event, line, carried, name),
                merchantName: line.merchant,
                merchantCity: ""
            )
        }
    }

    private static func authorize(
        _ event: ReplayTimetable.Event,
        _ line: PurchasingLine,
        _ carried: Carried,
        _ name: String
    ) -> Authorize {
        Authorize(
            requestID: id(authorizations, name),
            cardToken: token(ReplayAccount(line)),
            amount: line.amountCents,
            merchantAmount: line.isForeign ? line.originalAmount : nil,
            transmissionTime: event.time,
            merchantID: carried.merchantID,
            terminalID: Text16(),
            currency: carried.canadian,
            merchantCurrency: line.isForeign ? line.originalCurrency : nil,
            merchantCountry: carried.country,
            merchantCategory: carried.category,
            presence: .unknown,
            entryMode: .unknown,
            initiator: .cardholder,
            flags: [],
            rate: carried.rate?.value ?? 0,
            rateScale: carried.rate?.scale ?? 0,
            rounding: .halfAwayFromZero,
            merchantName: line.merchant,
            merchantCity: ""
        )
    }

    /// A clearing names the authorization's request; a refund in the file names nothing.
    private static func posting(
        _ event: ReplayTimetable.Event,
        _ line: PurchasingLine,
        _ carried: Carried,
        _ name: String
    ) -> EventBlock {
        EventBlock(
            requestID: id(postings, name),
            cardToken: token(ReplayAccount(line)),
            amount: abs(line.amountCents),
            merchantAmount: line.isForeign ? abs(line.originalAmount) : nil,
            transmissionTime: event.time,
            rate: carried.rate?.value ?? 0,
            paymentID: .zero,
            originalRequestID: event.kind == .clearing ? id(authorizations, name) : nil,
            stan: 0,
            lifecycleID: Text16(),
            acquirerID: Text16(),
            retrievalReference: Text16(),
            approvalCode: Text16(),
            merchantID: carried.merchantID,
            terminalID: Text16(),
            originalTerminalID: Text16(),
            currency: carried.canadian,
            merchantCurrency: line.isForeign ? line.originalCurrency : nil,
            merchantCountry: carried.country,
            merchantCategory: carried.category,
            presence: .unknown,
            entryMode: .unknown,
            initiator: .cardholder,
            network: .unknown,
            authorizationKind: .unknown,
            rateScale: carried.rate?.scale ?? 0,
            rounding: .halfAwayFromZero,
            isFinal: event.kind == .clearing,
            sequenceNumber: 0,
            sequenceCount: 0
        )
    }

    private static func id(_ namespace: UInt64, _ name: String) -> RequestID {
        let halves = DerivedIdentifier.halves(namespace: namespace, name: name)
        return RequestID(high: halves.high, low: halves.low)
    }

    private static func merchantNumber(_ name: String) -> String {
        "M\(DerivedIdentifier.halves(namespace: merchants, name: name).low % 100_000_000_000)"
    }

    /// The file has no country. Where the currency belongs to one, that; `EU` (reserved by ISO 3166-1) for the euro,
    /// and by rule the code's first two letters, which is how ISO 4217 makes its codes.
    private static func country(of currency: Currency) -> String { String("\(currency)".prefix(2)) }
}
