/// How far the clocks of a place are ahead of UTC, and when they change each year: the form of POSIX (IEEE 1003.1, TZ)
/// that time-zone files end with (RFC 9636, 3.3), `CET-1CEST,M3.5.0,M10.5.0/3`. A plain value: the same text gives the
/// same periods on every machine, whatever time-zone files are there.
public struct ZoneRule: Hashable, Sendable, BitwiseCopyable {
    /// A day of each year, and the time of that day, by the clocks until then.
    struct Change: Hashable, Sendable, BitwiseCopyable {
        /// 1 to 12.
        let month: Int64
        /// Of the month's weekdays the so-manieth, 1 to 5; 5: the last.
        let week: Int64
        /// 0 for Sunday to 6.
        let weekday: Int64
        /// After midnight; may be below zero or above a day.
        let seconds: Int64
    }

    private let standardSeconds: Int64
    private let summerSeconds: Int64
    private let begin: Change
    private let end: Change
    private let hasSummer: Bool

    /// UTC itself.
    public static let utc = ZoneRule(standardSeconds: 0)

    private init(standardSeconds: Int64) {
        self.standardSeconds = standardSeconds
        summerSeconds = standardSeconds
        begin = Change(month: 1, week: 1, weekday: 0, seconds: 0)
        end = begin
        hasSummer = false
    }

    /// Reads the form; `nil`: it is another, or has changes on days that are not the nth weekday of a month.
    public init?(_ text: String) {
        var reader = ZoneRuleReader(text)
        guard reader.skipName(), let west = reader.offset(hoursMax: 24) else { return nil }
        if reader.isAtEnd {
            self = ZoneRule(standardSeconds: -west)
            return
        }
        guard reader.skipName() else { return nil }
        standardSeconds = -west
        if reader.isAtComma {
            summerSeconds = standardSeconds + 3_600
        } else {
            guard let west = reader.offset(hoursMax: 24) else { return nil }
            summerSeconds = -west
        }
        guard let begin = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        self.begin = begin
        self.end = end
        hasSummer = true
    }

    /// How many seconds the clocks are ahead of UTC at a second since the epoch.
    public func secondsAhead(at second: Int64) -> Int64 {
        guard hasSummer else { return standardSeconds }
        let (first, last) = changes(around: second)
        let isSummer = first < last ? first <= second && second < last : !(last <= second && second < first)
        return isSummer ? summerSeconds : standardSeconds
    }

    /// When summer time begins and ends in the year of a second, by UTC.
    private func changes(around second: Int64) -> (begin: Int64, end: Int64) {
        let year = CivilDate(daysSinceEpoch: (second + standardSeconds).floored(by: 86_400)).year
        return (begin.second(in: year) - standardSeconds, end.second(in: year) - summerSeconds)
    }

    /// The day by the clocks of the place, counted from 1970-01-01.
    ///
    /// A day that was begun is not left again where clocks are put back over midnight: days never run backwards.
    public func day(at second: Int64) -> Int64 {
        var local = second + secondsAhead(at: second)
        if hasSummer {
            let (first, last) = changes(around: second)
            let (back, before) = summerSeconds > standardSeconds ? (last, summerSeconds) : (first, standardSeconds)
            if back <= second { local = max(local, back - 1 + before) }
        }
        return local.floored(by: 86_400)
    }
}

extension ZoneRule.Change {
    /// By the clocks of the place, in seconds since the epoch.
    fileprivate func second(in year: Int64) -> Int64 {
        let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
        let next =
            month == 12
            ? CivilDate(year: year + 1, month: 1, day: 1).daysSinceEpoch
            : CivilDate(year: year, month: month + 1, day: 1).daysSinceEpoch
        // 1970-01-01 was a Thursday.
        let firstWeekday = (first + 4) - (first + 4).floored(by: 7) * 7
        var day = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
        if day >= next { day -= 7 }
        return day * 86_400 + seconds
    }
}

extension Int64 {
    /// Divided, and rounded down.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// Reads the parts of a rule, one after the other.
private struct ZoneRuleReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var isAtComma: Bool { rest.first == UInt8(ascii: ",") }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Three or more letters, or letters, digits and signs in angle brackets.
    mutating func skipName() -> Bool {
        let isQuoted = take("<")
        let name = rest.prefix { byte in
            (65...90).contains(byte) || (97...122).contains(byte)
                || isQuoted && ((48...57).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"))
        }
        rest.removeFirst(name.count)
        return (3...32).contains(name.count) && (!isQuoted || take(">"))
    }

    private mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix { (48...57).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        let number = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        return range.contains(number) ? number : nil
    }

    /// Hours, minutes and seconds, with a sign or without.
    mutating func offset(hoursMax: Int64) -> Int64? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = number(0...hoursMax) else { return nil }
        var seconds = hours * 3_600
        for unit in [Int64(60), 1] where take(":") {
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `,M3.5.0/2`
    mutating func change() -> ZoneRule.Change? {
        guard take(","), take("M"), let month = number(1...12), take("."), let week = number(1...5), take("."),
            let weekday = number(0...6)
        else { return nil }
        var seconds: Int64 = 7_200
        if take("/") {
            guard let time = offset(hoursMax: 167) else { return nil }
            seconds = time
        }
        return ZoneRule.Change(month: month, week: week, weekday: weekday, seconds: seconds)
    }
}
