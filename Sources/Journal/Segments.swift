internal import Platform

/// The segments of a journal, by position; keeps a bounded number of files open.
final class Segments: Sendable {
    /// Where a segment lies.
    struct Extent: Equatable, Sendable {
        let index: UInt64
        /// The journal position of its first byte.
        let base: UInt64
        let byteCount: UInt64

        var end: UInt64 { base + byteCount }
        var name: String { SegmentHeader.fileName(index) }
    }

    private struct Entry {
        let extent: Extent
        var file: (any JournalFile)?
        var lastUse: UInt64
    }

    private struct Table {
        var entries: [Entry] = []
        var openCount = 0
        var useCount: UInt64 = 0
    }

    private let table = Locked(Table())
    private let storage: any JournalStorage
    private let openCountMax: Int

    init(storage: any JournalStorage, openCountMax: Int) {
        self.storage = storage
        self.openCountMax = openCountMax
    }

    var count: Int { table.withLock { $0.entries.count } }

    var last: Extent? { table.withLock { $0.entries.last?.extent } }

    /// Adds the next segment.
    func add(_ header: SegmentHeader, _ file: any JournalFile) {
        let extent = Extent(index: header.index, base: header.base, byteCount: header.segmentByteCount)
        let closing = table.withLock { table in
            precondition(table.entries.last.map { $0.extent.end == extent.base } ?? true, "segments join")
            table.entries.append(Entry(extent: extent, file: nil, lastUse: 0))
            return Self.keep(file, at: table.entries.count - 1, in: &table, openCountMax)
        }
        _ = closing
    }

    /// Takes the oldest segment out of the table if it ends at or before a position and enough others stay.
    ///
    /// - Returns: The segment, whose file is the caller's to remove; files open for reading stay readable.
    func removeFirst(endingBefore position: UInt64, keeping keptCount: Int) -> Extent? {
        let removed: (Extent, (any JournalFile)?)? = table.withLock { table in
            guard let first = table.entries.first, first.extent.end <= position, table.entries.count > keptCount
            else { return nil }
            table.entries.removeFirst()
            if first.file != nil { table.openCount -= 1 }
            return (first.extent, first.file)
        }
        return removed?.0
    }

    /// Where in the order the segment with a position is.
    func place(of position: UInt64) -> Int? {
        table.withLock { Self.place(of: position, in: $0) }
    }

    /// The segment at a place in the order.
    func extent(at place: Int) -> Extent? {
        table.withLock { place < $0.entries.count ? $0.entries[place].extent : nil }
    }

    /// The segment with a position.
    func extent(containing position: UInt64) -> Extent? {
        table.withLock { table in
            Self.place(of: position, in: table).map { table.entries[$0].extent }
        }
    }

    /// Where a block of up to a whole buffer goes that comes behind a position: there, or at the start of the next
    /// segment with room for it; there, too, when no such segment exists.
    ///
    /// A segment that an earlier start with smaller sizes prepared may be too small, and is passed over.
    func place(behind position: UInt64, bufferByteCount: Int) -> (position: UInt64, extent: Extent) {
        // A full segment ends where the next begins, and the position then belongs to the one before.
        guard let own = extent(containing: position - 1) else {
            preconditionFailure("the position lies behind a block")
        }
        var (place, extent) = (position, own)
        while extent.end - place < UInt64(bufferByteCount) {
            guard let next = self.extent(containing: extent.end) else { return (position, own) }
            extent = next
            place = extent.base + UInt64(SegmentHeader.byteCount)
        }
        return (place, extent)
    }

    /// The file with a position, opened if need be; nil when no segment has the position.
    func file(containing position: UInt64) throws(JournalError) -> (file: any JournalFile, extent: Extent)? {
        let found: (Extent, (any JournalFile)?)? = table.withLock { table in
            guard let place = Self.place(of: position, in: table) else { return nil }
            table.useCount += 1
            table.entries[place].lastUse = table.useCount
            return (table.entries[place].extent, table.entries[place].file)
        }
        guard let (extent, open) = found else { return nil }
        if let open { return (open, extent) }
        // Opened outside the lock: two readers may both open it, and one of the two files closes again.
        let file: any JournalFile
        do throws(PlatformError) {
            file = try storage.open(extent.name)
        } catch {
            throw .storage(error)
        }
        let closing = table.withLock { table in
            Self.place(of: position, in: table).flatMap { Self.keep(file, at: $0, in: &table, openCountMax) }
        }
        _ = closing
        return (file, extent)
    }

    /// Keeps a file open; gives back the one that has to close for it, to be let go outside the lock.
    private static func keep(
        _ file: any JournalFile,
        at place: Int,
        in table: inout Table,
        _ openCountMax: Int
    ) -> (any JournalFile)? {
        table.useCount += 1
        table.entries[place].lastUse = table.useCount
        guard table.entries[place].file == nil else { return file }
        table.entries[place].file = file
        table.openCount += 1
        guard table.openCount > openCountMax else { return nil }
        var oldest: Int?
        for index in table.entries.indices where table.entries[index].file != nil {
            if oldest.map({ table.entries[index].lastUse < table.entries[$0].lastUse }) ?? true { oldest = index }
        }
        guard let oldest else { return nil }
        let closing = table.entries[oldest].file
        table.entries[oldest].file = nil
        table.openCount -= 1
        return closing
    }

    private static func place(of position: UInt64, in table: Table) -> Int? {
        var low = 0
        var high = table.entries.count
        while low < high {
            let middle = (low + high) / 2
            if table.entries[middle].extent.base <= position { low = middle + 1 } else { high = middle }
        }
        guard low > 0, position < table.entries[low - 1].extent.end else { return nil }
        return low - 1
    }
}
