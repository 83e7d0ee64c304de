/// A small seeded generator (Steele, Lea, Flood: splitmix64), so that a failing run can be repeated.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A fresh seed, printed with the name of the test that uses it.
    static func freshSeed(_ test: String = #function) -> UInt64 {
        let seed = UInt64.random(in: 1 ... .max)
        print("\(test) seed \(seed)")
        return seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
