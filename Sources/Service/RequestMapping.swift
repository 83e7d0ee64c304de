import Authorization
import Domain
import Wire

// A request as it came over the wire, in the deciding core's terms. The views have judged every field.

extension AuthorizationRequest {
    init(_ view: Authorize.View) {
        self.init(
            requestID: view.requestID,
            cardToken: view.cardToken,
            kind: .authorization,
            amount: view.amount,
            merchantAmount: view.merchantAmount ?? view.amount,
            transmissionTime: view.transmissionTime,
            currency: view.currency,
            merchantCurrency: view.merchantCurrency,
            merchantCountry: view.merchantCountry,
            merchantCategory: view.merchantCategory,
            merchantID: view.merchantID,
            terminalID: view.terminalID,
            presence: view.presence,
            entryMode: view.entryMode,
            initiator: view.initiator,
            flags: Authorization.RequestFlags(rawValue: view.flags.rawValue),
            merchantName: Text64(view.merchantName) ?? Text64(),
            merchantCity: Text64(view.merchantCity) ?? Text64(),
            lifecycleID: view.lifecycleID,
            acquirerID: view.acquirerID,
            stan: view.stan,
            retrievalReference: view.retrievalReference,
            rate: ConversionRate(value: view.rate, scale: view.rateScale),
            rounding: view.rounding,
            network: view.network.rawValue,
            authorizationKind: view.authorizationKind
        )
    }

    init(_ view: Financial.View) {
        self.init(
            requestID: view.requestID,
            cardToken: view.cardToken,
            kind: .financial,
            amount: view.amount,
            merchantAmount: view.merchantAmount ?? view.amount,
            transmissionTime: view.transmissionTime,
            currency: view.currency,
            merchantCurrency: view.merchantCurrency,
            merchantCountry: view.merchantCountry,
            merchantCategory: view.merchantCategory,
            merchantID: view.merchantID,
            terminalID: view.terminalID,
            presence: view.presence,
            entryMode: view.entryMode,
            initiator: view.initiator,
            flags: Authorization.RequestFlags(rawValue: view.flags.rawValue),
            merchantName: Text64(view.merchantName) ?? Text64(),
            merchantCity: Text64(view.merchantCity) ?? Text64(),
            lifecycleID: view.lifecycleID,
            acquirerID: view.acquirerID,
            stan: view.stan,
            retrievalReference: view.retrievalReference,
            rate: ConversionRate(value: view.rate, scale: view.rateScale),
            rounding: view.rounding,
            network: view.network.rawValue,
            authorizationKind: view.authorizationKind
        )
    }

    init(_ view: VerifyAccount.View) {
        self.init(
            requestID: view.requestID,
            cardToken: view.cardToken,
            kind: .accountVerification,
            amount: 0,
            merchantAmount: 0,
            transmissionTime: view.transmissionTime,
            currency: view.currency,
            merchantCurrency: nil,
            merchantCountry: view.merchantCountry,
            merchantCategory: view.merchantCategory,
            merchantID: view.merchantID,
            terminalID: view.terminalID,
            presence: view.presence,
            entryMode: view.entryMode,
            initiator: view.initiator,
            flags: Authorization.RequestFlags(rawValue: view.flags.rawValue),
            merchantName: Text64(view.merchantName) ?? Text64(),
            merchantCity: Text64(view.merchantCity) ?? Text64()
        )
    }

    init(_ view: BalanceInquiry.View) {
        self.init(
            requestID: view.requestID,
            cardToken: view.cardToken,
            kind: .balanceInquiry,
            amount: 0,
            merchantAmount: 0,
            transmissionTime: view.transmissionTime,
            currency: nil,
            merchantCurrency: nil,
            merchantCountry: view.merchantCountry,
            merchantCategory: view.merchantCategory,
            merchantID: view.merchantID,
            terminalID: view.terminalID,
            presence: view.presence,
            entryMode: view.entryMode,
            initiator: view.initiator,
            flags: [],
            merchantName: Text64(view.merchantName) ?? Text64(),
            merchantCity: Text64(view.merchantCity) ?? Text64()
        )
    }
}
