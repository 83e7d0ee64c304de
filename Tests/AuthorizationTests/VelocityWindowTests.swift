import Domain
import Randomness
import Testing

@testable import Authorization

@Suite("Velocity windows")
struct VelocityWindowTests {
    @Test(arguments: [UInt32(1), 60, 61, 120, 3_600, 86_399, 86_400])
    func aTickIsTheQuotientOfTheMilliseconds(_ seconds: UInt32) {
        let window = VelocityWindow(seconds: seconds)
        let step = Int64(window.millisecondsPerTick)
        var random = SeededRandom(seed: UInt64(seconds))
        let last = Int64.max / 1_000
        for _ in 0..<20_000 {
            // Of every size, and at both sides of a tick's beginning.
            let middle = Int64(random.next() >> UInt64(11 + random.below(50))) / step * step
            for milliseconds in [middle - 1, middle, middle + 1, last - middle] {
                guard (0...last).contains(milliseconds) else { continue }
                #expect(window.tick(Instant(microseconds: milliseconds * 1_000)) == milliseconds / step)
            }
        }
    }

    @Test func lengthsAreToldApartInEveryPlace() {
        let lengths = { (seconds: [UInt32]) in
            VelocityWindowLengths(
                seconds.map {
                    CompiledVelocityRule(VelocityRule(countMax: 1, sumMax: nil, windowSeconds: $0, action: .flag))
                }
            )
        }
        #expect(lengths([1, 2, 3, 4]) == lengths([1, 2, 3, 4]))
        for place in 0..<4 {
            var other: [UInt32] = [1, 2, 3, 4]
            other[place] = 86_400
            #expect(lengths([1, 2, 3, 4]) != lengths(other))
        }
    }
}
