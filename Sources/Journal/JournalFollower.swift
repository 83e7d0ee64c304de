internal import Checksum
internal import Platform

/// Reads a journal's durable records in order, beside the journal that writes them, and waits for nobody.
///
/// It opens the segments' files for itself and shares no lock with the journal, so that a thread which the kernel may
/// stop at any place, for any time, can use it without ever holding up an appender or a commit. For the same reason it
/// never reads a page before it is durable: the writer would have to drop it from the page cache again.
///
/// One thread at a time.
public struct JournalFollower: ~Copyable {
    /// How much is read at once while catching up.
    private static let windowByteCountMax = 1 << 20

    private let storage: any JournalStorage
    private let journal: UInt64

    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: BlockHeader.alignment)
    /// Which bytes of the file the buffer has.
    private var window: Range<UInt64> = 0..<0

    private var segment: Open?
    /// Where the next block starts in the open segment.
    private var offset: UInt64 = 0
    /// The record that comes next.
    public private(set) var nextLSN: UInt64

    private struct Open {
        let file: any JournalFile
        let header: SegmentHeader

        var name: String { SegmentHeader.fileName(header.index) }
    }

    /// Starts before a record; nothing is read yet.
    ///
    /// - Parameters:
    ///   - storage: Where the journal's files are.
    ///   - identity: The journal's, which every block must carry.
    ///   - lsn: The first record to hand over, from 1.
    public init(_ storage: any JournalStorage, identity: JournalIdentity, from lsn: UInt64) {
        self.storage = storage
        journal = identity.folded
        nextLSN = max(lsn, 1)
    }

    deinit {
        buffer.deallocate()
    }

    /// Hands over the records from `nextLSN` up to one that is known to be durable, until `visit` stops.
    ///
    /// - Parameter last: The last record to hand over; must be durable.
    /// - Throws: `.notFound` with the next record when its segment was removed, `.corrupt`, `.storage`.
    public mutating func read(
        upTo last: UInt64,
        visit: (JournalRecordView) -> ScanStep
    ) throws(JournalError) {
        while nextLSN <= last {
            if segment == nil { try seek() }
            guard let header = try blockHeader(upTo: last) else {
                try turnToNext()
                continue
            }
            let end = header.firstLSN + UInt64(header.recordCount)
            if end > nextLSN {
                guard try visitBlock(header, last, visit) == .proceed else { return }
                // What follows in this block is not known to be durable.
                guard end <= nextLSN else { return }
            }
            offset += UInt64(header.alignedByteCount)
        }
    }

    /// The oldest record that there still is; 1 for an empty journal.
    public func oldestLSN() throws(JournalError) -> UInt64 {
        for index in try segmentIndexes() {
            if let first = try firstLSN(of: try open(index)) { return first }
        }
        return 1
    }

    // MARK: Blocks

    private mutating func visitBlock(
        _ header: BlockHeader,
        _ last: UInt64,
        _ visit: (JournalRecordView) -> ScanStep
    ) throws(JournalError) -> ScanStep {
        let count = Int(header.blockByteCount)
        let bytes = try bytes(at: offset, count: count, upTo: last)
        let records = UnsafeRawBufferPointer(rebasing: bytes[BlockHeader.byteCount..<count])
        guard CRC32C.checksum(records) == header.bodyChecksum else { throw corruption("wrong checksum of records") }
        var at = BlockHeader.byteCount
        var lsn = header.firstLSN
        while at < count, lsn <= last {
            let position = header.position + UInt64(at)
            guard
                let record = RecordFormat.readUnchecked(
                    UnsafeRawBufferPointer(rebasing: bytes[..<count]),
                    at: at,
                    position: position
                ), record.lsn == lsn
            else { throw corruption("a block whose records contradict its header") }
            if lsn >= nextLSN {
                let step = visit(record)
                nextLSN = lsn + 1
                if step == .stop { return .stop }
            }
            at += RecordFormat.byteCount(payload: record.payload.count)
            lsn += 1
        }
        return .proceed
    }

    /// The header of the block here; nil when the segment has no more.
    private mutating func blockHeader(upTo last: UInt64) throws(JournalError) -> BlockHeader? {
        guard let segment, offset + UInt64(BlockHeader.alignment) <= segment.header.segmentByteCount else { return nil }
        let bytes = try bytes(at: offset, count: BlockHeader.alignment, upTo: last)
        guard let (header, version, _) = BlockHeader.read(bytes) else {
            guard Memory.isZero(UnsafeRawBufferPointer(rebasing: bytes[..<BlockHeader.sectorByteCount])) else {
                throw corruption("a block header with a wrong checksum")
            }
            return nil
        }
        guard version == BlockHeader.version, header.journal == journal,
            header.position == segment.header.base + offset, header.firstLSN <= nextLSN,
            Int(header.blockByteCount) >= BlockHeader.byteCount,
            Int(header.blockByteCount) <= BlockHeader.blockByteCountMax,
            offset + UInt64(header.alignedByteCount) <= segment.header.segmentByteCount
        else { throw corruption("a block that does not belong here") }
        return header
    }

    /// Bytes of the open segment, valid until the next call.
    private mutating func bytes(
        at start: UInt64,
        count wanted: Int,
        upTo last: UInt64
    ) throws(JournalError) -> UnsafeRawBufferPointer {
        guard let segment else { preconditionFailure("a segment is open") }
        let end = start + UInt64(wanted)
        guard end <= segment.header.segmentByteCount else { throw corruption("the file ends early") }
        if start < window.lowerBound || end > window.upperBound {
            // A record takes at least its header, so at least so many bytes are durable from here on.
            let certain = (last - min(last, nextLSN)) * UInt64(RecordFormat.headerByteCount)
            let ahead = min(certain, UInt64(Self.windowByteCountMax), segment.header.segmentByteCount - start)
            let reading = max(BlockHeader.aligned(wanted), Int(ahead) & ~(BlockHeader.alignment - 1))
            try fill(from: start, count: reading, file: segment.file)
            guard end <= window.upperBound else { throw corruption("the file ends early") }
        }
        let first = Int(start - window.lowerBound)
        return UnsafeRawBufferPointer(rebasing: buffer[first..<first + wanted])
    }

    private mutating func fill(from start: UInt64, count: Int, file: any JournalFile) throws(JournalError) {
        if count > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: count, alignment: BlockHeader.alignment)
        }
        window = 0..<0
        do throws(PlatformError) {
            let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: start)
            window = start..<start + UInt64(read)
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Segments

    private func segmentIndexes() throws(JournalError) -> [UInt64] {
        do throws(PlatformError) {
            return try storage.names().compactMap(SegmentHeader.index(ofFile:)).sorted()
        } catch {
            throw .storage(error)
        }
    }

    private func open(_ index: UInt64) throws(JournalError) -> Open {
        let name = SegmentHeader.fileName(index)
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: SegmentHeader.byteCount, alignment: 4_096)
        defer { page.deallocate() }
        let file: any JournalFile
        let count: Int
        do throws(PlatformError) {
            file = try storage.open(name)
            count = try file.read(into: page, at: 0)
        } catch {
            throw .storage(error)
        }
        do throws(SegmentHeader.Problem) {
            let header = try SegmentHeader.read(UnsafeRawBufferPointer(rebasing: page[..<count]))
            guard header.index == index, header.identity.folded == journal else { throw .damaged }
            return Open(file: file, header: header)
        } catch {
            throw .corrupt(
                JournalCorruption(segment: name, offset: 0, lsn: nextLSN, finding: "a segment header that is not whole")
            )
        }
    }

    /// The first record of a segment; nil when it has none.
    private func firstLSN(of segment: Open) throws(JournalError) -> UInt64? {
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockHeader.alignment, alignment: 4_096)
        defer { page.deallocate() }
        do throws(PlatformError) {
            guard try segment.file.read(into: page, at: UInt64(SegmentHeader.byteCount)) == page.count else {
                return nil
            }
        } catch {
            throw .storage(error)
        }
        return BlockHeader.read(UnsafeRawBufferPointer(page))?.header.firstLSN
    }

    /// Opens the segment that has the next record: the last one that starts with it or before it.
    private mutating func seek() throws(JournalError) {
        var found: Open?
        for index in try segmentIndexes().reversed() {
            let candidate = try open(index)
            if let first = try firstLSN(of: candidate), first <= nextLSN {
                found = candidate
                break
            }
        }
        guard let found else { throw .notFound(lsn: nextLSN) }
        start(found)
    }

    /// The record that comes next is known to exist, so it lies in a later segment.
    private mutating func turnToNext() throws(JournalError) {
        guard let current = segment else { return }
        let later = try segmentIndexes().filter { $0 > current.header.index }
        for index in later {
            let candidate = try open(index)
            // A segment may be passed over when it is too small for the writer's buffer.
            guard let first = try firstLSN(of: candidate) else { continue }
            guard first <= nextLSN else { break }
            start(candidate)
            return
        }
        throw corruption("no block, although a later record is durable")
    }

    private mutating func start(_ segment: Open) {
        self.segment = segment
        offset = UInt64(SegmentHeader.byteCount)
        window = 0..<0
    }

    private func corruption(_ finding: String) -> JournalError {
        .corrupt(
            JournalCorruption(segment: segment?.name ?? "the journal", offset: offset, lsn: nextLSN, finding: finding)
        )
    }
}
