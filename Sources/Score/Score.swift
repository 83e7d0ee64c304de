/// A model's answer about one payment.
@frozen
public struct Score: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Log-odds of fraud, in units of 2^-24.
    public let margin: Int64

    /// Takes log-odds in units of 2^-24.
    public init(margin: Int64) { self.margin = margin }

    /// How likely fraud is, in thousandths, 0 to 1000: what rules will read and people see.
    ///
    /// The logistic function in whole numbers: the same on every machine.
    public var points: Int {
        // 2^-y is e^-m for y = m / ln 2, here in units of 2^-30.
        let magnitude = Int64(min(UInt64(1) << 30, margin.magnitude))
        let exponent = (magnitude * 1_549_082_005) >> 24
        let fading = Fading(elapsed: exponent, shift: 30)
        let odds = fading.left(of: FixedPoint.one)
        // 1 / (1 + odds) for the likelier side.
        let likely = (1_000 * FixedPoint.one + (FixedPoint.one + odds) / 2) / (FixedPoint.one + odds)
        return Int(margin >= 0 ? likely : 1_000 - likely)
    }

    /// Its points.
    public var description: String { "\(points)" }

    /// Orders by log-odds.
    public static func < (left: Score, right: Score) -> Bool { left.margin < right.margin }
}
