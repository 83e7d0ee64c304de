import Domain
import Engine
import Foundation
import Journal
import Ledger
import Randomness
import Testing

@testable import Projection

/// What can be asked, against sums made by hand from what was approved.
@Suite(.timeLimit(.minutes(20))) struct QueryTests {
    private struct Approved {
        let lsn: UInt64
        let card: UInt64
        let day: Int64
        let currency: String
        let amount: Int64
    }

    private static let today: Int64 = 1_800_000_000 / 86_400

    /// Cards in three currencies; approvals in more than one chunk of records, sent on the day itself or up to three
    /// days before.
    private func world(seed: UInt64) throws -> (ProjectionHarness, [Approved]) {
        let harness = try ProjectionHarness()
        var random = SeededRandom(seed: seed)
        let currencies = ["EUR", "JPY", "KWD"]
        for card in 1...9 { try harness.makeCard(UInt64(card), currency: currencies[card % 3]) }
        var approved: [Approved] = []
        for _ in 0..<17_000 {
            let card = UInt64.random(in: 1...9, using: &random)
            let day = Self.today - Int64.random(in: 0...3, using: &random)
            let amount = Int64.random(in: 1...400_000, using: &random)
            let currency = currencies[Int(card) % 3]
            let sent = Instant(microseconds: day * 86_400_000_000 + 1)
            let lsn = try harness.authorize(card: card, amount: amount, currency: currency, sent: sent)
            approved.append(
                Approved(lsn: lsn.rawValue, card: card, day: day, currency: currency, amount: amount)
            )
        }
        try harness.settle()
        // Those that were declined hold nothing.
        let declined = try harness.tool("SELECT group_concat(lsn) FROM event WHERE moved = 0").split(separator: ",")
        let none = Set(declined.compactMap { UInt64($0) })
        return (harness, approved.filter { !none.contains($0.lsn) })
    }

    @Test(arguments: [UInt64(1), 20_261_121])
    func balancesAreRightAsOfAnyRecordAndAnyDay(seed: UInt64) throws {
        let (harness, approved) = try world(seed: seed)
        #expect(approved.count > 10_000)
        let last = harness.engine.journal.lastLSN
        var random = SeededRandom(seed: seed)
        var places: [UInt64] = [0, 1, 9, 10, 4_096, 16_383, 16_384, 16_385, last]
        for _ in 0..<6 { places.append(UInt64.random(in: 1...last, using: &random)) }
        for place in places {
            for day in [nil, Self.today - 4, Self.today - 2, Self.today] as [Int64?] {
                for card in [nil, 4] as [UInt64?] {
                    var scope = LedgerScope()
                    scope.asOf = LogSequenceNumber(rawValue: place)
                    scope.effectiveDay = day
                    scope.card = card.map(ProjectionHarness.token)
                    let balances = try harness.projection.balances(scope)
                    #expect(balances.trial.imbalances.isEmpty)
                    #expect(balances.lsn.rawValue == place)
                    for currency in ["EUR", "JPY", "KWD"] {
                        let expected = approved.filter {
                            $0.lsn <= place && $0.day <= day ?? .max && $0.currency == currency
                                && (card == nil || $0.card == card)
                        }.reduce(0) { $0 + $1.amount }
                        let key = TrialBalance.Key(
                            currency: try ProjectionHarness.currency(currency),
                            account: .receivable,
                            phase: .pending
                        )
                        #expect(balances.trial[key].balance == Int128(expected), "\(place) \(String(describing: day))")
                    }
                }
            }
        }
        var scope = LedgerScope()
        scope.asOf = LogSequenceNumber(rawValue: .max)
        #expect(try harness.projection.balances(scope).lsn.rawValue == last)
    }

    @Test func entriesComePageByPageAndAddUpToTheBalances() throws {
        let (harness, approved) = try world(seed: 2)
        for card in [nil, ProjectionHarness.token(4), ProjectionHarness.token(400)] as [CardToken?] {
            var scope = LedgerScope()
            scope.card = card
            scope.effectiveDay = Self.today - 1
            scope.asOf = LogSequenceNumber(rawValue: 17_000)
            var trial = TrialBalance()
            var after: UInt64 = 0
            var seen: [UInt64] = []
            while true {
                let page = try harness.projection.entries(scope, after: after, countMax: 777)
                for booked in page.entries {
                    trial.add(booked.entry)
                    #expect(booked.payment == booked.lsn && booked.day <= Self.today - 1)
                    #expect(card == nil || booked.card == card)
                    seen.append(booked.id)
                }
                guard let next = page.next else { break }
                after = next
            }
            #expect(seen == seen.sorted() && Set(seen).count == seen.count)
            #expect(try trial == harness.projection.balances(scope).trial)
        }
        let payment = try #require(approved.last)
        var scope = LedgerScope()
        scope.payment = LogSequenceNumber(rawValue: payment.lsn)
        let entries = try harness.projection.entries(scope, after: 0, countMax: 10).entries
        #expect(entries.map(\.entry.amount) == [payment.amount, -payment.amount])
        #expect(try harness.projection.balances(scope).trial.lines.count == 2)
    }

    private func search(
        _ harness: ProjectionHarness,
        pageCount: Int = 7,
        _ change: (inout PaymentCriteria) throws -> Void
    ) throws -> [UInt64] {
        var search = PaymentCriteria()
        try change(&search)
        var found: [UInt64] = []
        var before: LogSequenceNumber?
        while true {
            let page = try harness.projection.payments(search, before: before, countMax: pageCount)
            found += page.payments.map(\.lsn.rawValue)
            guard let next = page.next else { return found }
            before = next
        }
    }

    @Test func paymentsAreFoundByEveryCriterionAndInOrder() throws {
        let (harness, approved) = try world(seed: 3)
        let all = Array((10...harness.engine.journal.lastLSN).reversed())
        #expect(try search(harness, pageCount: 500) { _ in } == all)
        let pending = Set(approved.map(\.lsn))
        #expect(try search(harness, pageCount: 500) { $0.status = .pending } == all.filter(pending.contains))
        #expect(try search(harness, pageCount: 500) { $0.outcome = .declined } == all.filter { !pending.contains($0) })
        let card = approved.filter { $0.card == 4 }.map(\.lsn)
        let found = try search(harness) {
            $0.card = ProjectionHarness.token(4)
            $0.status = .pending
        }
        #expect(found == card.reversed())
        let one = try #require(approved.first)
        let exact = try search(harness) {
            $0.amountMin = one.amount
            $0.amountMax = one.amount
            $0.currency = try ProjectionHarness.currency(one.currency)
        }
        #expect(exact.contains(one.lsn))
        let range = approved.filter { (1_000...2_000).contains($0.amount) }.map(\.lsn)
        let inRange = try search(harness) {
            $0.amountMin = 1_000
            $0.amountMax = 2_000
            $0.status = .pending
        }
        #expect(inRange == range.reversed())
        #expect(try search(harness) { $0.card = ProjectionHarness.token(400) }.isEmpty)
    }

    @Test func timesAreFoundWithoutLookingAtAllPayments() throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        var lsns: [LogSequenceNumber] = []
        for minute in 0..<17_000 {
            let time = ProjectionHarness.now.advanced(byMicroseconds: Int64(minute) * 60_000_000)
            lsns.append(try harness.authorize(card: 1, amount: 1, at: time))
        }
        try harness.settle()
        let found = try search(harness) {
            $0.from = ProjectionHarness.now.advanced(byMicroseconds: 100 * 60_000_000)
            $0.to = ProjectionHarness.now.advanced(byMicroseconds: 110 * 60_000_000)
        }
        #expect(found == lsns[100..<110].map(\.rawValue).reversed())
        #expect(try search(harness) { $0.to = ProjectionHarness.now }.isEmpty)
    }

    @Test(
        arguments: [
            ("café", [1]), ("CAFE zoe", [1]), ("zo berl", [1]), ("berlin", [1, 3]), ("mün", [2]), ("mun", [2]),
            ("\"berlin", [1, 3]), ("a*b OR c", []), ("tokyo 東京", [4]), ("東京", [4]), ("x AND y", []),
            ("fé", []),
            ("a€b", [5]), ("€", []),
        ] as [(String, [Int])]
    )
    func merchantsAreFoundByTheirWords(text: String, expected: [Int]) throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        let names = [
            ("Café Zoë", "Berlin"), ("Bäckerei", "München"), ("Corner shop", "Berlin"), ("Tokyo", "東京"),
            ("A€B", "Wien"),
        ]
        var lsns: [UInt64] = []
        for (name, city) in names {
            lsns.append(try harness.authorize(card: 1, amount: 1, merchant: name, city: city).rawValue)
        }
        try harness.settle()
        let found = try search(harness, pageCount: 1) { $0.text = text }
        // A text without any words is no condition.
        #expect(found == expected.map { lsns[$0 - 1] }.reversed(), "\(text)")
    }
}
