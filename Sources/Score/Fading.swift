/// By how much something has faded since it was last looked at.
///
/// A half-life is a power of two of milliseconds: whole half-lives are a shift, the rest of one goes through a
/// polynomial, and nothing is divided.
struct Fading {
    /// What is left after the rest of a half-life, in units of 2^-30.
    private let factor: Int64
    /// Whole half-lives, at most 62.
    private let halvings: Int64

    /// - Parameters:
    ///   - elapsed: In milliseconds, not below zero.
    ///   - shift: The half-life is 2^shift milliseconds, 1 to 40.
    @inline(__always)
    init(elapsed: Int64, shift: Int64) {
        let rest = elapsed & (1 &<< shift &- 1)
        factor = FixedPoint.power(shift <= 30 ? rest &<< (30 &- shift) : rest &>> (shift &- 30))
        halvings = min(62, elapsed &>> shift)
    }

    /// What is left of a value, rounded down; nothing of what is below zero.
    @inline(__always)
    func left(of value: Int64) -> Int64 {
        let product = UInt64(bitPattern: max(0, value)).multipliedFullWidth(by: UInt64(bitPattern: factor))
        let shift = UInt64(bitPattern: 30 &+ halvings)
        guard shift < 64 else { return Int64(bitPattern: product.high &>> (shift &- 64)) }
        return Int64(bitPattern: product.high &<< (64 &- shift) | product.low &>> shift)
    }
}

/// The half-lives that counts and amounts are kept with, by number: a factor of eight from each to the next.
enum HalfLife {
    /// 69.9 minutes, 9.3 hours, 3.1 days and 24.9 days.
    static var count: Int { 4 }
    static var days: Int { 2 }
    static var month: Int { 3 }

    /// The half-life is 2^this milliseconds.
    @inline(__always)
    static func exponent(_ number: Int) -> Int64 { Int64(22 &+ 3 &* number) }
}
