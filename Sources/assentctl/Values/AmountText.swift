import ArgumentParser
import Domain

/// An amount as typed: its currency may follow it, or is known from elsewhere.
struct AmountText: Equatable, ExpressibleByArgument {
    let decimal: String
    let currency: Currency?

    /// Reads `12.50`, `1,250`, `12.50 EUR` or `12.50EUR`.
    init?(argument: String) {
        let letters = argument.suffix(3)
        let currency = Currency(letters.uppercased())
        let rest = currency == nil ? argument[...] : argument.dropLast(3)
        let trimmed = rest.last == " " ? rest.dropLast() : rest
        guard !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (48...57).contains($0) || [44, 45, 46].contains($0) })
        else { return nil }
        decimal = String(trimmed)
        self.currency = currency
    }

    /// The amount in a currency.
    ///
    /// - Throws: `CommandFailure` that names the option, for a malformed amount or another currency.
    func money(in expected: Currency?, option: String) throws(CommandFailure) -> Money {
        guard !decimal.hasPrefix("-") else {
            throw CommandFailure(.usage, "\(option) \(decimal): may not be negative")
        }
        guard let currency = currency ?? expected else {
            throw CommandFailure(.usage, "\(option) \(decimal): in which currency? Give --currency, such as EUR")
        }
        if let expected, expected != currency {
            throw CommandFailure(.usage, "\(option) is in \(currency), but the currency here is \(expected)")
        }
        do throws(MoneyError) {
            return try Money(decimal: decimal, currency: currency)
        } catch {
            throw CommandFailure(.usage, "\(option) \(decimal): \(AmountText.explain(error, currency))")
        }
    }

    private static func explain(_ error: MoneyError, _ currency: Currency) -> String {
        switch error {
        case .malformed: "not an amount; write it as 1250, 1250.50 or 1,250.50"
        case .tooPrecise(let decimals, _):
            "\(decimals) decimals, but \(currency) has \(currency.exponent == 0 ? "none" : String(currency.exponent))"
        case .outOfRange: "too large"
        }
    }
}
