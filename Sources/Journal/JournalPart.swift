internal import Checksum
internal import Platform

/// The blocks of one index entry in memory, checked, with the place of each record.
final class JournalPart {
    private let bytes: UnsafeMutableRawBufferPointer
    private let start: UInt64
    private let extent: Segments.Extent

    /// Where each record starts in the bytes, in order.
    private(set) var places: [Int] = []

    init(_ entry: SparseIndex.Entry, segments: Segments, journal: UInt64) throws(JournalError) {
        guard let (file, extent) = try segments.file(containing: entry.start) else {
            throw .notFound(lsn: entry.firstLSN)
        }
        self.extent = extent
        start = entry.start
        bytes = .allocate(byteCount: Int(entry.end - entry.start), alignment: 4_096)
        let count: Int
        do throws(PlatformError) {
            count = try file.read(into: bytes, at: entry.start - extent.base)
        } catch {
            throw .storage(error)
        }
        places.reserveCapacity(Int(entry.endLSN - entry.firstLSN))
        var lsn = entry.firstLSN
        var at = 0
        while at < bytes.count {
            guard count == bytes.count,
                let header = BlockHeader.read(UnsafeRawBufferPointer(rebasing: bytes[at...]))?.header,
                header.journal == journal, header.position == start + UInt64(at), header.firstLSN == lsn,
                Int(header.blockByteCount) >= BlockHeader.byteCount, header.alignedByteCount <= bytes.count - at,
                CRC32C.checksum(
                    UnsafeRawBufferPointer(
                        rebasing: bytes[at + BlockHeader.byteCount..<at + Int(header.blockByteCount)]
                    )
                ) == header.bodyChecksum
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
