/// What becomes of the part of a minor unit that a conversion leaves over.
public enum RoundingRule: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// To the nearest; a half away from zero, as card networks do.
    case halfAwayFromZero = 0
    /// To the nearest; a half to the even neighbour.
    case halfEven = 1
    /// It is dropped.
    case towardZero = 2
    /// Any part makes a whole one.
    case awayFromZero = 3
}

/// A rate of exchange as a decimal: one major unit of the one currency is `value` x 10^-`scale` of the other.
@frozen
public struct ConversionRate: Hashable, Sendable {
    /// The digits; above zero.
    public let value: Int64
    /// How many of them are behind the decimal point, 0 to 18.
    public let scale: UInt8

    /// `nil` unless the value is above zero and the scale at most 18.
    @inlinable
    public init?(value: Int64, scale: UInt8) {
        guard value > 0, scale <= 18 else { return nil }
        self.value = value
        self.scale = scale
    }
}

extension ConversionRate {
    /// Converts an amount exactly and rounds once, to the other currency's minor unit.
    ///
    /// - Parameters:
    ///   - minorUnits: in minor units of the source, of either sign.
    ///   - source: the currency of `minorUnits`.
    ///   - target: the currency of the result.
    /// - Returns: minor units of `target`; `nil` where 64 bits do not hold them.
    public func convert(_ minorUnits: Int64, from source: Currency, to target: Currency, rounding: RoundingRule)
        -> Int64?
    {
        // amount x value x 10^(target - source - scale): a product of 128 bits, then one division.
        let shift = target.exponent - source.exponent - Int(scale)
        var product = minorUnits.magnitude.multipliedFullWidth(by: value.magnitude)
        if shift > 0 {
            // At most 10^4: exponents go from 0 to 4.
            let low = product.low.multipliedFullWidth(by: Self.power(shift))
            let high = product.high.multipliedFullWidth(by: Self.power(shift))
            let (sum, overflow) = high.low.addingReportingOverflow(low.high)
            guard high.high == 0, !overflow else { return nil }
            product = (sum, low.low)
        }
        guard let magnitude = Self.divide(product, digits: max(0, -shift), negative: minorUnits < 0, rounding) else {
            return nil
        }
        guard magnitude <= UInt64(Int64.max) else { return nil }
        return minorUnits < 0 ? -Int64(magnitude) : Int64(magnitude)
    }

    /// What one of several parts comes to, so that the parts come to what the whole does: the conversion of all up to
    /// and with this part, less the conversion of all before it.
    ///
    /// - Parameters:
    ///   - part: this part in minor units of the source.
    ///   - before: the sum of the parts before it.
    /// - Returns: minor units of `target`; `nil` where 64 bits do not hold the sum.
    public func convert(
        part: Int64,
        after before: Int64,
        from source: Currency,
        to target: Currency,
        rounding: RoundingRule
    ) -> Int64? {
        let (total, overflow) = before.addingReportingOverflow(part)
        guard !overflow, let all = convert(total, from: source, to: target, rounding: rounding),
            let earlier = convert(before, from: source, to: target, rounding: rounding)
        else { return nil }
        let (share, shareOverflow) = all.subtractingReportingOverflow(earlier)
        return shareOverflow ? nil : share
    }

    /// Divides by 10^`digits`, up to 22, in at most two exact steps: what the first leaves over still counts in the
    /// rounding.
    private static func divide(
        _ product: (high: UInt64, low: UInt64.Magnitude),
        digits: Int,
        negative: Bool,
        _ rounding: RoundingRule
    ) -> UInt64? {
        let first = power(min(digits, 19))
        let second = power(max(0, digits - 19))
        let upper = product.high.quotientAndRemainder(dividingBy: first)
        let lower = first.dividingFullWidth((upper.remainder, product.low))
        // (upper, lower) is the quotient so far; the second step divides by 10^3 at most.
        guard upper.quotient < second else { return nil }
        let last = second.dividingFullWidth((upper.quotient, lower.quotient))
        // Compares what is left with half of the divisor: `last.remainder` decides but where it is a tie.
        let isZero = last.remainder == 0 && lower.remainder == 0
        let order = halves(last.remainder, lower.remainder, second: second, first: first)
        let up: Bool
        switch rounding {
        case .halfAwayFromZero: up = order >= 0
        case .halfEven: up = order > 0 || (order == 0 && last.quotient % 2 == 1)
        case .towardZero: up = false
        case .awayFromZero: up = !isZero
        }
        guard up, !isZero else { return last.quotient }
        let (rounded, overflow) = last.quotient.addingReportingOverflow(1)
        return overflow ? nil : rounded
    }

    /// Whether `high` x `first` + `low` is below (-1), at (0) or above (1) half of `first` x `second`.
    private static func halves(_ high: UInt64, _ low: UInt64, second: UInt64, first: UInt64) -> Int {
        let left = high.multipliedFullWidth(by: first)
        let (sum, carry) = left.low.addingReportingOverflow(low)
        let rest = (high: left.high + (carry ? 1 : 0), low: sum)
        let divisor = first.multipliedFullWidth(by: second)
        // divisor - rest against rest, both of 128 bits; rest is below the divisor.
        let (low, borrow) = divisor.low.subtractingReportingOverflow(rest.low)
        let other = (high: divisor.high - rest.high - (borrow ? 1 : 0), low: low)
        if (rest.high, rest.low) == (other.high, other.low) { return 0 }
        return (rest.high, rest.low) < (other.high, other.low) ? -1 : 1
    }

    private static func power(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
