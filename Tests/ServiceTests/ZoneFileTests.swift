import Authorization
import Domain
import Foundation
import Testing

@testable import Service

/// Rules from the time-zone files of this machine.
@Suite struct ZoneFileTests {
    private static let directory = "/usr/share/zoneinfo"
    private static let now = Instant(microseconds: 1_795_262_400_000_000)
    private static var isThere: Bool { FileManager.default.fileExists(atPath: "\(directory)/Europe/Berlin") }

    @Test(.enabled(if: isThere)) func aCounterHasTheRuleOfItsZone() throws {
        for (value, expected) in [
            ("merchant in day Europe/Berlin", "merchant in day Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3"),
            (
                "distinct card by merchant in  week America/New_York  up to 5",
                "distinct card by merchant in  week America/New_York EST5EDT,M3.2.0,M11.1.0  up to 5"
            ),
            ("merchant in month UTC", "merchant in month UTC"), ("merchant in 1h", "merchant in 1h"),
            ("merchant in day Europe/Berlin XYZ0", "merchant in day Europe/Berlin XYZ0"),
            // What is no name stays, and the settings refuse it.
            ("merchant in day ../../etc/passwd", "merchant in day ../../etc/passwd"),
        ] {
            #expect(try ZoneFile.resolving(value, of: "counter.1", at: Self.now) == expected)
        }
        #expect(try ZoneFile.resolving("x in day Nowhere", of: "velocity.1", at: Self.now) == "x in day Nowhere")
    }

    @Test(
        .enabled(if: isThere),
        arguments: [
            ("merchant in day Nowhere/At_All", "at character 17: there is no time zone 'Nowhere/At_All'"),
            ("merchant in day Europe", "there is no time zone 'Europe'"),
            (
                "merchant in day Africa/Casablanca",
                "at character 17: the clocks of 'Africa/Casablanca' change by no yearly rule"
            ),
        ]
    ) func aZoneWithoutARuleIsRefused(_ value: String, _ problem: String) throws {
        let error = try #require(throws: PolicyError.self) {
            try ZoneFile.resolving(value, of: "counter.1", at: Self.now)
        }
        #expect("\(error)".contains(problem), "\(error)")
    }

    /// Few places change their clocks by no rule, and the rest agree with Foundation for years.
    @Test(.enabled(if: isThere)) func everyFileIsReadOrRefused() throws {
        var (read, refused) = (0, [String]())
        for name in TimeZone.knownTimeZoneIdentifiers {
            guard let data = FileManager.default.contents(atPath: "\(Self.directory)/\(name)"),
                let zone = TimeZone(identifier: name)
            else { continue }
            guard let text = try? ZoneFile(Array(data), at: Self.now).rule else {
                refused.append(name)
                continue
            }
            let rule = try #require(ZoneRule(text))
            read += 1
            for month in Int64(0)..<60 {
                let second = Self.now.microseconds / 1_000_000 + month * 2_629_800
                let ahead = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
                #expect(rule.secondsAhead(at: second) == Int64(ahead), "\(name) at \(second)")
            }
        }
        #expect(read > 300 && refused.count < 10, "\(refused)")
    }

    @Test(.enabled(if: isThere)) func filesThatAreCutOrDamagedEndNothing() throws {
        let whole = Array(try #require(FileManager.default.contents(atPath: "\(Self.directory)/Europe/Berlin")))
        for count in 0..<whole.count { _ = try? ZoneFile(Array(whole[..<count]), at: Self.now) }
        for place in whole.indices {
            for byte in [UInt8(0), 0x7F, 0xFF] {
                var damaged = whole
                damaged[place] = byte
                _ = try? ZoneFile(damaged, at: Self.now)
            }
        }
    }
}
