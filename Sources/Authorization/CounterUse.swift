public import Domain

/// Where the counters in force have what they hold for one payment.
public struct CounterUse {
    /// Bit n: counter n + 1 is on.
    public let counters: UInt16
    private let whole: CounterKey
    private var hashes = SixteenWords()

    /// - Parameters:
    ///   - currency: of the amount, packed; zero: none.
    ///   - policy: says which counters there are.
    @inline(__always)
    public init(_ place: PaymentPlace, account: CardToken, currency: UInt32, policy: borrowing Policy) {
        whole = CounterKey(place, account: account, currency: currency)
        counters = policy.countersOn
        var rest = counters
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            hashes[counter] = whole.masked(by: policy.counters[counter].mask).hash(counter: counter)
        }
    }

    /// The shard of a counter's key, below `AuthorizationLimits.counterShardCount`.
    @inline(__always)
    public func shard(_ counter: Int) -> Int {
        Int(truncatingIfNeeded: hashes[counter] >> 32) & (AuthorizationLimits.counterShardCount - 1)
    }

    @inline(__always)
    func hash(_ counter: Int) -> UInt64 { hashes[counter] }

    @inline(__always)
    func key(_ counter: Int, _ policy: borrowing Policy) -> CounterKey {
        whole.masked(by: policy.counters[counter].mask)
    }

    /// What the payment has of the key of which a counter tells the values apart.
    @inline(__always)
    func value(_ counter: Int, _ policy: borrowing Policy) -> CounterValue {
        whole.value(of: policy.counters[counter].valueKey)
    }
}

extension CounterUse {
    /// Where the payment of an authorization counts.
    @inline(__always)
    public init(_ request: borrowing AuthorizationRequest, of account: CardToken, policy: borrowing Policy) {
        self.init(
            PaymentPlace(request),
            account: account,
            currency: request.currency?.packed ?? 0,
            policy: policy
        )
    }

    /// Where a message's payment counts: where it did, or where the message says.
    ///
    /// - Parameter origin: where `seen.payment` was counted, if a counter holds it still.
    public init(
        _ request: borrowing LifecycleRequest,
        seen: borrowing LifecycleObservation,
        of account: CardToken,
        origin: PaymentOrigin?,
        policy: borrowing Policy
    ) {
        if let origin, let payment = seen.payment {
            self = origin.use(account: account, currency: payment.currency, policy: policy)
        } else {
            let requested = request.currency
            let currency = (seen.card.currency ?? requested)?.packed ?? 0
            self.init(PaymentPlace(request), account: account, currency: currency, policy: policy)
        }
    }
}
