import Randomness
import Testing

@testable import Authorization

/// Least and greatest amounts of a window, against a list of all amounts.
@Suite struct AmountHistoryTests {
    @Test(arguments: Seeds.all, [true, false])
    func theWindowsAmountIsThatOfAList(_ seed: UInt64, isLeast: Bool) throws {
        var random = SeededRandom(seed: seed)
        var store = VelocityStore(memory: .heap, segmentShift: 7, isEmptyAtFirst: true)
        let number = store.makeHistory(rule: 0, owner: 0, epoch: 0, next: 0)
        let window: UInt32 = 300
        var noted: [(amount: Int64, tick: Int64)] = []
        var tick: Int64 = 70_000
        for step in 0..<20_000 {
            // Runs that rise or fall make a history long, or empty it at once.
            tick += Int64(random.below(1_000) == 0 ? 400 : random.below(3))
            let run = Int64(step / 500 % 3 == 0 ? step % 500 : step / 500 % 3 == 1 ? 500 - step % 500 : 0)
            let isLarge = step / 3_000 % 2 == 1
            let amount = 1 + run * (isLarge ? 1 << 40 : 1) + Int64(random.below(run == 0 ? 100_000 : 3))
            store.note(amount, number, tick: tick, windowTicks: window, isLeast: isLeast)
            noted.append((amount, tick))
            noted.removeAll { tick - $0.tick >= Int64(window) }
            let later = tick + Int64(random.below(400))
            let amounts = noted.filter { later - $0.tick < Int64(window) }.map(\.amount)
            let found = store.amount(number, at: later, windowTicks: window)
            #expect(found == (isLeast ? amounts.min() : amounts.max()), "seed \(seed), step \(step)")
        }
        store.clear(number)
        #expect(store.unitsInUse == 1)
        #expect(store.amount(number, at: tick, windowTicks: window) == nil)
    }

    /// One entry a tick is the most.
    @Test func aHistoryHasNoMoreEntriesThanTicks() {
        var store = VelocityStore(memory: .heap, segmentShift: 7, isEmptyAtFirst: true)
        let number = store.makeHistory(rule: 0, owner: 0, epoch: 0, next: 0)
        for step in 0..<Int64(50_000) {
            store.note(
                AuthorizationLimits.amountMax - step / 10,
                number,
                tick: step / 10,
                windowTicks: 3_600,
                isLeast: false
            )
        }
        #expect(store.unitsInUse <= 1 + 3_600 / 7 + 2)
    }
}
