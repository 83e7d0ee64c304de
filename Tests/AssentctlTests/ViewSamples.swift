import Domain
import Wire

/// Fixed values, so that what is printed can be compared to the letter.
enum ViewSamples {
    static let euro: Currency = {
        guard let euro = Currency("EUR") else { preconditionFailure("EUR is a currency") }
        return euro
    }()

    static let time = Instant(microseconds: 1_795_253_400_123_456)
    static let token = CardToken(high: 0x0190_A5B4_6D3C_4E1F, low: 0x8A2B_3C4D_5E6F_7A8B)
    static let requestID = RequestID(high: 0x019A_A2F0_1C5E_7D11, low: 0x9B1E_0F6B_2A7C_4D11)

    static let card = CardBlock(
        cardToken: token,
        spendingLimit: 100_000,
        transactionLimit: 25_000,
        posted: 0,
        held: 1_250,
        available: 98_750,
        createdLSN: LogSequenceNumber(rawValue: 7),
        createdAt: time,
        expiry: ExpiryMonth(year: 2029, month: 12),
        lastFour: Text16("4242") ?? Text16(),
        currency: euro,
        profile: Text16("default") ?? Text16(),
        status: .active
    )

    static let declined = DecisionBlock(
        lsn: LogSequenceNumber(rawValue: 42),
        decidedAt: time,
        approvedAmount: 0,
        spendingLimit: 100_000,
        posted: 0,
        held: 1_250,
        available: 98_750,
        retryAt: .epoch,
        policyVersion: LogSequenceNumber(rawValue: 3),
        checksRun: [CheckSet(.cardKnown), CheckSet(.cardState), CheckSet(.amountThreshold)],
        checksFailed: CheckSet(.amountThreshold),
        checksFlagged: [],
        outcome: .declined,
        reason: .exceedsAmountThreshold,
        retryClass: .later,
        responseCode: Text16("61") ?? Text16(),
        currency: euro,
        approvalCode: Text16()
    )

    static let payment = PaymentGetReply(
        requestID: requestID,
        cardToken: token,
        amount: 600_000,
        transmissionTime: time,
        merchantID: Text16("445566778899001") ?? Text16(),
        terminalID: Text16("T1") ?? Text16(),
        currency: euro,
        merchantCountry: Country("DE") ?? unknownCountry,
        merchantCategory: MerchantCategory(code: 5_814) ?? noCategory,
        presence: .notPresent,
        entryMode: .electronicCommerce,
        initiator: .cardholder,
        flags: .partialApprovalAllowed,
        kind: .authorization,
        decision: declined,
        checks: [
            .init(check: .cardKnown, result: .passed, unit: .none),
            .init(check: .cardState, result: .passed, unit: .code, seen: 2, allowed: 2),
            .init(check: .velocity1, result: .flagged, unit: .count, seen: 1_011, allowed: 10),
            .init(check: .amountThreshold, result: .failed, unit: .money, seen: 600_000, allowed: 500_000),
        ],
        merchantName: "Café \u{1B}[31m東京",
        merchantCity: "Berlin",
        detail: "exceeds the amount threshold"
    )

    private static var unknownCountry: Country { preconditionFailure("DE is a country") }
    private static var noCategory: MerchantCategory { preconditionFailure("5814 is a category") }
}
