import Foundation

/// Random numbers that a seed repeats (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    /// What it was made from.
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The seed in the environment variable ASSENT_SEED, else a fresh one; printed with what it is for, so that a
    /// failing run can be repeated.
    package static func freshSeed(_ purpose: String = #function) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["ASSENT_SEED"].flatMap { UInt64($0) }
        let seed = given ?? .random(in: 0...999_999_999)
        print("\(purpose): ASSENT_SEED=\(seed)")
        return seed
    }

    /// Numbers from such a seed.
    package static func announced(for purpose: String) -> SeededRandom { SeededRandom(seed: freshSeed(purpose)) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A number from 0 to `bound` - 1.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True so many times in a hundred.
    package mutating func percent(_ share: Int) -> Bool { below(100) < share }

    /// One of several.
    package mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    /// Numbers of their own for a part, the same whatever the others draw.
    package func part(_ number: Int) -> SeededRandom {
        var other = SeededRandom(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
        return SeededRandom(seed: other.next())
    }
}
