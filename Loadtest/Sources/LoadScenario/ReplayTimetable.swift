public import Domain

/// What is sent for the lines of a file, in the order of time: the file has dates alone.
///
/// A purchase is authorized on its day and cleared on the day on which it was posted; a credit is a refund that clears
/// on the day on which it was posted. The authorizations of a day are spread evenly over its hours from 07:00 to 19:00
/// in the order of the file, what is posted follows from 20:00 to 23:00. Because 318,079 lines fall on about 2,500
/// days, a velocity window of a minute sees nearly nothing of them; nothing about the times within a day is a fact.
public struct ReplayTimetable: Sendable {
    /// One message.
    public struct Event: Equatable, Sendable {
        /// What it does.
        public enum Kind: Sendable {
            /// Holds a purchase's amount.
            case authorization
            /// Takes it.
            case clearing
            /// Gives a credit's amount back.
            case refund
        }

        /// What it does.
        public let kind: Kind
        /// The line's place in the file.
        public let line: Int
        /// When.
        public let time: Instant
    }

    private static let hour: Int64 = 3_600_000_000

    /// All messages, in order.
    public let events: [Event]
    /// For each line, how many lines before it have the same identifier: the file's own is not unique.
    public let occurrences: [Int]

    /// Takes the lines in the order of the file.
    public init(_ lines: [PurchasingLine]) {
        var seen: [String: Int] = [:]
        seen.reserveCapacity(lines.count)
        var occurrences: [Int] = []
        occurrences.reserveCapacity(lines.count)
        for line in lines {
            occurrences.append(seen[line.batchTransactionID, default: 0])
            seen[line.batchTransactionID, default: 0] += 1
        }
        self.occurrences = occurrences
        let purchases = lines.indices.filter { !lines[$0].isCredit }
        var events = Self.spread(purchases, from: 7, hours: 12, { lines[$0].date }, { _ in .authorization })
        events += Self.spread(Array(lines.indices), from: 20, hours: 3, { lines[$0].postDate }) { index in
            lines[index].isCredit ? .refund : .clearing
        }
        self.events = events.sorted { ($0.time.microseconds, $0.line) < ($1.time.microseconds, $1.line) }
    }

    /// Gives the lines of each day times that are evenly spread, in their order.
    private static func spread(
        _ lines: [Int],
        from firstHour: Int64,
        hours: Int64,
        _ day: (Int) -> String,
        _ kind: (Int) -> Event.Kind
    ) -> [Event] {
        var counts: [String: Int64] = [:]
        for line in lines { counts[day(line), default: 0] += 1 }
        var placed: [String: Int64] = [:]
        return lines.map { line in
            let date = day(line)
            let place = placed[date, default: 0]
            placed[date] = place + 1
            let midnight = Instant(date)?.microseconds ?? 0
            let offset = hours * hour / (counts[date] ?? 1) * place
            return Event(
                kind: kind(line),
                line: line,
                time: Instant(microseconds: midnight + firstHour * hour + offset)
            )
        }
    }
}
