import Domain
import LoadScenario
import Testing

struct DayGeneratorTests {
    @Test func theSameSeedGivesTheSameDayAndAnotherSeedAnotherOne() {
        let first = DayGenerator(seed: 1, ordinaryCount: 500)
        let again = DayGenerator(seed: 1, ordinaryCount: 500)
        let other = DayGenerator(seed: 2, ordinaryCount: 500)
        #expect(first.purchases.map(\.request) == again.purchases.map(\.request))
        #expect(first.purchases.map(\.time) == again.purchases.map(\.time))
        #expect(first.purchases.map(\.time) != other.purchases.map(\.time))
    }

    @Test func everyPurchaseLiesInOrderWithinTheDayAndTheMerchantsHours() {
        let day = DayGenerator(seed: 3)
        let midnight = Instant(DayGenerator.date)?.microseconds ?? 0
        var before = Int64.min
        for purchase in day.purchases {
            let time = purchase.time.microseconds
            #expect(time >= before)
            before = time
            let hour = Int((time - midnight) / 3_600_000_000)
            #expect(purchase.merchant.hours.contains(hour), "\(purchase.merchant.name) at \(hour)")
        }
    }

    @Test func everyStoryHappens() {
        let day = DayGenerator(seed: 4)
        for story in PlannedPurchase.Story.allCases {
            #expect(day.purchases.contains { $0.story == story }, "\(story)")
        }
        #expect(day.purchases.count { $0.request == .reportStolen } == 1)
        #expect(day.cards.count == DayGenerator.cardCount)
    }

    @Test func amountsArePositiveAndMostlySmall() {
        let cents = DayGenerator(seed: 5).purchases.compactMap { purchase -> Int64? in
            if case .authorize(let cents, _) = purchase.request { cents } else { nil }
        }
        #expect(cents.allSatisfy { $0 >= 50 })
        let sorted = cents.sorted()
        #expect((5_00...40_00).contains(sorted[sorted.count / 2]), "\(sorted[sorted.count / 2])")
    }
}
