import Domain
import Randomness
import Score
import Testing

@testable import assent_train

@Suite struct MetricsTests {
    static func payment(card: UInt64, day: Int64, isFraud: Bool, amount: Int64 = 100) -> Payment {
        Payment(
            facts: PaymentFacts(
                card: CardToken(high: 0, low: card),
                merchant: Text16(),
                terminal: Text16(low: 0x31),
                country: nil,
                amount: amount,
                time: Instant(microseconds: day * Payment.dayMicroseconds + Int64(card))
            ),
            isFraud: isFraud
        )
    }

    /// By their definitions: all pairs, and all thresholds.
    @Test func areaAndPrecisionAreThoseOfTheirDefinitions() {
        var random = SeededRandom.announced(for: #function)
        for _ in 0..<40 {
            let payments = (0..<120).map { Self.payment(card: $0, day: 1, isFraud: random.percent(20)) }
            // Few different scores: many are equal.
            let scores = payments.map { Int64(random.below(12)) + ($0.isFraud ? 3 : 0) }
            let frauds = payments.indices.filter { payments[$0].isFraud }
            let others = payments.indices.filter { !payments[$0].isFraud }
            guard !frauds.isEmpty else { continue }
            var area = 0.0
            for fraud in frauds {
                for other in others {
                    area += scores[fraud] > scores[other] ? 1 : scores[fraud] == scores[other] ? 0.5 : 0
                }
            }
            var precision = 0.0
            for fraud in frauds {
                let above = payments.indices.filter { scores[$0] >= scores[fraud] }
                precision += Double(above.filter { payments[$0].isFraud }.count) / Double(above.count)
            }
            let metrics = Metrics(payments, scores)
            #expect(abs(metrics.areaUnderCurve - area / Double(frauds.count * others.count)) < 1e-12)
            #expect(abs(metrics.averagePrecision - precision / Double(frauds.count)) < 1e-12)
        }
    }

    @Test func aCardThatWasFoundIsNotLookedForAgain() {
        // Day 1: cards 0 to 149, of which 10 highest are compromised; day 2: the same cards, all compromised.
        var payments: [Payment] = []
        var scores: [Int64] = []
        for card in 0..<150 as Range<UInt64> {
            // Two payments of a card count as its higher score, and as fraud if one of them is.
            for amount in [1, 2] {
                payments.append(Self.payment(card: card, day: 1, isFraud: card < 10 && amount == 1))
                scores.append(Int64(1_000 - Int(card) * 2 + amount))
            }
        }
        for card in 0..<150 as Range<UInt64> {
            payments.append(Self.payment(card: card, day: 2, isFraud: true))
            scores.append(Int64(card))
        }
        // 10 of 100 on the first day; on the second the ten are left out, and 100 of the other 140 are found.
        #expect(Metrics(payments, scores).cardPrecision == (0.1 + 1) / 2)
    }

    @Test func withoutFraudsThereIsNothingToMeasure() {
        let metrics = Metrics([Self.payment(card: 1, day: 1, isFraud: false)], [5])
        #expect(metrics.areaUnderCurve.isNaN && metrics.averagePrecision.isNaN && metrics.cardPrecision == 0)
        #expect(Output.thousandths(metrics.areaUnderCurve) == "none")
        #expect(Output.thousandths(0.0304) == "0.030" && Output.thousandths(1.9996) == "2.000")
    }
}
