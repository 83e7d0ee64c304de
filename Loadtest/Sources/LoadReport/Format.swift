/// How figures are shown to people.
public enum Format {
    /// `1234567` as `1,234,567`.
    public static func grouped(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A time in the unit that fits: `87 ns`, `12.3 µs`, `553 µs`, `1.25 ms`, `2.10 s`.
    public static func duration(nanoseconds: UInt64) -> String {
        let value = Double(nanoseconds)
        if value < 1e3 { return "\(nanoseconds) ns" }
        if value < 1e6 { return "\(decimal(value / 1e3, value < 1e5 ? 1 : 0)) µs" }
        if value < 1e9 { return "\(decimal(value / 1e6, value < 1e8 ? 2 : 0)) ms" }
        return "\(decimal(value / 1e9, 2)) s"
    }

    /// A number with a fixed count of decimals (0 to 6), grouped.
    public static func decimal(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        var scale: Double = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((value * scale).rounded())
        let (whole, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
        let sign = scaled < 0 ? "-" : ""
        guard decimals > 0 else { return sign + grouped(whole) }
        let digits = String(rest)
        return "\(sign)\(grouped(whole)).\(String(repeating: "0", count: decimals - digits.count))\(digits)"
    }

    /// A share (0 to 1) in percent with one decimal.
    public static func percent(_ share: Double) -> String { decimal(share * 100, 1) + " %" }

    /// Padded on the left to a width.
    public static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Padded on the right to a width.
    public static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Rows of cells in columns as wide as their widest cell, the first columns to the left and the others to the
    /// right.
    public static func table(_ rows: [[String]], leftColumns: Int = 1, indent: Int = 2) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column < leftColumns ? left(cell, widths[column]) : right(cell, widths[column])
            }
            let line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
            return String(line.reversed().drop(while: { $0 == " " }).reversed())
        }
    }
}
