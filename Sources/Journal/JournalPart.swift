internal import Checksum
internal import Platform

/// The blocks of one index entry in memory, checked, with the place of each record.
final class JournalPart {
    private let bytes: UnsafeMutableRawBufferPointer
    private let start: UInt64
    private let extent: Segments.Extent

    /// Where each record starts in the bytes, in order.
    private(set) var places: [Int] = []

    /// How many of the bytes the file had.
    private let readByteCount: Int

    /// Reads the bytes, and checks nothing.
    private init(reading entry: SparseIndex.Entry, segments: Segments) throws(JournalError) {
        guard let (file, extent) = try segments.file(containing: entry.start) else {
            throw .notFound(lsn: entry.firstLSN)
        }
        self.extent = extent
        start = entry.start
        bytes = .allocate(byteCount: Int(entry.end - entry.start), alignment: 4_096)
        do throws(PlatformError) {
            readByteCount = try file.read(into: bytes, at: entry.start - extent.base)
        } catch {
            bytes.deallocate()
            throw .storage(error)
        }
    }

    /// Reads and checks every block of an entry.
    convenience init(_ entry: SparseIndex.Entry, segments: Segments, journal: UInt64) throws(JournalError) {
        try self.init(reading: entry, segments: segments)
        places.reserveCapacity(Int(entry.endLSN - entry.firstLSN))
        var lsn = entry.firstLSN
        var at = 0
        while at < bytes.count {
            guard readByteCount == bytes.count, let header = header(at: at, journal: journal), header.firstLSN == lsn,
                isBodyWhole(of: header, at: at)
            else { throw corruption(at, lsn) }
            try addPlaces(of: header, at: at)
            lsn += UInt64(header.recordCount)
            at += header.alignedByteCount
        }
        guard lsn == entry.endLSN else { throw corruption(at, lsn) }
    }

    deinit {
        bytes.deallocate()
    }

    /// Reads one record of an entry. Only its own block must be right: what else is damaged says nothing about it.
    static func record(
        _ wanted: UInt64,
        in entry: SparseIndex.Entry,
        segments: Segments,
        journal: UInt64
    ) throws(JournalError) -> JournalRecord {
        let part = try JournalPart(reading: entry, segments: segments)
        var damaged: (at: Int, lsn: UInt64)?
        var next = entry.firstLSN
        var at = 0
        while at < part.readByteCount, next <= wanted {
            guard let header = part.header(at: at, journal: journal) else {
                // Where the next block begins is known only when it is met.
                damaged = damaged ?? (at, next)
                at += BlockHeader.alignment
                continue
            }
            let end = header.firstLSN + UInt64(header.recordCount)
            if header.firstLSN <= wanted, wanted < end {
                guard part.isBodyWhole(of: header, at: at) else { throw part.corruption(at, header.firstLSN) }
                try part.addPlaces(of: header, at: at)
                return JournalRecord(try part.record(at: part.places[Int(wanted - header.firstLSN)]))
            }
            if end <= wanted { damaged = nil }
            next = end
            at += header.alignedByteCount
        }
        throw part.corruption(damaged?.at ?? at, damaged?.lsn ?? next)
    }

    /// The header of the block that begins at a place, if it is right and belongs there.
    private func header(at place: Int, journal: UInt64) -> BlockHeader? {
        guard readByteCount - place >= BlockHeader.byteCount,
            let header = BlockHeader.read(UnsafeRawBufferPointer(rebasing: bytes[place..<readByteCount]))?.header,
            header.journal == journal, header.position == start + UInt64(place),
            Int(header.blockByteCount) >= BlockHeader.byteCount, header.alignedByteCount <= bytes.count - place
        else { return nil }
        return header
    }

    /// Whether the records of a block are what was written.
    private func isBodyWhole(of header: BlockHeader, at place: Int) -> Bool {
        let end = place + Int(header.blockByteCount)
        guard end <= readByteCount else { return false }
        let body = UnsafeRawBufferPointer(rebasing: bytes[place + BlockHeader.byteCount..<end])
        return CRC32C.checksum(body) == header.bodyChecksum
    }

    private func addPlaces(of header: BlockHeader, at block: Int) throws(JournalError) {
        let end = block + Int(header.blockByteCount)
        var at = block + BlockHeader.byteCount
        for number in 0..<UInt64(header.recordCount) {
            let whole = UnsafeRawBufferPointer(rebasing: bytes[..<end])
            guard let payload = RecordFormat.payloadByteCount(whole, at: at) else {
                throw corruption(at, header.firstLSN + number)
            }
            places.append(at)
            at += RecordFormat.byteCount(payload: payload)
        }
    }

    /// The record at one of `places`; valid as long as this part.
    func record(at place: Int) throws(JournalError) -> JournalRecordView {
        let position = start + UInt64(place)
        guard let view = RecordFormat.read(UnsafeRawBufferPointer(bytes), at: place, position: position) else {
            throw corruption(place, 0)
        }
        return view
    }

    private func corruption(_ at: Int, _ lsn: UInt64) -> JournalError {
        .corrupt(
            JournalCorruption(
                segment: extent.name,
                offset: start - extent.base + UInt64(at),
                lsn: lsn,
                finding: "bytes that were different when they were written"
            )
        )
    }
}
