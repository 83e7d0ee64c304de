public import Domain

/// Gives every line a time of its day: the file has dates alone.
///
/// The lines of a day are spread evenly over its hours from 07:00 to 19:00 in the order of the file. Because 318,079
/// lines fall on about 2,500 days, a velocity window of a minute sees nearly nothing of them; nothing about the times
/// within a day is a fact. A line that repeats an earlier line's identifier gets the earlier one's time: it is the same
/// request, sent again.
public struct ReplayTimetable: Sendable {
    private static let opening: Int64 = 7 * 3_600_000_000
    private static let span: Int64 = 12 * 3_600_000_000

    /// For each line, its time.
    public let times: [Instant]
    /// For each line that repeats an earlier identifier, the earlier line's index.
    public let repeats: [Int: Int]

    /// Takes the lines in the order of the file; dates may not go back.
    public init(_ lines: [PurchasingLine]) {
        var times = [Instant](repeating: .epoch, count: lines.count)
        var first: [String: Int] = [:]
        first.reserveCapacity(lines.count)
        var repeats: [Int: Int] = [:]
        var start = 0
        while start < lines.count {
            var end = start + 1
            while end < lines.count, lines[end].date == lines[start].date { end += 1 }
            let midnight = Instant(lines[start].date)?.microseconds ?? 0
            for index in start..<end {
                if let earlier = first[lines[index].batchTransactionID] {
                    repeats[index] = earlier
                    times[index] = times[earlier]
                } else {
                    first[lines[index].batchTransactionID] = index
                    let offset = Self.span / Int64(end - start) * Int64(index - start)
                    times[index] = Instant(microseconds: midnight + Self.opening + offset)
                }
            }
            start = end
        }
        self.times = times
        self.repeats = repeats
    }
}
