import Randomness
import Testing

@testable import Transport

@Suite struct DurabilityMarksTests {
    @Test func bytesAreFreedUpToTheDurableMark() {
        var marks = DurabilityMarks()
        marks.append(byteCount: 10, lsn: 3)
        marks.append(byteCount: 20, lsn: 5)
        marks.append(byteCount: 30, lsn: 9)
        #expect(marks.byteCount == 60)
        #expect(marks.release(durable: 2) == (0, 0))
        #expect(marks.release(durable: 5) == (30, 2))
        #expect(marks.release(durable: 8) == (0, 0))
        #expect(marks.release(durable: 100) == (30, 1))
        #expect(marks.isEmpty && marks.byteCount == 0)
    }

    @Test func aReplyBehindAnotherLeavesNoEarlier() {
        var marks = DurabilityMarks()
        marks.append(byteCount: 10, lsn: 7)
        marks.append(byteCount: 1, lsn: 4)
        marks.append(byteCount: 1, lsn: 7)
        #expect(marks.count == 1)
        #expect(marks.release(durable: 6) == (0, 0))
        #expect(marks.release(durable: 7) == (12, 3))
    }

    /// Against a plain list of (LSN, size): nothing early, nothing lost, order kept.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func noByteLeavesBeforeItsLSNIsDurable(seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        var marks = DurabilityMarks()
        var model: [(lsn: UInt64, byteCount: Int)] = []
        var durable: UInt64 = 0
        var given: UInt64 = 10
        for _ in 0..<20_000 {
            if Bool.random(using: &generator) {
                given += UInt64.random(in: 0...3, using: &generator)
                let lsn = max(durable + 1, given - UInt64.random(in: 0...2, using: &generator))
                let byteCount = Int.random(in: 1...500, using: &generator)
                marks.append(byteCount: byteCount, lsn: lsn)
                model.append((lsn, byteCount))
            } else {
                durable = max(durable, given - UInt64.random(in: 0...4, using: &generator))
                let (byteCount, replyCount) = marks.release(durable: durable)
                let freed = model.prefix(Int(replyCount))
                #expect(freed.allSatisfy { $0.lsn <= durable }, "seed \(seed)")
                #expect(freed.reduce(0) { $0 + $1.byteCount } == byteCount, "seed \(seed)")
                model.removeFirst(Int(replyCount))
            }
        }
        let rest = marks.release(durable: .max)
        #expect(Int(rest.replyCount) == model.count, "seed \(seed)")
        #expect(marks.isEmpty, "seed \(seed)")
    }
}
