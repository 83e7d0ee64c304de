public import Authorization
internal import Domain

extension Movement {
    /// What a decision did: holds, or with a financial message takes, or joins what came before it. `nil` where there
    /// is no payment: declines, and what asks for no money.
    public init?(_ event: borrowing AuthorizationEvent) {
        guard let payment = event.payment(lsn: .zero), let currency = event.observation.currency else { return nil }
        let before = event.decision.joined == nil ? nil : event.observation.awaiting
        self.init(
            currency: currency,
            before: before.map { PaymentAmounts($0) } ?? PaymentAmounts(),
            after: PaymentAmounts(payment),
            exchange: Exchange(
                amount: event.request.amount,
                currency: currency,
                merchantAmount: event.request.merchantAmount,
                merchantCurrency: event.request.merchantCurrency
            )
        )
    }

    /// What a message of a payment's life did. What the network has moved for a card that is not there goes to
    /// suspense. `nil` where nothing moved.
    public init?(_ event: borrowing LifecycleEvent) {
        let request = event.request
        guard let currency = request.currency ?? event.observation.currency else { return nil }
        let exchange = request.amount.flatMap { amount in
            Exchange(
                amount: amount,
                currency: currency,
                merchantAmount: request.merchantAmount,
                merchantCurrency: request.merchantCurrency
            )
        }
        if let payment = event.decision.payment {
            self.init(
                currency: Currency(packed: payment.currency) ?? currency,
                before: event.before.map { PaymentAmounts($0) } ?? PaymentAmounts(),
                after: PaymentAmounts(payment),
                exchange: exchange
            )
        } else if event.decision.isUnmatched, let amount = request.amount {
            let amounts = PaymentAmounts(unmatched: request.kind, amount)
            self.init(currency: currency, after: amounts, hasCard: false, exchange: exchange)
        } else {
            return nil
        }
    }
}

extension Movement.Exchange {
    /// `nil` where the merchant's currency is the billing currency, or not said.
    init?(amount: Int64, currency: Currency, merchantAmount: Int64?, merchantCurrency: Currency?) {
        guard amount > 0, let merchantAmount, merchantAmount >= 0, let merchantCurrency, merchantCurrency != currency
        else { return nil }
        self.init(billingAmount: amount, merchantAmount: merchantAmount, merchantCurrency: merchantCurrency)
    }
}

extension PaymentAmounts {
    /// The amounts of a payment.
    public init(_ payment: PaymentRecord) {
        self.init(
            approved: payment.approved,
            reversed: payment.reversed,
            expired: payment.expired,
            cleared: payment.cleared,
            overCleared: payment.overCleared,
            refunded: payment.refunded,
            disputed: payment.disputed
        )
    }

    /// What the network says that it has moved, where no payment can take it. A clearing taken back counts against what
    /// was cleared, a representment against what was charged back: then the amount is below zero.
    init(unmatched kind: LifecycleKind, _ amount: Int64) {
        self.init()
        switch kind {
        case .clearing: overCleared = amount
        case .clearingReversal: overCleared = -amount
        case .refundClearing: refunded = amount
        case .chargeback: disputed = amount
        case .representment: disputed = -amount
        case .increment, .refundAuthorization, .advice, .completion, .reversal, .reversalAdvice, .fraudReport, .expiry:
            break
        }
    }
}

extension AuthorizationEvent {
    /// The day that the entries of this decision count for: the client's, by its transmission time in UTC, but never a
    /// later one than the engine's. Days after 1970-01-01.
    public var effectiveDay: Int64 { effectiveDayNumber(sent: request.transmissionTime, recorded: time) }
}

extension LifecycleEvent {
    /// The day that the entries of this event count for: the client's, by its transmission time in UTC, but never a
    /// later one than the engine's. Days after 1970-01-01.
    public var effectiveDay: Int64 { effectiveDayNumber(sent: request.transmissionTime, recorded: time) }
}

/// A message that was on its way for long counts for the day on which it was sent.
private func effectiveDayNumber(sent: Instant, recorded: Instant) -> Int64 {
    let microseconds = max(0, min(sent.microseconds, recorded.microseconds))
    return microseconds / 86_400_000_000
}
