import Authorization
import Domain
import Engine
import Journal
import Ledger
import Randomness
import Testing

@testable import Projection

/// Payments through all of their life, against what the engine says of them.
@Suite(.timeLimit(.minutes(20))) struct LifecycleTests {
    private func report(
        _ harness: ProjectionHarness,
        _ kind: LifecycleKind,
        card: UInt64,
        payment: LogSequenceNumber? = nil,
        original: RequestID? = nil,
        amount: Int64? = nil,
        merchant: (Int64, String)? = nil,
        isFinal: Bool = false,
        sent: Instant = ProjectionHarness.now
    ) throws -> (event: LifecycleEvent, lsn: LogSequenceNumber) {
        var reference = PaymentReference(paymentID: payment)
        reference.originalRequestID = original
        let request = LifecycleRequest(
            requestID: harness.nextID(),
            cardToken: ProjectionHarness.token(card),
            kind: kind,
            reference: reference,
            amount: amount,
            currency: try ProjectionHarness.currency("EUR"),
            merchantAmount: merchant?.0,
            merchantCurrency: try merchant.map { try ProjectionHarness.currency($0.1) },
            isFinal: isFinal,
            transmissionTime: sent,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            merchantName: try #require(Text64("Corner shop"))
        )
        var answer: (LifecycleEvent, LogSequenceNumber)?
        let refusal = harness.engine.settle(request, receivedAt: ProjectionHarness.now) { answer = ($0, $1) }
        if let refusal { Issue.record("refused: \(refusal)") }
        return try #require(answer)
    }

    private func balance(
        _ harness: ProjectionHarness,
        _ account: LedgerAccount,
        _ phase: EntryPhase,
        _ currency: String = "EUR",
        change: (inout LedgerScope) -> Void = { _ in }
    ) throws -> Int128 {
        var scope = LedgerScope()
        change(&scope)
        let trial = try harness.projection.balances(scope).trial
        #expect(trial.imbalances.isEmpty)
        let key = TrialBalance.Key(
            currency: try ProjectionHarness.currency(currency),
            account: account,
            phase: phase
        )
        return trial[key].balance
    }

    @Test func aForeignPaymentIsClearedRefundedAndDisputed() throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        let payment = try harness.authorize(card: 1, amount: 1_000)
        let yesterday = ProjectionHarness.now.advanced(byMicroseconds: -86_400_000_000)
        let clearing = try report(
            harness,
            .clearing,
            card: 1,
            payment: payment,
            amount: 1_100,
            merchant: (180_000, "JPY"),
            isFinal: true,
            sent: yesterday
        )
        _ = try report(harness, .refundClearing, card: 1, payment: payment, amount: 300)
        _ = try report(harness, .chargeback, card: 1, payment: payment, amount: 500)
        try harness.settle()
        let row = try #require(
            try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 5).payments.first
        )
        #expect(row.lsn == payment && row.lastLSN.rawValue == payment.rawValue + 3)
        #expect(row.status == .disputed && row.flags.contains(.finalCleared))
        #expect(
            row.amounts
                == PaymentAmounts(approved: 1_000, cleared: 1_000, overCleared: 100, refunded: 300, disputed: 500)
        )
        #expect(try balance(harness, .receivable, .pending) == 0)
        #expect(try balance(harness, .receivable, .posted) == 300)
        #expect(try balance(harness, .settlement, .posted, "JPY") == -180_000)
        #expect(try balance(harness, .position, .posted) == -1_100)
        #expect(try balance(harness, .disputes, .posted) == 500)
        // As of the clearing, and as of the day before: the clearing counts, refund and chargeback do not.
        #expect(try balance(harness, .receivable, .posted) { $0.asOf = clearing.lsn } == 1_100)
        let day = yesterday.microseconds / 86_400_000_000
        #expect(try balance(harness, .receivable, .posted) { $0.effectiveDay = day } == 1_100)
        #expect(try balance(harness, .receivable, .posted) { $0.payment = payment } == 300)
        var scope = LedgerScope()
        scope.payment = payment
        let entries = try harness.projection.entries(scope, after: 0, countMax: 100).entries
        #expect(entries.allSatisfy { $0.payment == payment })
        #expect(entries.map(\.kind) == [1, 1] + Array(repeating: 261, count: 6) + [262, 262, 266, 266])
    }

    /// A reversal without the merchant's amount leaves nothing open between the currencies.
    @Test(arguments: [Int64?.none, 1_100, 5_000])
    func takingBackAWholeForeignClearingTakesBackBothCurrencies(amount: Int64?) throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        let other = try harness.authorize(card: 1, amount: 1_000)
        _ = try report(harness, .clearing, card: 1, payment: other, amount: 400, merchant: (64_000, "JPY"))
        let payment = try harness.authorize(card: 1, amount: 1_000)
        _ = try report(harness, .clearing, card: 1, payment: payment, amount: 700, merchant: (112_001, "JPY"))
        _ = try report(harness, .clearing, card: 1, payment: payment, amount: 300, merchant: (333, "USD"))
        _ = try report(harness, .clearing, card: 1, payment: payment, amount: 100)
        _ = try report(harness, .refundClearing, card: 1, payment: payment, amount: 50, merchant: (55, "USD"))
        // A part takes its share of each, toward zero: 110 of 1,100.
        _ = try report(harness, .clearingReversal, card: 1, payment: payment, amount: 110)
        try harness.settle()
        #expect(try balance(harness, .settlement, .posted, "JPY") == -64_000 - 112_001 + 11_200)
        #expect(try balance(harness, .settlement, .posted, "USD") == -333 + 55 + 33)
        #expect(try balance(harness, .position, .posted) == -400 - 1_000 + 50 + 100)
        #expect(try balance(harness, .settlement, .posted) == -100 + 10)
        _ = try report(harness, .clearingReversal, card: 1, payment: payment, amount: amount)
        try harness.settle()
        // What is left is the other payment, and the refund, which nobody took back.
        #expect(try balance(harness, .settlement, .posted, "JPY") == -64_000)
        #expect(try balance(harness, .position, .posted, "JPY") == 64_000)
        #expect(try balance(harness, .settlement, .posted, "USD") == 55)
        #expect(try balance(harness, .position, .posted) == -400 + 50)
        #expect(try balance(harness, .settlement, .posted) == 0)
        #expect(try balance(harness, .receivable, .posted) { $0.payment = payment } == -50)
    }

    @Test func whatComesBeforeItsAuthorizationBecomesOnePayment() throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        let request = RequestID(high: 2, low: 3)
        let first = try report(harness, .clearing, card: 1, original: request, amount: 700)
        try harness.settle()
        var page = try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 5)
        #expect(page.payments.map(\.status) == [.forcePosted] && page.payments[0].lsn == first.lsn)
        // The next id is the one that the clearing named.
        #expect(harness.nextRequestNumber == 3)
        try harness.authorize(card: 1, amount: 1_000, merchant: "The real name")
        try harness.settle()
        page = try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 5)
        let row = try #require(page.payments.first)
        #expect(page.payments.count == 1 && row.lsn == first.lsn && row.kind == 1 && row.amount == 1_000)
        #expect(row.amounts.held == 300 && row.amounts.cleared == 700 && row.merchantName.string == "The real name")
        #expect(try balance(harness, .receivable, .pending) == 300)
        #expect(try balance(harness, .receivable, .posted) == 700)
    }

    @Test func whatNobodyKnowsIsInSuspense() throws {
        let harness = try ProjectionHarness()
        let event = try report(harness, .clearing, card: 77, amount: 900)
        #expect(event.event.decision.isUnmatched)
        try harness.settle()
        #expect(try balance(harness, .suspense, .posted) == 900)
        #expect(try balance(harness, .settlement, .posted) == -900)
        let page = try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 5)
        #expect(page.payments.map(\.status) == [.forcePosted])
    }

    /// Random events of every kind. The ledger of every card is what the engine holds and has posted for it, and the
    /// books are in balance as of every record.
    @Test(arguments: [UInt64(1), 20_261_121])
    func theLedgerIsWhatTheEngineSays(seed: UInt64) throws {
        let harness = try ProjectionHarness { $0.recordCountMax = 500 }
        var random = SeededRandom(seed: seed)
        for card in 1...5 { try harness.makeCard(UInt64(card), limit: 50_000_000) }
        var payments: [(card: UInt64, lsn: LogSequenceNumber)] = []
        for _ in 0..<3_000 {
            let card = UInt64.random(in: 1...6, using: &random)
            let amount = Int64.random(in: 1...20_000, using: &random)
            let kind = LifecycleKind.allCases.randomElement(using: &random) ?? .clearing
            if payments.isEmpty || Bool.random(using: &random) {
                payments.append((card, try harness.authorize(card: card, amount: amount)))
            } else {
                let known = payments.suffix(40).randomElement(using: &random)
                let isKnown = Int.random(in: 0..<10, using: &random) > 0
                _ = try report(
                    harness,
                    kind,
                    card: isKnown ? known?.card ?? card : card,
                    payment: isKnown ? known?.lsn : nil,
                    amount: kind.needsAmount || Bool.random(using: &random) ? amount : nil,
                    merchant: Int.random(in: 0..<4, using: &random) == 0 ? (amount * 160, "JPY") : nil,
                    isFinal: Bool.random(using: &random)
                )
            }
        }
        try harness.settle()
        for card in 1...UInt64(5) {
            let view = try #require(harness.engine.card(ProjectionHarness.token(card)))
            let held = try balance(harness, .receivable, .pending) { $0.card = ProjectionHarness.token(card) }
            let posted = try balance(harness, .receivable, .posted) { $0.card = ProjectionHarness.token(card) }
            #expect(held == Int128(view.balances.held) && posted == Int128(view.balances.posted), "seed \(seed)")
        }
        for lsn in 1...harness.engine.journal.lastLSN {
            var scope = LedgerScope()
            scope.asOf = LogSequenceNumber(rawValue: lsn)
            #expect(try harness.projection.balances(scope).trial.imbalances.isEmpty, "seed \(seed), record \(lsn)")
        }
        // Rows of payments and their entries agree, too.
        let sums = """
            SELECT sum(cleared + over_cleared - refunded - disputed), sum(approved - reversed - expired - cleared)
            FROM payment
            """
        let entries = "SELECT sum(amount) FROM entry WHERE account IN (1, 5) AND currency = 'EUR' AND phase ="
        let expected = "\(try harness.tool("\(entries) 2"))|\(try harness.tool("\(entries) 1"))"
        #expect(try harness.tool(sums) == expected)
    }
}
