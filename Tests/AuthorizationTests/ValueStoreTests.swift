import Randomness
import Testing

@testable import Authorization

/// Different values of a key, against a list of all that were ever noted.
@Suite struct ValueStoreTests {
    private static let window: UInt32 = 400

    /// Of every length of a key's list, bounds that are never reached and that always are.
    @Test(arguments: Seeds.all, [1, 2, 5, 6, 40, 1_000])
    func asManyAreInTheWindowAsWereSeenInIt(_ seed: UInt64, _ most: Int) {
        var random = SeededRandom(seed: seed)
        var store = ValueStore(memory: .heap)
        var firsts = [UInt32](repeating: 0, count: 3)
        var noted: [[(value: UInt64, tick: Int64)]] = [[], [], []]
        var tick: Int64 = 1_000
        var reached = 0
        for _ in 0..<4_000 {
            tick += Int64(random.percent(1) ? random.below(500) : random.below(4))
            let key = random.below(3)
            let value = UInt64(random.below(key == 0 ? 60 : 4))
            if random.below(500) == 0 {
                store.release(firsts[key])
                firsts[key] = 0
                noted[key] = []
            }
            store.note(
                CounterValue(low: value, high: 7),
                at: tick,
                windowTicks: Self.window,
                upTo: most,
                &firsts[key]
            )
            noted[key].append((value, tick))
            let past = Int64(random.below(450))
            let seen = Set(noted[key].filter { tick + past - $0.tick < Int64(Self.window) }.map(\.value)).count
            let found = store.count(firsts[key], after: tick + past - Int64(Self.window))
            #expect(found == min(most, seen), "seed \(seed), up to \(most)")
            if seen >= most { reached += 1 }
        }
        #expect(most > 60 || reached > 0)
    }

    /// What a key lets go is used again.
    @Test func aKeysValuesTakeNoMoreThanItsBound() {
        var store = ValueStore(memory: .heap)
        var first: UInt32 = 0
        for number in UInt64(1)...100_000 {
            store.note(
                CounterValue(low: number, high: 0),
                at: Int64(number),
                windowTicks: .max,
                upTo: 50,
                &first
            )
        }
        #expect(store.count(first, after: 0) == 50)
        let full = store.byteCount
        #expect(full <= 128 * 128)
        for _ in 0..<1_000 {
            store.release(first)
            first = 0
            for number in UInt64(1)...50 {
                store.note(CounterValue(low: number, high: 1), at: 200_000, windowTicks: 10, upTo: 50, &first)
            }
        }
        #expect(store.byteCount == full)
    }
}
