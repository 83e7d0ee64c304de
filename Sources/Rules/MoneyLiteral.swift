/// An amount as it stands in a condition, such as `12.50`: major units of whatever currency the request is in.
///
/// It becomes minor units by the currency's number of decimals when a decision is made, by a table that is made when
/// the rule is loaded: `12.50` is 1250 for EUR, 12500 for KWD. In a currency that has no such amount (`12.50` in JPY)
/// a comparison stays exact: 13 is above it, 12 is below it, nothing equals it.
public struct MoneyLiteral: Hashable, Sendable {
    /// In ten-thousandths of a major unit; four decimals are the most that an ISO 4217 currency has.
    public let tenThousandths: Int64

    /// The largest magnitude: 10^15 ten-thousandths, a hundred thousand million major units.
    public static let magnitudeMax: Int64 = 1_000_000_000_000_000

    init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// The largest integer number of minor units not above the amount, for a currency with 0 to 4 decimals.
    func floor(exponent: Int) -> Int64 {
        let unit = MoneyLiteral.unit(exponent: exponent)
        let quotient = tenThousandths / unit
        return tenThousandths % unit < 0 ? quotient - 1 : quotient
    }

    /// Whether the amount is a whole number of minor units.
    func isExact(exponent: Int) -> Bool { tenThousandths % MoneyLiteral.unit(exponent: exponent) == 0 }

    var negated: MoneyLiteral { MoneyLiteral(tenThousandths: -tenThousandths) }

    private static func unit(exponent: Int) -> Int64 {
        switch exponent {
        case 0: 10_000
        case 1: 1_000
        case 2: 100
        case 3: 10
        default: 1
        }
    }
}
