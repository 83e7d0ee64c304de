internal import Domain
internal import LoadDriver
internal import Wire

/// Turns a purchasing line into an Authorize.
enum ReplayRequest {
    /// What separates these ids from all others that follow from names.
    static let requests: UInt64 = 0x544F_524F_4E54_4F01
    static let cards: UInt64 = 0x544F_524F_4E54_4F02

    static func token(costCentre: String) -> CardToken {
        let halves = DerivedIdentifier.halves(namespace: cards, name: costCentre)
        return CardToken(high: halves.high, low: halves.low)
    }

    static func make(_ line: PurchasingLine, time: Instant) throws(LoadFailure) -> Authorize {
        let halves = DerivedIdentifier.halves(namespace: requests, name: line.batchTransactionID)
        let merchant = DerivedIdentifier.halves(namespace: 1, name: line.merchant).low
        guard let canadian = Currency("CAD"), let country = Country(country(of: line.originalCurrency)),
            let category = MerchantCategory(code: line.category),
            let merchantID = Text16("M\(merchant % 100_000_000_000)")
        else { throw .usage("line \(line.batchTransactionID) cannot be carried") }
        let isForeign = line.originalCurrency != canadian && line.originalAmount > 0
        return Authorize(
            requestID: RequestID(high: halves.high, low: halves.low),
            cardToken: token(costCentre: line.costCentre),
            amount: line.amountCents,
            merchantAmount: isForeign ? line.originalAmount : nil,
            transmissionTime: time,
            merchantID: merchantID,
            terminalID: Text16(),
            currency: canadian,
            merchantCurrency: isForeign ? line.originalCurrency : nil,
            merchantCountry: country,
            merchantCategory: category,
            presence: .unknown,
            entryMode: .unknown,
            initiator: .cardholder,
            flags: [],
            merchantName: line.merchant,
            merchantCity: ""
        )
    }

    /// The file has no country. Where the currency belongs to one, that; `EU` (reserved by ISO 3166-1) for the euro,
    /// and by rule the code's first two letters, which is how ISO 4217 makes its codes.
    private static func country(of currency: Currency) -> String { String("\(currency)".prefix(2)) }
}
