/// Where records lie, coarsely: one entry for every 256 KiB or more of blocks, never across two segments.
struct SparseIndex: Sendable {
    /// Entries grow to at least this before the next begins.
    static let entryByteCount: UInt64 = 256 << 10

    /// Blocks that lie one behind the other.
    struct Entry: Equatable, Sendable {
        /// The LSN of the first record.
        var firstLSN: UInt64
        /// The LSN behind the last record.
        var endLSN: UInt64
        /// The journal position of the first block.
        var start: UInt64
        /// The journal position behind the last block.
        var end: UInt64
    }

    private(set) var entries: [Entry] = []

    init() {}

    /// Adds what was known of the journal before a place.
    mutating func append(_ parts: [JournalResume.Part]) {
        entries += parts.map { Entry(firstLSN: $0.firstLSN, endLSN: $0.endLSN, start: $0.start, end: $0.end) }
    }

    /// Adds the next durable block.
    ///
    /// - Parameters:
    ///   - startsSegment: Whether it is the first of its segment.
    mutating func add(firstLSN: UInt64, endLSN: UInt64, start: UInt64, byteCount: UInt64, startsSegment: Bool) {
        if let last = entries.last, !startsSegment, last.end == start, last.end - last.start < Self.entryByteCount {
            entries[entries.count - 1].endLSN = endLSN
            entries[entries.count - 1].end = start + byteCount
        } else {
            entries.append(Entry(firstLSN: firstLSN, endLSN: endLSN, start: start, end: start + byteCount))
        }
    }

    /// The entry that has a record; nil when none has.
    ///
    /// - Complexity: O(log n).
    func entry(having lsn: UInt64) -> Entry? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].firstLSN <= lsn { low = middle + 1 } else { high = middle }
        }
        // Closing blocks have no records, so an entry may be empty; the record is then in the one before it.
        var index = low - 1
        while index >= 0, entries[index].endLSN == entries[index].firstLSN { index -= 1 }
        guard index >= 0, lsn < entries[index].endLSN else { return nil }
        return entries[index]
    }

    /// Entries that end at or before a position, from one that starts at or behind another on.
    ///
    /// - Complexity: O(log n + count).
    func entries(from start: UInt64, before position: UInt64, countMax: Int) -> ArraySlice<Entry> {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].start < start { low = middle + 1 } else { high = middle }
        }
        return entries[low...].prefix(countMax).prefix { $0.end <= position }
    }

    /// Forgets what lies before a position.
    mutating func removeEntries(before position: UInt64) {
        entries.removeAll { $0.end <= position }
    }
}
