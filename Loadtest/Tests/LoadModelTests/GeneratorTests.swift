import LoadModel
import Testing

struct GeneratorTests {
    @Test func theSameSeedGivesTheSameLoad() {
        var first = SeededGenerator(seed: 42)
        var second = SeededGenerator(seed: 42)
        for _ in 0..<1_000 { #expect(first.next() == second.next()) }
    }

    @Test func mixingCanBeUndone() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            let value = generator.next()
            #expect(unmixed(mixed(value)) == value)
        }
    }

    @Test func aTokenLeadsBackToItsCardAndOnlyToIt() {
        let naming = CardNaming(seed: 7)
        for ordinal in [0, 1, 2, 999, 123_456, 999_999] {
            #expect(naming.ordinal(of: naming.token(ordinal: ordinal), count: 1_000_000) == ordinal)
        }
        #expect(naming.ordinal(of: naming.token(ordinal: 10), count: 10) == nil)
        #expect(naming.ordinal(of: CardNaming(seed: 8).token(ordinal: 1), count: 1_000) == nil)
    }

    @Test func uniformReachesEveryCardAboutEquallyOften() {
        var generator = SeededGenerator(seed: 3)
        let sampler = KeySampler(skew: .uniform, count: 10)
        var hits = [Int](repeating: 0, count: 10)
        for _ in 0..<100_000 { hits[sampler.next(&generator)] += 1 }
        #expect(hits.allSatisfy { (9_500...10_500).contains($0) }, "\(hits)")
    }

    @Test func zipfGivesTheFirstCardTwiceTheSecondsShareAndTheTailItsDue() {
        var generator = SeededGenerator(seed: 4)
        let sampler = KeySampler(skew: .zipf(exponent: 1), count: 1_000)
        var hits = [Int](repeating: 0, count: 1_000)
        for _ in 0..<1_000_000 { hits[sampler.next(&generator)] += 1 }
        // The first 1,000 harmonic terms add up to 7.4855.
        #expect(abs(hits[0] - 133_600) < 2_000, "\(hits[0])")
        #expect(abs(hits[1] - 66_800) < 1_500, "\(hits[1])")
        #expect(abs(hits[500...].reduce(0, +) - 92_500) < 2_000)
    }

    @Test func hotSendsItsShareToTheFirstCard() {
        var generator = SeededGenerator(seed: 5)
        let all = KeySampler(skew: .hot(share: 1), count: 100)
        #expect((0..<1_000).allSatisfy { _ in all.next(&generator) == 0 })
        let half = KeySampler(skew: .hot(share: 0.5), count: 100)
        let hits = (0..<100_000).reduce(0) { sum, _ in sum + (half.next(&generator) == 0 ? 1 : 0) }
        #expect(abs(hits - 50_500) < 1_000, "\(hits)")
    }

    @Test(arguments: ["uniform", "zipf:1.0", "zipf:0.8", "hot", "hot:0.25"])
    func aSkewReadsItsOwnText(text: String) {
        #expect(KeySkew(text)?.description == text)
    }

    @Test(arguments: [
        "", "Uniform", "zipf:", "zipf:0", "zipf:-1", "zipf:11", "hot:0", "hot:1.5", "uniform:1", "pareto",
    ])
    func aSkewRefusesOtherTexts(text: String) {
        #expect(KeySkew(text) == nil)
    }
}
