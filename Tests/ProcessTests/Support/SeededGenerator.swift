import Foundation

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): a seed says all that follows.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Takes the seed from ASSENT_SEED, else draws one; prints it with what it is for.
    static func announced(for purpose: String) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["ASSENT_SEED"].flatMap { UInt64($0) }
        let generator = SeededGenerator(seed: given ?? .random(in: 0...999_999_999))
        print("\(purpose): ASSENT_SEED=\(generator.seed)")
        return generator
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A generator of its own for a part, which draws the same whatever the others draw.
    func part(_ number: Int) -> SeededGenerator {
        var other = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
        return SeededGenerator(seed: other.next())
    }
}
