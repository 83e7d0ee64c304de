/// A repeatable random source (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the same load.
@frozen
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    /// Any seed is good, zero included.
    @inlinable
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mixed(state)
    }

    /// A number from 0 up to `bound`, without it; `bound` is positive.
    @inlinable
    public mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bitPattern: Int64(bound))).high)
    }

    /// A number from 0 to 1, without 1, in steps of 2^-53.
    @inlinable
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// SplitMix64's finalizer: a bijection of 64 bits in which every input bit reaches every output bit.
@inlinable
public func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
}

/// The inverse of `mixed`.
public func unmixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 31 ^ bits >> 62) &* 0x3196_42B2_D24D_8EC3
    bits = (bits ^ bits >> 27 ^ bits >> 54) &* 0x96DE_1B17_3F11_9089
    return bits ^ bits >> 30 ^ bits >> 60
}
