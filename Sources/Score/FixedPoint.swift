/// Powers and logarithms of two in whole numbers: the same bits on every machine, which floating point and the C
/// library's functions do not promise.
///
/// Both are polynomials in units of 2^-30, fitted so that the largest error is least and both ends are exact.
enum FixedPoint {
    /// 1 in units of 2^-30.
    static let one: Int64 = 1 << 30

    /// 2^-(fraction / 2^30) in units of 2^-30, for 0 up to `one`; off by less than 4 units.
    @inline(__always)
    static func power(_ fraction: Int64) -> Int64 {
        var sum: Int64 = 117_533
        sum = -1_370_293 + (sum &* fraction) >> 30
        sum = 10_287_439 + (sum &* fraction) >> 30
        sum = -59_583_778 + (sum &* fraction) >> 30
        sum = 257_939_199 + (sum &* fraction) >> 30
        sum = -744_261_012 + (sum &* fraction) >> 30
        return one + (sum &* fraction) >> 30
    }

    /// The logarithm to base 2 of a number above zero, in units of 2^-16; off by less than one unit.
    @inline(__always)
    static func logarithm(_ value: Int64) -> Int32 {
        let value = UInt64(bitPattern: max(1, value))
        let zeros = value.leadingZeroBitCount
        // The bits behind the first one.
        let fraction = Int64(bitPattern: ((value &<< UInt64(zeros)) &<< 1) &>> 34)
        var sum: Int64 = 16_330_637
        sum = -84_326_215 + (sum &* fraction) >> 30
        sum = 207_263_920 + (sum &* fraction) >> 30
        sum = -349_116_554 + (sum &* fraction) >> 30
        sum = 508_227_959 + (sum &* fraction) >> 30
        sum = -773_689_217 + (sum &* fraction) >> 30
        sum = 1_549_051_294 + (sum &* fraction) >> 30
        let behind = (sum &* fraction) >> 30
        return Int32(truncatingIfNeeded: (63 - zeros) << 16) &+ Int32(truncatingIfNeeded: (behind + 1 << 13) >> 14)
    }

    /// The logarithm of 1 + value / 2^bits, in units of 2^-16: from 0 on for values from 0 on.
    @inline(__always)
    static func logarithmAboveOne(_ value: Int64, bits: Int) -> Int32 {
        logarithm(max(0, value) &+ 1 &<< Int64(bits)) &- Int32(truncatingIfNeeded: bits &<< 16)
    }

    /// A value times a factor in units of 2^-30, rounded down.
    @inline(__always)
    static func scaled(_ value: Int64, by factor: Int64) -> Int64 {
        let product = value.multipliedFullWidth(by: factor)
        return product.high &<< 34 | Int64(bitPattern: product.low.magnitude &>> 30)
    }
}
