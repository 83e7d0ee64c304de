import Domain
import Randomness
import Score
import Testing

@testable import assent_train

@Suite struct FeatureRowsTests {
    private static let hour: Int64 = 3_600_000_000

    private func payments(_ random: inout SeededRandom) -> [Payment] {
        (0..<900).map { number in
            Payment(
                facts: PaymentFacts(
                    card: CardToken(high: 0, low: UInt64(random.below(5))),
                    merchant: Text16(),
                    terminal: Text16(low: UInt64(random.below(3) + 1)),
                    country: nil,
                    amount: Int64(random.below(10_000)),
                    time: Instant(microseconds: 1_500_000_000_000_000 + Int64(number) * Self.hour)
                ),
                isFraud: random.percent(10)
            )
        }
    }

    /// A label that has not come yet must not show: it would be known at training, and not to a decision.
    @Test func noFeatureKnowsALabelBeforeItHasCome() {
        var random = SeededRandom.announced(for: #function)
        let payments = payments(&random)
        let delay = 7 * Payment.dayMicroseconds
        let rows = FeatureRows(payments, from: .epoch, delay: delay)
        for _ in 0..<20 {
            let row = 200 + random.below(700)
            let newest = payments[row].facts.time.advanced(byMicroseconds: -delay)
            var changed = payments
            for number in changed.indices where changed[number].facts.time > newest { changed[number].isFraud.toggle() }
            let other = FeatureRows(changed, from: .epoch, delay: delay)
            let places = row * Feature.count..<(row + 1) * Feature.count
            #expect(rows.values[places] == other.values[places], "row \(row)")
            // The test sees what it looks for: labels that have come do show.
            for number in changed.indices { changed[number].isFraud = !payments[number].isFraud }
            #expect(FeatureRows(changed, from: .epoch, delay: delay).values[places] != rows.values[places])
        }
    }

    @Test func rowsFromALaterTimeOnAreTheSame() {
        var random = SeededRandom.announced(for: #function)
        let payments = payments(&random)
        let rows = FeatureRows(payments, from: .epoch, delay: Self.hour)
        let later = FeatureRows(payments, from: payments[400].facts.time, delay: Self.hour)
        #expect(later.payments.count == 500)
        #expect(later.values == Array(rows.values[(400 * Feature.count)...]))
        let slice = rows.slice(payments[400].facts.time..<payments[410].facts.time)
        #expect(slice.values == Array(later.values[..<(10 * Feature.count)]))
        #expect(slice.filter { $0.facts.card.low == 99 }.payments.isEmpty)
    }

    /// The protocol of the handbook, on days that are written out.
    @Test func cardsThatAreKnownAsCompromisedAreLeftOut() {
        // Training ends before day 100, labels take 7 days, the test is on days 107 to 113.
        let week = HeldOutWeek(end: 100, delay: 7)
        #expect(week.testDays == 107..<114)
        var payments: [Payment] = []
        // Card 1 was compromised in the last week of training, card 2 long before, card 3 after it, card 4 later still.
        for (card, day) in [(1, 93), (2, 92), (3, 100), (4, 104)] as [(UInt64, Int64)] {
            payments.append(MetricsTests.payment(card: card, day: day, isFraud: true))
        }
        for day in 106...114 as ClosedRange<Int64> {
            for card in 1...5 as ClosedRange<UInt64> {
                payments.append(MetricsTests.payment(card: card, day: day, isFraud: false))
            }
        }
        payments.sort { $0.facts.time < $1.facts.time }
        let tested = week.tested(FeatureRows(payments, from: .epoch, delay: 0)).payments
        func days(_ card: UInt64) -> [Int64] { tested.filter { $0.facts.card.low == card }.map(\.day) }
        #expect(days(1).isEmpty)
        #expect(days(2) == Array(107...113))
        // What was paid on day 100 is known on the morning of day 108.
        #expect(days(3) == [107])
        #expect(days(4) == Array(107...111))
        #expect(days(5) == Array(107...113))
    }
}
