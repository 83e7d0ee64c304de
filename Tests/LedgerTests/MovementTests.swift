import Domain
import Ledger
import Randomness
import Testing

@Suite struct MovementTests {
    private let euro = Fixtures.currency("EUR")

    private func lines(_ movement: Movement) -> [String] {
        movement.entries.map { "\($0.phase.name) \($0.account.name) \($0.amount) \($0.currency)" }
    }

    @Test func aHoldIsAReceivableAgainstACommitment() {
        let movement = Movement(currency: euro, after: PaymentAmounts(approved: 1_250))
        #expect(lines(movement) == ["pending receivable 1250 EUR", "pending commitment -1250 EUR"])
    }

    @Test func aClearingReleasesTheHoldAndPostsTheRest() {
        let movement = Movement(
            currency: euro,
            before: PaymentAmounts(approved: 1_000),
            after: PaymentAmounts(approved: 1_000, cleared: 1_000, overCleared: 200)
        )
        #expect(
            lines(movement) == [
                "pending receivable -1000 EUR", "pending commitment 1000 EUR", "posted receivable 1200 EUR",
                "posted settlement -1200 EUR",
            ]
        )
    }

    @Test func aRefundIsACreditAndAChargebackIsClaimed() {
        let cleared = PaymentAmounts(approved: 1_000, cleared: 1_000)
        var refunded = cleared
        refunded.refunded = 300
        #expect(
            lines(Movement(currency: euro, before: cleared, after: refunded)) == [
                "posted receivable -300 EUR", "posted settlement 300 EUR",
            ]
        )
        var disputed = cleared
        disputed.disputed = 700
        let chargeback = Movement(currency: euro, before: cleared, after: disputed)
        #expect(lines(chargeback) == ["posted disputes 700 EUR", "posted receivable -700 EUR"])
        let representment = Movement(currency: euro, before: disputed, after: cleared)
        #expect(lines(representment) == ["posted disputes -700 EUR", "posted receivable 700 EUR"])
    }

    @Test func whatHasNoCardIsInSuspense() {
        let movement = Movement(currency: euro, after: PaymentAmounts(overCleared: 99), hasCard: false)
        #expect(lines(movement) == ["posted suspense 99 EUR", "posted settlement -99 EUR"])
    }

    @Test(arguments: [("JPY", Int64(16_000)), ("KWD", 33_333), ("USD", 10_799)])
    func aForeignClearingBalancesInBothCurrencies(code: String, merchantAmount: Int64) {
        let exchange = Movement.Exchange(
            billingAmount: 10_000,
            merchantAmount: merchantAmount,
            merchantCurrency: Fixtures.currency(code)
        )
        let movement = Movement(currency: euro, after: PaymentAmounts(overCleared: 10_000), exchange: exchange)
        #expect(
            lines(movement) == [
                "posted receivable 10000 EUR", "posted position -10000 EUR",
                "posted position \(merchantAmount) \(code)",
                "posted settlement -\(merchantAmount) \(code)",
            ]
        )
    }

    @Test func aPartOfAForeignAmountIsRoundedTowardZeroOnBothSides() {
        let exchange = Movement.Exchange(
            billingAmount: 3,
            merchantAmount: 100,
            merchantCurrency: Fixtures.currency("JPY")
        )
        let back = Movement(
            currency: euro,
            before: PaymentAmounts(overCleared: 2),
            after: PaymentAmounts(),
            exchange: exchange
        )
        #expect(
            lines(back) == [
                "posted receivable -2 EUR", "posted position 2 EUR", "posted position -66 JPY",
                "posted settlement 66 JPY",
            ]
        )
    }

    @Test func noMoneyNoEntries() {
        let amounts = PaymentAmounts(approved: 5, cleared: 5)
        #expect(Movement(currency: euro, before: amounts, after: amounts).entries.isEmpty)
        // A clearing that found its authorization late moves nothing but the name of the money.
        let forced = PaymentAmounts(overCleared: 500)
        let found = PaymentAmounts(approved: 500, cleared: 500)
        #expect(Movement(currency: euro, before: forced, after: found).entries.isEmpty)
    }

    /// Random steps of many payments: after every single one the books are in balance, and receivable is what the cards
    /// hold and owe.
    @Test(arguments: Fixtures.seeds)
    func everyEventBalancesAndTheTrialBalanceIsZeroAfterEach(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var payments = [PaymentAmounts](repeating: PaymentAmounts(), count: 50)
        let currencies = ["EUR", "JPY", "KWD", "USD"].map(Fixtures.currency)
        var trial = TrialBalance()
        for step in 0..<4_000 {
            let index = Int.random(in: 0..<payments.count, using: &random)
            let currency = currencies[index % currencies.count]
            let after = Fixtures.step(payments[index], &random)
            let other = currencies[(index + step) % currencies.count]
            let exchange = Movement.Exchange(
                billingAmount: Int64.random(in: 1...1_000_000_000_000_000, using: &random),
                merchantAmount: Int64.random(in: 0...1_000_000_000_000_000, using: &random),
                merchantCurrency: other
            )
            let movement = Movement(
                currency: currency,
                before: payments[index],
                after: after,
                hasCard: index % 7 != 0,
                exchange: other == currency ? nil : exchange
            )
            payments[index] = after
            var alone = TrialBalance()
            for entry in movement.entries {
                #expect(entry.amount != 0)
                alone.add(entry)
                trial.add(entry)
            }
            #expect(alone.imbalances.isEmpty, "seed \(seed), step \(step)")
            #expect(trial.imbalances.isEmpty, "seed \(seed), step \(step)")
        }
        for (number, currency) in currencies.enumerated() {
            var held: Int128 = 0
            var posted: Int128 = 0
            for (index, amounts) in payments.enumerated() where index % currencies.count == number {
                held += Int128(amounts.held)
                posted += Int128(amounts.posted)
            }
            for (phase, expected) in [(EntryPhase.pending, held), (.posted, posted)] {
                let booked = [LedgerAccount.receivable, .suspense].map {
                    trial[TrialBalance.Key(currency: currency, account: $0, phase: phase)].balance
                }
                #expect(booked[0] + booked[1] == expected, "seed \(seed), \(currency) \(phase)")
            }
        }
    }

    @Test func anEntryThatIsMissingIsFound() {
        var trial = TrialBalance()
        let movement = Movement(currency: euro, after: PaymentAmounts(approved: 10, cleared: 4))
        for entry in movement.entries.dropLast() { trial.add(entry) }
        #expect(trial.imbalances.map(\.difference) == [4])
        #expect(trial.imbalances.map(\.phase) == [.posted])
    }
}
