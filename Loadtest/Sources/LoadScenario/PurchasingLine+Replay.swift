public import Domain

extension PurchasingLine {
    /// Whether money came back.
    public var isCredit: Bool { amountCents < 0 }

    /// Whether the merchant's currency is another than the Canadian dollar.
    public var isForeign: Bool { Currency("CAD").map { originalCurrency != $0 } ?? false }

    /// The rate at which the merchant's amount comes to the billed one, to the cent, by rounding half away from zero:
    /// the file has the two amounts, and this is the rate with the fewest decimals, from four on, that leads from the
    /// one to the other. `nil` for a line that is not foreign, or where there is none.
    public var rate: ConversionRate? {
        guard isForeign, let canadian = Currency("CAD") else { return nil }
        let billed = amountCents.magnitude
        let charged = originalAmount.magnitude
        for scale in UInt8(4)...15 {
            // value = billed * 10^(scale + exponent of the merchant's currency - 2) / charged, to the nearest.
            var numerator = UInt128(billed)
            var denominator = UInt128(charged)
            let shift = Int(scale) + originalCurrency.exponent - canadian.exponent
            for _ in 0..<abs(shift) { if shift > 0 { numerator *= 10 } else { denominator *= 10 } }
            let nearest = (numerator + denominator / 2) / denominator
            guard let value = Int64(exactly: nearest), value <= 1_000_000_000_000_000,
                let rate = ConversionRate(value: value, scale: scale)
            else { continue }
            let converted = rate.convert(
                Int64(charged),
                from: originalCurrency,
                to: canadian,
                rounding: .halfAwayFromZero
            )
            if converted == Int64(billed) { return rate }
        }
        return nil
    }
}
