import Authorization
import Domain
import Engine
import GRDB
import Journal
import Ledger
import Testing

@testable import Projection

/// Searches by what has happened to payments, how they are looked for, and for how long.
@Suite(.timeLimit(.minutes(20))) struct SearchTests {
    private func find(
        _ harness: ProjectionHarness,
        pageCount: Int = 3,
        _ change: (inout PaymentCriteria) -> Void
    ) throws -> [UInt64] {
        var criteria = PaymentCriteria()
        change(&criteria)
        var found: [UInt64] = []
        var before: LogSequenceNumber?
        repeat {
            let page = try harness.projection.payments(criteria, before: before, countMax: pageCount)
            found += page.payments.map(\.lsn.rawValue)
            before = page.next
        } while before != nil
        return found
    }

    private func report(
        _ harness: ProjectionHarness,
        _ kind: LifecycleKind,
        _ payment: LogSequenceNumber,
        amount: Int64? = nil
    ) throws -> LogSequenceNumber {
        let request = LifecycleRequest(
            requestID: harness.nextID(),
            cardToken: ProjectionHarness.token(1),
            kind: kind,
            reference: PaymentReference(paymentID: payment),
            amount: amount,
            currency: try ProjectionHarness.currency("EUR"),
            transmissionTime: ProjectionHarness.now,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            merchantName: try #require(Text64("Corner shop"))
        )
        var answer: LogSequenceNumber?
        _ = harness.engine.settle(request, receivedAt: ProjectionHarness.now) { answer = $1 }
        return try #require(answer)
    }

    /// A payment that is cleared and refunded, one that is reversed twice, one that is held, one that is declined.
    private func world() throws -> (harness: ProjectionHarness, payments: [LogSequenceNumber], again: LogSequenceNumber)
    {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        var payments: [LogSequenceNumber] = []
        for amount in [1_000, 2_000, 3_000, 9_999_999_999] as [Int64] {
            payments.append(
                try harness.authorize(card: 1, amount: amount, merchant: amount == 2_000 ? "Café Zoë" : "Corner shop")
            )
        }
        _ = try report(harness, .clearing, payments[0], amount: 1_000)
        _ = try report(harness, .refundClearing, payments[0], amount: 400)
        _ = try report(harness, .reversal, payments[1])
        let again = try report(harness, .reversal, payments[1])
        try harness.settle()
        return (harness, payments, again)
    }

    @Test func paymentsAreFoundByTheEventsThatTheyHad() throws {
        let (harness, payments, _) = try world()
        let numbers = payments.map(\.rawValue)
        func kind(_ kind: LifecycleKind) -> UInt16 { UInt16(kind.number) }
        #expect(try find(harness) { $0.kind = 1 } == numbers.reversed())
        #expect(try find(harness) { $0.kind = kind(.clearing) } == [numbers[0]])
        #expect(try find(harness) { $0.kind = kind(.refundClearing) } == [numbers[0]])
        #expect(try find(harness) { $0.kind = kind(.reversal) } == [numbers[1]])
        #expect(try find(harness) { $0.kind = kind(.chargeback) } == [])
        #expect(
            try find(harness) {
                $0.kind = kind(.reversal)
                $0.amountMin = 2_001
            } == []
        )
        #expect(try find(harness) { $0.status = .partiallyRefunded } == [numbers[0]])
        #expect(try find(harness) { $0.status = .reversed } == [numbers[1]])
        #expect(try find(harness) { $0.reason = .insufficientFunds } == [])
        #expect(try find(harness) { $0.reason = .exceedsAmountThreshold } == [numbers[3]])
    }

    @Test(arguments: [("CAFE ZOE", 1), ("café-zoë", 1), ("Café", 0), ("corner SHOP", 3), ("nobody", 0)])
    func aMerchantIsFoundByItsWholeName(name: String, count: Int) throws {
        let (harness, _, _) = try world()
        #expect(try find(harness) { $0.merchant = name }.count == count, "\(MerchantName.normalise(name))")
    }

    @Test func everyEventOfAPaymentIsListedAlsoWhatChangedNothing() throws {
        let (harness, payments, again) = try world()
        let events = try harness.projection.events(of: payments[1], before: nil, countMax: 10)
        #expect(events.numbers == [again, LogSequenceNumber(rawValue: again.rawValue - 1), payments[1]])
        #expect(events.lsn == again)
        let page = try harness.projection.events(of: payments[1], before: again, countMax: 1)
        #expect(page.numbers == [LogSequenceNumber(rawValue: again.rawValue - 1)])
    }

    /// The first page of every search is read along an index or the payments' own order, never by sorting all of them.
    @Test func noSearchReadsAllPayments() throws {
        let (harness, _, _) = try world()
        let changes: [(String, (inout PaymentCriteria) -> Void)] = [
            ("none", { _ in }), ("card", { $0.card = ProjectionHarness.token(1) }), ("text", { $0.text = "corn" }),
            ("merchant", { $0.merchant = "corner shop" }),
            (
                "amount",
                {
                    $0.amountMin = 1_000
                    $0.amountMax = 1_000
                }
            ), ("status", { $0.status = .disputed }), ("common status", { $0.status = .cleared }),
            ("flagged", { $0.outcome = .flagged }), ("kind", { $0.kind = UInt16(LifecycleKind.clearing.number) }),
            ("authorizations", { $0.kind = 1 }), ("times", { $0.from = ProjectionHarness.now }),
        ]
        for (name, change) in changes {
            var criteria = PaymentCriteria()
            change(&criteria)
            let plan = try harness.projection.read { database, _ in
                try PaymentQuery(database, criteria).plan(database)
            }
            let payment = plan.filter { $0.contains(" p ") }
            #expect(!payment.isEmpty, "\(name): \(plan)")
            for step in payment {
                #expect(step.hasPrefix("SEARCH p USING"), "\(name): \(plan)")
                #expect(step.contains("INDEX payment_") || step.contains("(rowid"), "\(name): \(plan)")
            }
            for step in plan where step.hasPrefix("SCAN") {
                #expect(step.contains("VIRTUAL TABLE INDEX") || step == "SCAN CONSTANT ROW", "\(name): \(plan)")
            }
        }
    }

    @Test func aQuestionThatTakesTooLongIsGivenUp() throws {
        let harness = try ProjectionHarness { $0.questionMilliseconds = 0 }
        try harness.makeCard(1)
        for _ in 0..<3_000 { try harness.authorize(card: 1, amount: 1) }
        try harness.settle()
        #expect(throws: ProjectionError.outOfTime(milliseconds: 0)) { try harness.projection.balances(LedgerScope()) }
        #expect(throws: ProjectionError.outOfTime(milliseconds: 0)) {
            try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 500)
        }
        // The connection is as good as before.
        try harness.restartProjection()
        #expect(harness.projection.waitUntilApplied(1, milliseconds: 60_000))
        #expect(try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 500).payments.count == 500)
    }

    /// Whoever waits for a record does not wait for the next look at the journal.
    @Test func whoWaitsForARecordHurriesTheThread() throws {
        let harness = try ProjectionHarness { $0.pollMilliseconds = 3_600_000 }
        try harness.makeCard(1)
        try harness.engine.journal.waitUntilDurable(1)
        #expect(harness.projection.waitUntilApplied(1, milliseconds: 60_000))
        let lsn = try harness.authorize(card: 1, amount: 1)
        try harness.engine.journal.waitUntilDurable(lsn.rawValue)
        #expect(harness.projection.waitUntilApplied(lsn.rawValue, milliseconds: 60_000))
        #expect(harness.projection.neededLSN.rawValue == lsn.rawValue + 1)
    }
}
