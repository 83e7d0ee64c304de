import ArgumentParser

/// A rate of exchange as a decimal: one major unit of the merchant's currency in major units of the card's.
struct RateText: Equatable, ExpressibleByArgument {
    /// The digits, above zero and at most 10^15.
    let value: Int64
    /// How many of them are decimals, 0 to 18.
    let scale: UInt8

    /// Reads `0.925`, `1` or `161.20`; up to 15 digits.
    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || !fraction.isEmpty, (whole + fraction).utf8.allSatisfy({ (48...57).contains($0) }),
            fraction.utf8.count <= 18, let value = Int64(whole + fraction), value > 0, value <= 1_000_000_000_000_000
        else { return nil }
        self.value = value
        scale = UInt8(fraction.utf8.count)
    }
}
