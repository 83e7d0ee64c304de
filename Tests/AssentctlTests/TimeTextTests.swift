import Domain
import Testing

@testable import assentctl

@Suite struct TimeTextTests {
    @Test(arguments: [
        ("2026-11-21", "2026-11-21T00:00:00.000000Z"), ("2026-11-21 09:30", "2026-11-21T09:30:00.000000Z"),
        ("2026-11-21T09:30", "2026-11-21T09:30:00.000000Z"), ("2026-11-21T09:30:05.25Z", "2026-11-21T09:30:05.250000Z"),
        ("2026-11-21 09:30:05", "2026-11-21T09:30:05.000000Z"), ("now", "2026-11-21T12:00:00.000001Z"),
        ("today", "2026-11-21T00:00:00.000000Z"), ("yesterday", "2026-11-20T00:00:00.000000Z"),
        ("90s", "2026-11-21T11:58:30.000001Z"), ("15m", "2026-11-21T11:45:00.000001Z"),
        ("2h", "2026-11-21T10:00:00.000001Z"), ("7d", "2026-11-14T12:00:00.000001Z"),
    ])
    func timesAreReadAsPeopleWriteThem(text: String, expected: String) throws {
        let now = try #require(Instant("2026-11-21T12:00:00.000001Z"))
        #expect(try #require(TimeText(argument: text)).instant(now: now).description == expected)
    }

    @Test(arguments: [
        "", "tomorrow", "2026-02-30", "2026-11-21 25:00", "5x", "-5m", "h", "99999999999d", "2026-11-21T09:30+01:00",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(TimeText(argument: text) == nil)
    }

    @Test func shortFormIsToTheSecond() {
        #expect(Instant("2026-11-21T09:30:05.999999Z")?.short == "2026-11-21 09:30:05")
    }
}
