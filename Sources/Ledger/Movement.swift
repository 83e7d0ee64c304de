public import Domain

/// What one event did to one payment: all that its entries follow from.
public struct Movement: Sendable, Equatable {
    /// What the merchant charged, for the whole of an event.
    public struct Exchange: Sendable, Equatable {
        /// The event's amount in minor units of the billing currency, above zero.
        public var billingAmount: Int64
        /// The same money in minor units of the merchant's currency, not below zero.
        public var merchantAmount: Int64
        /// The merchant's currency, another than the billing currency.
        public var merchantCurrency: Currency

        /// Joins the fields.
        public init(billingAmount: Int64, merchantAmount: Int64, merchantCurrency: Currency) {
            self.billingAmount = billingAmount
            self.merchantAmount = merchantAmount
            self.merchantCurrency = merchantCurrency
        }
    }

    /// The billing currency.
    public var currency: Currency
    /// The payment before the event.
    public var before: PaymentAmounts
    /// The payment after it.
    public var after: PaymentAmounts
    /// Whether there is a card; without one the money is in suspense.
    public var hasCard: Bool
    /// The merchant's side, where it is in another currency.
    public var exchange: Exchange?

    /// Joins the fields.
    public init(
        currency: Currency,
        before: PaymentAmounts = PaymentAmounts(),
        after: PaymentAmounts,
        hasCard: Bool = true,
        exchange: Exchange? = nil
    ) {
        self.currency = currency
        self.before = before
        self.after = after
        self.hasCard = hasCard
        self.exchange = exchange
    }
}

extension Movement {
    /// The balanced entries of the event, in a fixed order; none where no money moved.
    ///
    /// Each currency and phase adds up to zero. Receivable (or suspense) moves by what the card's `held` and `posted`
    /// move by. What cleared in another currency than it is billed in is booked in both; of an event that moved only a
    /// part of its amount, the merchant's amount counts in proportion, rounded toward zero.
    public var entries: [LedgerEntry] {
        var entries: [LedgerEntry] = []
        let owner: LedgerAccount = hasCard ? .receivable : .suspense
        book(after.held - before.held, owner, .commitment, .pending, currency, &entries)
        let settled = after.settled - before.settled
        if let exchange, exchange.billingAmount > 0 {
            book(settled, owner, .position, .posted, currency, &entries)
            let foreign = exchange.part(of: settled)
            book(foreign, .position, .settlement, .posted, exchange.merchantCurrency, &entries)
        } else {
            book(settled, owner, .settlement, .posted, currency, &entries)
        }
        book(after.disputed - before.disputed, .disputes, owner, .posted, currency, &entries)
        return entries
    }

    private func book(
        _ amount: Int64,
        _ debit: LedgerAccount,
        _ credit: LedgerAccount,
        _ phase: EntryPhase,
        _ currency: Currency,
        _ entries: inout [LedgerEntry]
    ) {
        guard amount != 0 else { return }
        entries.append(LedgerEntry(account: debit, phase: phase, currency: currency, amount: amount))
        entries.append(LedgerEntry(account: credit, phase: phase, currency: currency, amount: -amount))
    }
}

extension Movement.Exchange {
    private static let partMax: Int128 = 1_000_000_000_000_000_000

    /// The merchant's amount for a part of the billing amount, toward zero; all of it for all.
    func part(of settled: Int64) -> Int64 {
        let product = Int128(settled) * Int128(merchantAmount) / Int128(billingAmount)
        // Both sides are booked alike, so even an amount beyond all sense leaves the books in balance.
        return Int64(min(max(product, -Self.partMax), Self.partMax))
    }
}
