/// A small seeded generator (Steele, Lea, Flood: splitmix64), so that a failing run can be repeated.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True with a chance of one in so many.
    mutating func oneIn(_ count: Int) -> Bool { count > 0 && next() % UInt64(count) == 0 }

    /// A number from zero up to a bound, which it does not reach.
    mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

    /// A number of a range.
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// One of several.
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
