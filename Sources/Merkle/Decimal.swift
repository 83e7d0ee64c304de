/// Whole numbers as the C2SP formats write them: ASCII digits without leading zeros.
enum Decimal {
    /// The number that a text is; nil when it is anything else.
    static func parse(_ text: some StringProtocol) -> UInt64? {
        let digits = text.utf8
        guard let first = digits.first, digits.count <= 20,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            first != UInt8(ascii: "0") || digits.count == 1
        else { return nil }
        return UInt64(text)
    }
}
