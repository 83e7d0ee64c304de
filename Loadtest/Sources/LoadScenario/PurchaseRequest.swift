internal import Domain
internal import LoadDriver
internal import Wire

/// Turns what is planned into what goes over the wire.
struct PurchaseRequest {
    let requestID: RequestID
    let transmissionTime: Instant
    let message: any WireMessage

    /// The request of a purchase; `nil` for what is no request of a gateway.
    init?(_ purchase: PlannedPurchase, number: Int, token: CardToken, seed: UInt64) throws(LoadFailure) {
        let merchant = purchase.merchant
        let halves = DerivedIdentifier.halves(namespace: seed, name: "purchase \(number)")
        let merchantHash = DerivedIdentifier.halves(namespace: 1, name: merchant.name).low
        guard let currency = Currency(purchase.currency), let country = Country(merchant.country),
            let category = MerchantCategory(code: merchant.category),
            let merchantID = Text16("M\(merchantHash % 100_000_000_000)"),
            let terminalID = Text16(merchant.isOnline ? "WEB" : "T\(merchantHash % 9_000 + 1_000)")
        else { throw .usage("the merchant \(merchant.name) cannot be carried") }
        requestID = RequestID(high: halves.high, low: halves.low)
        transmissionTime = purchase.time
        let presence: Presence = merchant.isOnline ? .notPresent : .present
        let entryMode: EntryMode = merchant.isOnline ? .electronicCommerce : number % 3 == 0 ? .chip : .contactless
        switch purchase.request {
        case .authorize(let cents, let partial):
            message = Authorize(
                requestID: requestID,
                cardToken: token,
                amount: cents,
                transmissionTime: purchase.time,
                merchantID: merchantID,
                terminalID: terminalID,
                currency: currency,
                merchantCountry: country,
                merchantCategory: category,
                presence: presence,
                entryMode: entryMode,
                initiator: .cardholder,
                flags: partial ? .partialApprovalAllowed : [],
                merchantName: merchant.name,
                merchantCity: merchant.city
            )
        case .verify:
            message = VerifyAccount(
                requestID: requestID,
                cardToken: token,
                transmissionTime: purchase.time,
                merchantID: merchantID,
                terminalID: terminalID,
                currency: currency,
                merchantCountry: country,
                merchantCategory: category,
                presence: presence,
                entryMode: entryMode,
                initiator: .cardholder,
                flags: [],
                merchantName: merchant.name,
                merchantCity: merchant.city
            )
        case .balance:
            message = BalanceInquiry(
                requestID: requestID,
                cardToken: token,
                transmissionTime: purchase.time,
                merchantID: merchantID,
                terminalID: terminalID,
                merchantCountry: country,
                merchantCategory: category,
                presence: presence,
                entryMode: entryMode,
                initiator: .cardholder,
                merchantName: merchant.name,
                merchantCity: merchant.city
            )
        case .reportStolen: return nil
        }
    }
}
