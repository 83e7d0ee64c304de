/// The last month in which a card is good (ISO 8583 field 14), to the end of that month in UTC.
@frozen
public struct ExpiryMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Year times 12 plus month less 1.
    public let monthNumber: UInt16

    /// Takes a year from 2000 to 2099 and a month from 1 to 12.
    public init?(year: Int, month: Int) {
        guard (2000...2099).contains(year), (1...12).contains(month) else { return nil }
        monthNumber = UInt16(year * 12 + month - 1)
    }

    /// Takes year times 12 plus month less 1.
    public init?(monthNumber: UInt16) {
        self.init(year: Int(monthNumber) / 12, month: Int(monthNumber) % 12 + 1)
    }

    /// Reads `YYYY-MM`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let year = Int(parts[0]),
            let month = Int(parts[1])
        else { return nil }
        self.init(year: year, month: month)
    }

    /// The first instant at which the card is expired.
    public var end: Instant {
        let next = Int64(monthNumber) + 1
        let first = CivilDate(year: next / 12, month: next % 12 + 1, day: 1)
        return Instant(microseconds: first.daysSinceEpoch * 86_400_000_000)
    }

    /// `YYYY-MM`.
    public var description: String {
        let month = monthNumber % 12 + 1
        return "\(monthNumber / 12)-\(month < 10 ? "0" : "")\(month)"
    }

    /// Orders by time.
    public static func < (left: Self, right: Self) -> Bool { left.monthNumber < right.monthNumber }
}
