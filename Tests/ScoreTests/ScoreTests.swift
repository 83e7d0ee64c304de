import Foundation
import Randomness
import Testing

@testable import Score

@Suite struct ScoreTests {
    @Test func pointsAreThousandthsOfTheLogisticFunction() {
        var random = SeededRandom.announced(for: #function)
        for _ in 0..<20_000 {
            let margin = Int64(random.below(40 << 24)) - 20 << 24
            let exact = 1_000 / (1 + exp(-Double(margin) / 16_777_216))
            #expect(abs(Double(Score(margin: margin).points) - exact) <= 0.5001)
        }
        #expect(Score(margin: 0).points == 500)
        #expect(Score(margin: .max).points == 1_000)
        #expect(Score(margin: .min).points == 0)
    }

    @Test func aLargerMarginNeverHasFewerPoints() {
        var previous = 0
        for margin in stride(from: Int64(-12 << 24), to: 12 << 24, by: 20_011) {
            let points = Score(margin: margin).points
            #expect(points >= previous)
            previous = points
        }
    }
}
