import Domain
import Testing

@Suite("Instants and months")
struct InstantTests {
    @Test(arguments: [
        ("1970-01-01", Int64(0), "1970-01-01T00:00:00.000000Z"),
        ("2026-11-21T09:30:00Z", 1_795_253_400_000_000, "2026-11-21T09:30:00.000000Z"),
        ("2000-02-29T23:59:59.5Z", 951_868_799_500_000, "2000-02-29T23:59:59.500000Z"),
        ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ("0000-01-01", -62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
        ("2016-02-29T00:00:00.000001Z", 1_456_704_000_000_001, "2016-02-29T00:00:00.000001Z"),
    ])
    func textsAreReadAndShown(_ text: String, _ microseconds: Int64, _ shown: String) throws {
        let instant = try #require(Instant(text))
        #expect(instant.microseconds == microseconds)
        #expect(instant.description == shown)
        #expect(Instant(shown) == instant)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-00-10", "2026-02-30", "2025-02-29", "1900-02-29", "2026-11-00", "2026-11-21T",
        "2026-11-21T09:30Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z", "2026-11-21T09:30:60Z",
        "2026-11-21T09:30:00", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00.1234567Z", "2026-11-21 09:30:00Z",
        "2026-11-21T09:30:00+01:00", "+026-11-21", "2026-1-021", "2026-11-21T09:30:0aZ", "2026-11-21Z",
    ])
    func whatIsNoInstantIsRefused(_ text: String) { #expect(Instant(text) == nil) }

    @Test func everyDayOfFourHundredYearsRoundTrips() {
        var previous = CivilDate(daysSinceEpoch: -141_428)
        for day in Int64(-141_427)...4_670 {
            let date = CivilDate(daysSinceEpoch: day)
            let follows =
                date.day == previous.day + 1 && date.month == previous.month
                || date.day == 1 && (date.month == previous.month + 1 || date.month == 1 && previous.month == 12)
            guard date.daysSinceEpoch == day, follows, (1...12).contains(date.month), (1...31).contains(date.day) else {
                Issue.record("day \(day) became \(date) after \(previous)")
                return
            }
            previous = date
        }
    }

    @Test func movingSaturates() {
        #expect(Instant.max.advanced(byMicroseconds: .max).microseconds == .max)
        #expect(Instant(microseconds: -5).advanced(byMicroseconds: .min).microseconds == .min)
        #expect(Instant.epoch.advanced(byMicroseconds: 1_500).milliseconds == 1)
    }

    @Test func aCardIsGoodToTheEndOfItsMonth() throws {
        #expect(try #require(ExpiryMonth("2026-12")).end == Instant("2027-01-01"))
        #expect(try #require(ExpiryMonth("2028-02")).end == Instant("2028-03-01"))
        for number in UInt16(24_000)...25_199 {
            let month = try #require(ExpiryMonth(monthNumber: number))
            let next = Int(number) + 1
            let digits = next % 12 + 1
            let first = Instant("\(next / 12)-\(digits < 10 ? "0" : "")\(digits)-01")
            guard month.end == first, ExpiryMonth(month.description) == month else {
                Issue.record("\(month) ends at \(month.end)")
                return
            }
        }
    }

    @Test(arguments: ["", "2026", "2026-13", "2026-00", "1999-12", "2100-01", "2026-1", "26-01", "2026-+1", "+026-01"])
    func whatIsNoExpiryMonthIsRefused(_ text: String) { #expect(ExpiryMonth(text) == nil) }

    @Test func monthNumbersOutsideOfTheCenturyAreRefused() {
        #expect(ExpiryMonth(monthNumber: 23_999) == nil)
        #expect(ExpiryMonth(monthNumber: 25_200) == nil)
        #expect(ExpiryMonth(monthNumber: 0) == nil)
    }
}
