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

    /// What of a payment's clearings is booked in merchants' currencies: what a reversal that does not say the
    /// merchant's amount takes its share of.
    public struct ForeignClearing: Sendable, Equatable {
        /// What of it the cardholder was billed, in minor units of the billing currency.
        public var billed: Int64
        /// What is owed to the network for it, by currency, in minor units of each.
        public var owed: [Owed]

        /// What is owed in one currency.
        public struct Owed: Sendable, Equatable {
            /// Another than the billing currency.
            public var currency: Currency
            /// Minor units.
            public var amount: Int64

            /// Joins the fields.
            public init(currency: Currency, amount: Int64) {
                self.currency = currency
                self.amount = amount
            }
        }

        /// Joins the fields.
        public init(billed: Int64, owed: [Owed]) {
            self.billed = billed
            self.owed = owed
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
    /// What a clearing reversal that does not say the merchant's side takes back of it.
    public var takenBack: ForeignClearing?

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
    /// part of its amount, the merchant's amount counts in proportion, rounded toward zero. A clearing reversal that
    /// does not say the merchant's amount takes back the same share of every currency in which the payment was cleared,
    /// and one of the whole clearing all of it.
    public var entries: [LedgerEntry] {
        var entries: [LedgerEntry] = []
        let owner: LedgerAccount = hasCard ? .receivable : .suspense
        book(after.held - before.held, owner, .commitment, .pending, currency, &entries)
        let settled = after.settled - before.settled
        if let exchange, exchange.billingAmount > 0 {
            book(settled, owner, .position, .posted, currency, &entries)
            let foreign = exchange.part(of: settled)
            book(foreign, .position, .settlement, .posted, exchange.merchantCurrency, &entries)
        } else if let takenBack, settled < 0 {
            let whole = before.cleared + before.overCleared
            let billed = takenBack.billed.share(settled, of: whole)
            book(settled - billed, owner, .settlement, .posted, currency, &entries)
            book(billed, owner, .position, .posted, currency, &entries)
            for owed in takenBack.owed {
                let foreign = owed.amount.share(settled, of: whole)
                book(foreign, .position, .settlement, .posted, owed.currency, &entries)
            }
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
    /// The merchant's amount for a part of the billing amount, toward zero; all of it for all.
    func part(of settled: Int64) -> Int64 {
        merchantAmount.share(settled, of: billingAmount)
    }
}

extension Int64 {
    private static let shareMax: Int128 = 1_000_000_000_000_000_000

    /// The share of this that a part is of a whole, which is above zero: toward zero, and all of it for all.
    fileprivate func share(_ part: Int64, of whole: Int64) -> Int64 {
        guard whole > 0 else { return 0 }
        let product = Int128(part) * Int128(self) / Int128(whole)
        // Both sides are booked alike, so even an amount beyond all sense leaves the books in balance.
        return Int64(Swift.min(Swift.max(product, -Self.shareMax), Self.shareMax))
    }
}
