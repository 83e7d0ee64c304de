extension Instant: CustomStringConvertible {
    /// The instant in RFC 3339 form with microseconds, in UTC: `2026-11-21T09:30:00.000000Z`.
    public var description: String {
        let day = microseconds >= 0 ? microseconds / Self.day : (microseconds - Self.day + 1) / Self.day
        let rest = microseconds - day * Self.day
        let date = CivilDate(daysSinceEpoch: day)
        let second = rest / 1_000_000
        let clock = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(rest % 1_000_000, 6))Z"
    }

    /// Reads RFC 3339 in UTC: `2026-11-21`, `2026-11-21T09:30:00Z` or with up to six decimals of a second.
    ///
    /// `nil` for anything else, a day that does not exist included.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let date = CivilDate(bytes[0..<10]) else { return nil }
        var microseconds = date.daysSinceEpoch * Self.day
        if bytes.count > 10 {
            guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
                bytes[16] == UInt8(ascii: ":"), bytes.last == UInt8(ascii: "Z"),
                let hour = decimal(bytes[11..<13]), hour < 24, let minute = decimal(bytes[14..<16]), minute < 60,
                let second = decimal(bytes[17..<19]), second < 60
            else { return nil }
            microseconds += (hour * 3_600 + minute * 60 + second) * 1_000_000
            let fraction = bytes[19..<(bytes.count - 1)]
            if !fraction.isEmpty {
                guard fraction.first == UInt8(ascii: "."), (2...7).contains(fraction.count),
                    var value = decimal(fraction.dropFirst())
                else { return nil }
                for _ in 0..<(7 - fraction.count) { value *= 10 }
                microseconds += value
            }
        }
        self.init(microseconds: microseconds)
    }

    private static var day: Int64 { 86_400_000_000 }
}

/// A day of the proleptic Gregorian calendar, by the algorithms of Howard Hinnant's "chrono-Compatible Low-Level
/// Date Algorithms".
public struct CivilDate: Hashable, Sendable, CustomStringConvertible {
    /// The year, from 0000 to 9999.
    public let year: Int64
    /// The month, 1 to 12.
    public let month: Int64
    /// The day of the month, 1 to 31.
    public let day: Int64

    /// The day that lies so many days after 1970-01-01.
    public init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Takes a day that exists.
    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `YYYY-MM-DD`; `nil` where there is no such day.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10]),
            (1...12).contains(month), day >= 1
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        guard CivilDate(daysSinceEpoch: daysSinceEpoch) == self else { return nil }
    }

    /// Days after 1970-01-01.
    public var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day as `YYYY-MM-DD` (ISO 8601).
    public var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

private func decimal(_ bytes: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return bytes.isEmpty ? nil : value
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
