import Domain

/// A sum of amounts, which may be more than one amount can be.
struct SumAmount: Equatable {
    /// Minor units.
    let minorUnits: Int128
    let currency: Currency

    /// Joins the halves as the wire has them.
    init(high: Int64, low: UInt64, _ currency: Currency) {
        self.init(Int128(high) << 64 | Int128(low), currency)
    }

    init(_ minorUnits: Int128, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Without a currency, for data: `1250.00`.
    var decimal: String { text(whole: { $0 }) }

    /// For people, without a currency: `1,250.00`; the currency has a column of its own.
    var grouped: String {
        text { digits in
            var text = ""
            for (index, digit) in digits.enumerated() {
                if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
                text.append(digit)
            }
            return text
        }
    }

    private func text(whole: (String) -> String) -> String {
        var digits = String(minorUnits.magnitude)
        let exponent = currency.exponent
        if digits.count <= exponent { digits = String(repeating: "0", count: exponent + 1 - digits.count) + digits }
        let sign = minorUnits < 0 ? "-" : ""
        let decimals = exponent == 0 ? "" : "." + digits.suffix(exponent)
        return sign + whole(String(digits.dropLast(exponent))) + decimals
    }

    /// As data: the decimal as `name`, the integer as `nameMinor`.
    func fields(_ name: String) -> [Field] { [Field(name, decimal), Field(name + "Minor", minorUnits)] }
}
