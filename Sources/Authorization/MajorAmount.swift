import Domain

/// An amount in major units that holds for any currency, such as `5000.00`: up to four decimals, which is the most that
/// an ISO 4217 currency has.
public struct MajorAmount: Hashable, Sendable {
    /// In ten-thousandths of a major unit, 0 to `AuthorizationLimits.amountMax`.
    public let tenThousandths: Int64

    /// The amount with at least two decimals, and no more than it needs.
    public var text: String {
        var decimals = String(10_000 + tenThousandths % 10_000).dropFirst()
        while decimals.count > 2, decimals.last == "0" { decimals.removeLast() }
        return "\(tenThousandths / 10_000).\(decimals)"
    }

    /// Reads `5000`, `5000.5` or `5,000.00`.
    ///
    /// - Throws: `PolicyProblem`, with what is wrong in it.
    init(_ text: String) throws(PolicyProblem) {
        // UYW has four decimals, as this type does; its reader takes the same forms.
        guard let currency = Currency("UYW") else { throw PolicyProblem("") }
        let money: Money
        do throws(MoneyError) {
            money = try Money(decimal: text, currency: currency)
        } catch {
            switch error {
            case .malformed: throw PolicyProblem("'\(text)' is not a decimal amount")
            case .tooPrecise: throw PolicyProblem("'\(text)' has more than four decimals")
            case .outOfRange: throw PolicyProblem("'\(text)' is above \(MajorAmount.max.text)")
            }
        }
        guard money.minorUnits >= 0 else { throw PolicyProblem("'\(text)' is below zero") }
        guard money.minorUnits <= MajorAmount.max.tenThousandths else {
            throw PolicyProblem("'\(text)' is above \(MajorAmount.max.text)")
        }
        tenThousandths = money.minorUnits
    }

    /// Takes ten-thousandths of a major unit within the range.
    init(tenThousandths: Int64) {
        precondition((0...AuthorizationLimits.amountMax).contains(tenThousandths))
        self.tenThousandths = tenThousandths
    }

    /// The largest: a hundred thousand million.
    static var max: MajorAmount { MajorAmount(tenThousandths: AuthorizationLimits.amountMax) }

    /// In minor units of a currency with so many decimals, rounded down: an integer is above the result exactly if it
    /// is above the amount.
    func minorUnits(exponent: Int) -> Int64 {
        switch exponent {
        case 0: tenThousandths / 10_000
        case 1: tenThousandths / 1_000
        case 2: tenThousandths / 100
        case 3: tenThousandths / 10
        default: tenThousandths
        }
    }
}
