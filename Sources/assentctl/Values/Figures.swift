/// Numbers for people.
enum Figures {
    /// A count with commas: `1,234,567`.
    static func grouped(_ count: some BinaryInteger) -> String {
        let digits = String(count.magnitude)
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Bytes in binary units: `1.5 MiB`.
    static func bytes(_ count: UInt64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        guard count >= 1_024 else { return "\(count) B" }
        var unit = 0
        var divisor: UInt64 = 1_024
        while unit < units.count - 1, count / divisor >= 1_024 {
            divisor *= 1_024
            unit += 1
        }
        return tenths(count, divisor) + " " + units[unit]
    }

    /// A time in microseconds, in the unit that suits it: `85 µs`, `1.3 ms`, `2.5 s`.
    static func microseconds(_ count: UInt64) -> String {
        if count < 1_000 { return "\(count) µs" }
        if count < 1_000_000 { return tenths(count, 1_000) + " ms" }
        if count < 120_000_000 { return tenths(count, 1_000_000) + " s" }
        return duration(seconds: count / 1_000_000)
    }

    /// A long time by its two largest units: `3 d 4 h`, `5 min 12 s`.
    static func duration(seconds: UInt64) -> String {
        let parts: [(UInt64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0 s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// A share with one decimal: `12.5 %`; `-` of nothing.
    static func share(_ part: UInt64, of whole: UInt64) -> String {
        guard whole > 0 else { return "-" }
        let permille = (part.multipliedFullWidth(by: 1_000))
        let (quotient, _) = whole.dividingFullWidth((permille.high % whole, permille.low))
        return "\(quotient / 10).\(quotient % 10) %"
    }

    private static func tenths(_ count: UInt64, _ divisor: UInt64) -> String {
        let whole = count / divisor
        return whole >= 100 ? "\(whole)" : "\(whole).\(count % divisor * 10 / divisor)"
    }
}
