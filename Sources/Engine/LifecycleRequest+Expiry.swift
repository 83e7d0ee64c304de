import Authorization
import Domain

extension LifecycleRequest {
    /// What the engine asks of itself when a hold is due. It has no request id: whether a payment has expired says
    /// whether it was carried out.
    init(expiryOf payment: PaymentRecord, at time: Instant) {
        guard let nowhere = Country("ZZ"), let category = MerchantCategory(code: payment.merchantCategory) else {
            preconditionFailure("ZZ is left free for the user by ISO 3166-1, and a payment has a category")
        }
        self.init(
            requestID: RequestID(high: 0, low: 0),
            cardToken: payment.account,
            kind: .expiry,
            reference: PaymentReference(paymentID: LogSequenceNumber(rawValue: payment.id)),
            amount: nil,
            currency: nil,
            transmissionTime: time,
            merchantCountry: nowhere,
            merchantCategory: category,
            network: payment.network
        )
    }
}
