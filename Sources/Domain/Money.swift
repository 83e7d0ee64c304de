/// An amount in a currency's minor units, the integer that ledgers and ISO 8583 field 4 carry.
@frozen
public struct Money: Hashable, Sendable {
    /// In units of 10^-exponent of the currency: cents for EUR, yen for JPY, fils for KWD.
    public let minorUnits: Int64
    /// The unit.
    public let currency: Currency

    /// Joins number and unit.
    @inlinable
    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }
}

/// Why a text is not an amount.
public enum MoneyError: Error, Equatable, Sendable {
    /// Not digits with at most one decimal point.
    case malformed
    /// More decimals than the currency has.
    case tooPrecise(decimals: Int, currency: Currency)
    /// Outside of what 64 bits hold.
    case outOfRange
}

extension Money: CustomStringConvertible {
    /// Reads a decimal such as `1250`, `1250.5`, `-3.00` or `1,250.00` in the given currency.
    ///
    /// - Throws: `MoneyError`, when it is no decimal, too precise for the currency, or too large.
    public init(decimal text: some StringProtocol, currency: Currency) throws(MoneyError) {
        let bytes = Array(text.utf8)
        let negative = bytes.first == UInt8(ascii: "-")
        let parts = bytes.dropFirst(negative ? 1 : 0).split(
            separator: UInt8(ascii: "."),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let whole = parts.first, Money.isWellGrouped(whole) else { throw .malformed }
        let decimals = parts.count > 1 ? parts[1] : []
        guard parts.count == 1 || !decimals.isEmpty, decimals.allSatisfy(isDigit) else { throw .malformed }
        guard decimals.count <= currency.exponent else {
            throw .tooPrecise(decimals: decimals.count, currency: currency)
        }
        var magnitude: Int64 = 0
        let padding = Array(repeating: UInt8(ascii: "0"), count: currency.exponent - decimals.count)
        for byte in whole.filter({ $0 != UInt8(ascii: ",") }) + decimals + padding {
            guard isDigit(byte) else { throw .malformed }
            let (product, productOverflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !productOverflow, !sumOverflow else { throw .outOfRange }
            magnitude = sum
        }
        self.init(minorUnits: negative ? -magnitude : magnitude, currency: currency)
    }

    /// The amount without a currency, for data: `1250.00`.
    public var decimal: String { text(grouped: false) }

    /// The amount for people: `1,250.00 EUR`.
    public var description: String { "\(text(grouped: true)) \(currency)" }

    private func text(grouped: Bool) -> String {
        var digits = String(minorUnits.magnitude)
        let exponent = currency.exponent
        if digits.count <= exponent { digits = String(repeating: "0", count: exponent + 1 - digits.count) + digits }
        let whole = digits.dropLast(exponent)
        var text = minorUnits < 0 ? "-" : ""
        for (index, digit) in whole.enumerated() {
            if grouped, index > 0, (whole.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return exponent == 0 ? text : "\(text).\(digits.suffix(exponent))"
    }

    /// Digits, with commas either nowhere or before every third digit from the right.
    private static func isWellGrouped(_ whole: ArraySlice<UInt8>) -> Bool {
        guard !whole.isEmpty else { return false }
        let comma = UInt8(ascii: ",")
        guard whole.contains(comma) else { return true }
        let groups = whole.split(separator: comma, omittingEmptySubsequences: false)
        return groups.dropFirst().allSatisfy { $0.count == 3 }
            && (groups.first.map { (1...3).contains($0.count) } ?? false)
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
