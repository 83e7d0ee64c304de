import Randomness
import Testing

@testable import Archive

@Suite struct PairSortTests {
    @Test(arguments: [0, 1, 2, 255, 256, 257, 5_000])
    func itSortsAsComparingDoes(count: Int) {
        let seed = SeededRandom.freshSeed()
        var random = SeededRandom(seed: seed)
        for bits in [3, 12, 40, 64] as [UInt64] {
            var pairs = (0..<count).map { _ in
                WordPair(first: random.next() >> (64 - bits), second: random.next() >> (64 - bits))
            }
            let expected = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
            PairSort.sort(&pairs)
            #expect(pairs == expected, "seed \(seed), \(bits) bits")
        }
    }

    @Test func aFilterKnowsEveryKeyAndFewOthers() {
        var builder = FilterBuilder(keyCountMax: 10_000)
        for key in UInt64(1)...10_000 { builder.insert(key) }
        let bytes = builder.seal(run: 1, offset: 0)
        func has(_ key: UInt64) -> Bool {
            let place = RunFilter.Place(key, lineCount: builder.lineCount)
            let start = place.line * RunFilter.lineByteCount
            return RunFilter.line(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 64]), has: place)
        }
        #expect((UInt64(1)...10_000).allSatisfy(has))
        let others = (UInt64(10_001)...110_000).filter(has).count
        #expect(others < 2_000, "\(others) of 100,000")
    }
}
