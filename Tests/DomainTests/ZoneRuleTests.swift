import Domain
import Foundation
import Testing

/// Days by the clocks of a place, against the calendar of Foundation, which reads time-zone files of its own.
@Suite struct ZoneRuleTests {
    private static let rules = [
        ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"), ("Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"),
        ("Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1"), ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
        ("America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0"), ("America/Havana", "CST5CDT,M3.2.0/0,M11.1.0/1"),
        ("America/Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24"), ("Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"),
        ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"), ("Asia/Kathmandu", "<+0545>-5:45"),
        ("Asia/Kolkata", "IST-5:30"), ("Pacific/Chatham", "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45"),
        ("Pacific/Kiritimati", "<+14>-14"), ("Pacific/Pago_Pago", "SST11"), ("UTC", "UTC0"),
    ]

    /// Every quarter of an hour of three years, and more around each change of the clocks.
    @Test(arguments: rules) func daysAreThoseOfTheCalendar(_ name: String, _ text: String) throws {
        let rule = try #require(ZoneRule(text))
        let zone = try #require(TimeZone(identifier: name))
        var previous = Int64.min
        let first: Int64 = 1_767_225_600
        for second in stride(from: first, to: first + 3 * 366 * 86_400, by: 900) {
            for second in [second, second + 899] {
                let ahead = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
                #expect(rule.secondsAhead(at: second) == ahead, "\(name) at \(second)")
                let day = rule.day(at: second)
                let local = second + ahead
                let expected = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
                // Where clocks are put back over midnight the day that was begun goes on.
                #expect(day == max(expected, previous), "\(name) at \(second)")
                #expect(day >= previous && day <= expected + 1)
                previous = day
            }
        }
    }

    @Test func aDayThatWasBegunIsNotLeftAgain() throws {
        // At 00:30 on the first Sunday of November clocks are put back to 23:30.
        let rule = try #require(ZoneRule("AAA0BBB,M3.2.0,M11.1.0/0:30"))
        // 2026-11-01 00:30 there is 2026-10-31 23:30 UTC.
        let back: Int64 = 1_793_489_400
        #expect(rule.secondsAhead(at: back - 1) == 3_600 && rule.secondsAhead(at: back) == 0)
        let day = rule.day(at: back - 1)
        #expect(rule.day(at: back - 1_801) == day - 1)
        for second in [back, back + 1, back + 1_799, back + 1_800, back + 86_400 + 1_799] {
            #expect(rule.day(at: second) == day, "\(second - back)")
        }
        #expect(rule.day(at: back + 86_400 + 1_800) == day + 1)
    }

    @Test(arguments: [
        "", "CET", "CE-1", "CET-1CEST", "CET-25", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,J60,J300", "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M3.5.0,M10.5.0/3 ", "<CET-1", "CET-1:60", "CET-1CEST,M3.5.0,M10.5.0,", "Europe/Berlin", "CET--1",
        "CET-9999999999999999999", "1", ",M3.5.0,M10.5.0",
    ]) func whatIsNoRuleIsRefused(_ text: String) { #expect(ZoneRule(text) == nil) }
}
