import Domain

/// Where a payment was asked for, as far as counters tell it apart. A plain value of 48 bytes.
public struct PaymentPlace: BitwiseCopyable, Sendable {
    let merchantLow: UInt64
    let merchantHigh: UInt64
    let acquirerLow: UInt64
    let acquirerHigh: UInt64
    /// The terminal's up to eight characters.
    let terminal: UInt64
    /// Category, country.
    let codes: UInt64

    /// That of an authorization.
    @inline(__always)
    public init(_ request: borrowing AuthorizationRequest) {
        self.init(
            request.merchantID,
            request.acquirerID,
            request.terminalID,
            request.merchantCategory,
            request.merchantCountry
        )
    }

    /// That of a message of a payment's life.
    public init(_ request: borrowing LifecycleRequest) {
        self.init(
            request.merchantID,
            request.reference.acquirerID,
            request.terminalID,
            request.merchantCategory,
            request.merchantCountry
        )
    }

    @inline(__always)
    private init(
        _ merchant: Text16,
        _ acquirer: Text16,
        _ terminal: Text16,
        _ category: MerchantCategory,
        _ country: Country
    ) {
        merchantLow = merchant.low
        merchantHigh = merchant.high
        acquirerLow = acquirer.low
        acquirerHigh = acquirer.high
        self.terminal = terminal.low
        codes = UInt64(category.code) << 16 | UInt64(country.packed)
    }
}
