import Foundation
import Randomness
import Testing

@testable import Score

@Suite struct FixedPointTests {
    @Test func powersAreThoseOfTheMathematicalLibrary() {
        #expect(FixedPoint.power(0) == FixedPoint.one)
        var previous = FixedPoint.one + 1
        for fraction in stride(from: Int64(0), to: FixedPoint.one, by: 9_973) {
            let power = FixedPoint.power(fraction)
            let exact = pow(2, 30 - Double(fraction) / Double(FixedPoint.one))
            #expect(abs(Double(power) - exact) < 8)
            #expect(power <= previous, "it falls")
            previous = power
        }
    }

    @Test func logarithmsAreThoseOfTheMathematicalLibrary() {
        var random = SeededRandom.announced(for: #function)
        for exponent in 0..<63 {
            #expect(FixedPoint.logarithm(1 << Int64(exponent)) == Int32(exponent) << 16, "powers of two are exact")
            for _ in 0..<200 {
                let value = Int64(1) << Int64(exponent) + Int64(bitPattern: random.next() >> 1) >> Int64(63 - exponent)
                #expect(abs(Double(FixedPoint.logarithm(value)) - log2(Double(value)) * 65_536) < 1)
            }
        }
        #expect(FixedPoint.logarithm(.max) == 63 << 16)
        #expect(
            FixedPoint.logarithm(0) == 0 && FixedPoint.logarithm(.min) == 0,
            "there is none: it counts as that of 1"
        )
    }

    @Test func whatFadesIsHalvedEachHalfLife() {
        var random = SeededRandom.announced(for: #function)
        for shift in (0..<HalfLife.count).map(HalfLife.exponent) {
            let length = Int64(1) << shift
            #expect(Fading(elapsed: 0, shift: shift).left(of: 12_345) == 12_345)
            #expect(Fading(elapsed: length * 3, shift: shift).left(of: 1 << 20) == 1 << 17)
            #expect(Fading(elapsed: length * 61, shift: shift).left(of: 1 << 61) == 1)
            #expect(Fading(elapsed: 1 << 50, shift: shift).left(of: .max) <= 1)
            for _ in 0..<2_000 {
                let elapsed = Int64(random.below(Int(length) * 20))
                let value = Int64(random.below(1 << 61))
                let exact = Double(value) * pow(2, -Double(elapsed) / Double(length))
                let left = Double(Fading(elapsed: elapsed, shift: shift).left(of: value))
                #expect(abs(left - exact) <= 1 + exact * 2e-8)
            }
        }
        #expect(Fading(elapsed: 5, shift: 22).left(of: -7) == 0, "nothing is left of less than nothing")
    }
}
