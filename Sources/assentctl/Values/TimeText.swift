import ArgumentParser
import Domain

/// A moment as people type it, in UTC.
struct TimeText: Equatable, ExpressibleByArgument {
    private enum Form: Equatable {
        case instant(Instant)
        /// So many microseconds before now.
        case ago(Int64)
        /// Midnight, so many days before today.
        case daysAgo(Int64)
    }

    private let form: Form

    /// How old what is meant may be, in days: about fifty years.
    static let dayCountMax: Int64 = 18_250
    /// What may be written, for people.
    static let form =
        "In UTC: 2026-11-21, 2026-11-21T09:30:00Z, now, today, yesterday, or an age such as 90s, 15m, 2h or 7d, at "
        + "most \(dayCountMax)d."

    /// Reads `2026-11-21`, `2026-11-21 09:30`, `2026-11-21T09:30:00Z`, `now`, `today`, `yesterday`, or an age such as
    /// `90s`, `15m`, `2h`, `7d`, up to 18,250 days.
    init?(argument: String) {
        switch argument {
        case "now": form = .ago(0)
        case "today": form = .daysAgo(0)
        case "yesterday": form = .daysAgo(1)
        default:
            if let instant = TimeText.instant(argument) {
                form = .instant(instant)
            } else if let age = TimeText.age(argument) {
                form = .ago(age)
            } else {
                return nil
            }
        }
    }

    /// The moment meant.
    func instant(now: Instant) -> Instant {
        switch form {
        case .instant(let instant): return instant
        case .ago(let age): return now.advanced(byMicroseconds: -age)
        case .daysAgo(let days):
            let day: Int64 = 86_400_000_000
            return Instant(microseconds: (now.microseconds / day - days) * day)
        }
    }

    /// RFC 3339, with a blank for the `T`, without seconds, or without the `Z`.
    private static func instant(_ text: String) -> Instant? {
        if let instant = Instant(text) { return instant }
        var candidate = text
        if candidate.utf8.count > 10, Array(candidate.utf8)[10] == UInt8(ascii: " ") {
            candidate = candidate.prefix(10) + "T" + candidate.dropFirst(11)
        }
        if candidate.last != "Z" { candidate += "Z" }
        return Instant(candidate) ?? Instant(candidate.dropLast() + ":00Z")
    }

    private static func age(_ text: String) -> Int64? {
        let digits = text.dropLast()
        guard let unit = text.last, digits.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int64(digits) else {
            return nil
        }
        let seconds: Int64
        switch unit {
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3_600
        case "d": seconds = 86_400
        default: return nil
        }
        guard count <= dayCountMax * 86_400 / seconds else { return nil }
        return count * seconds * 1_000_000
    }
}

extension Instant {
    /// The instant for people, to the second, in UTC: `2026-11-21 09:30:00`.
    var short: String {
        let text = description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}
