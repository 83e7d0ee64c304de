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

    /// Reads `2026-11-21`, `2026-11-21 09:30`, `2026-11-21T09:30:00Z`, `now`, `today`, `yesterday`, or an age such as
    /// `90s`, `15m`, `2h`, `7d`.
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
        guard let unit = text.last, let count = Int64(text.dropLast()), (0...1_000_000).contains(count) else {
            return nil
        }
        switch unit {
        case "s": return count * 1_000_000
        case "m": return count * 60_000_000
        case "h": return count * 3_600_000_000
        case "d": return count * 86_400_000_000
        default: return nil
        }
    }
}

extension Instant {
    /// The instant for people, to the second, in UTC: `2026-11-21 09:30:00`.
    var short: String {
        let text = description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}
