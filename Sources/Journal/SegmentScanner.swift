internal import Checksum
internal import Platform

/// What a segment holds, as its header and blocks say.
public struct SegmentContent: Hashable, Sendable {
    /// Whose it is.
    public var identity: JournalIdentity
    /// The owner's mark.
    public var variant: UInt32
    /// Its number, from 0.
    public var index: UInt64
    /// The journal position of its first byte.
    public var base: UInt64
    /// Bytes of its file.
    public var byteCount: UInt64
    /// Bytes up to the end of its last block; zeros follow.
    public var usedByteCount: UInt64
    /// Where it goes on from.
    public var before: JournalPlace
    /// Where the next one goes on from.
    public var after: JournalPlace
    /// The earliest and the latest time of its records, microseconds; nil when it has none.
    public var times: ClosedRange<Int64>?

    /// Joins the fields.
    public init(
        identity: JournalIdentity,
        variant: UInt32,
        index: UInt64,
        base: UInt64,
        byteCount: UInt64,
        usedByteCount: UInt64,
        before: JournalPlace,
        after: JournalPlace,
        times: ClosedRange<Int64>?
    ) {
        self.identity = identity
        self.variant = variant
        self.index = index
        self.base = base
        self.byteCount = byteCount
        self.usedByteCount = usedByteCount
        self.before = before
        self.after = after
        self.times = times
    }

    /// How many records it has.
    public var recordCount: UInt64 { after.lsn - before.lsn }
    /// The name of its file.
    public var name: String { SegmentFiles.name(index: index) }
}

/// The files of segments.
public enum SegmentFiles {
    /// The name of a segment's file.
    public static func name(index: UInt64) -> String { SegmentHeader.fileName(index) }

    /// The number that a file's name says; nil for any other file.
    public static func index(ofFile name: String) -> UInt64? { SegmentHeader.index(ofFile: name) }
}

/// Goes through one segment from its first byte to a record or its end, wherever the bytes come from, and believes
/// nothing: every checksum, every number and the chain of headers must be right.
///
/// Ask `step`; where it needs bytes, put the next ones of the segment into `room` and say with `took` how many.
public struct SegmentScanner: ~Copyable {
    /// What comes next.
    public enum Step: Equatable, Sendable {
        /// More bytes are needed.
        case needsBytes
        /// The segment's header is whole: `bytes` has it.
        case header
        /// A block is whole: `bytes` has it, with what fills its last page.
        case block
        /// The record that was wanted last has come, or the last block.
        case end
    }

    private static let firstByteCount = 1 << 20

    /// What there is up to here.
    public private(set) var content: SegmentContent
    private let name: String
    private let lastLSN: UInt64
    private var hasHeader = false
    private var isEnded = false
    /// Whether the source has no more.
    private var isDrained = false
    // SAFETY: only this value has it; `bytes` and `room` are borrowed until the next call.
    private var buffer: UnsafeMutableRawBufferPointer
    /// What of the buffer holds bytes that were not handed out.
    private var filled: Range<Int> = 0..<0
    /// What was handed out last.
    private var handedOut: Range<Int> = 0..<0
    /// The last block's header.
    private var block: BlockHeader?

    /// - Parameters:
    ///   - index: The segment's number.
    ///   - before: Where it must go on from.
    ///   - lastLSN: The last record: its block ends with it, and nothing behind it is looked at.
    public init(index: UInt64, before: JournalPlace, upTo lastLSN: UInt64 = .max) {
        name = SegmentHeader.fileName(index)
        self.lastLSN = lastLSN
        content = SegmentContent(
            identity: JournalIdentity(high: 0, low: 0),
            variant: 0,
            index: index,
            base: 0,
            byteCount: 0,
            usedByteCount: 0,
            before: before,
            after: before,
            times: nil
        )
        buffer = .allocate(byteCount: Self.firstByteCount, alignment: BlockHeader.alignment)
    }

    deinit { buffer.deallocate() }

    /// The header or block that `step` came to; valid until the next call.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[handedOut]) }

    /// Where the segment's next bytes go; valid until the next call.
    public var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: buffer[filled.upperBound...])
    }

    /// Says how many bytes were put into `room`; 0: there are no more.
    public mutating func took(_ count: Int) {
        precondition((0...room.count).contains(count), "no more than there was room for")
        if count == 0 { isDrained = true }
        filled = filled.lowerBound..<filled.upperBound + count
    }

    /// Goes on.
    ///
    /// - Throws: `.corrupt` with the place, `.unknownFormat`.
    public mutating func step() throws(JournalError) -> Step {
        if isEnded { return .end }
        guard hasHeader else { return try stepOverHeader() }
        guard content.after.lsn <= lastLSN, content.usedByteCount + UInt64(BlockHeader.alignment) <= content.byteCount
        else { return end() }
        guard let page = hold(BlockHeader.alignment) else {
            guard isDrained else { return .needsBytes }
            // Zeros at the end need not be handed over.
            guard filled.isEmpty else { throw corruption("the file ends early") }
            return end()
        }
        guard let (header, version, checksum) = BlockHeader.read(page) else {
            guard Memory.isZero(page) else { throw corruption("something else than a block, a wrong checksum for one") }
            return end()
        }
        if let problem = mismatch(header, version) { throw corruption(problem) }
        guard let bytes = hold(header.alignedByteCount) else {
            guard isDrained else { return .needsBytes }
            throw corruption("the file ends early")
        }
        try take(bytes, header)
        let next = filled.lowerBound + header.alignedByteCount
        let (cut, cutChecksum) = cutBlock(header, checksum)
        handedOut = filled.lowerBound..<filled.lowerBound + cut.alignedByteCount
        filled = next..<filled.upperBound
        content.usedByteCount += UInt64(cut.alignedByteCount)
        content.after = JournalPlace(
            lsn: cut.firstLSN + UInt64(cut.recordCount),
            sequence: cut.sequence + 1,
            checksum: cutChecksum
        )
        block = cut
        return .block
    }

    private mutating func end() -> Step {
        isEnded = true
        return .end
    }

    private mutating func stepOverHeader() throws(JournalError) -> Step {
        guard let page = hold(SegmentHeader.byteCount) else {
            guard isDrained else { return .needsBytes }
            throw corruption("the file ends early")
        }
        let header: SegmentHeader
        do throws(SegmentHeader.Problem) {
            header = try SegmentHeader.read(page)
        } catch {
            switch error {
            case .damaged: throw corruption("a segment header with a wrong checksum")
            case .version(let version): throw .unknownFormat(segment: name, version: version)
            }
        }
        guard header.index == content.index else { throw corruption("the segment with index \(header.index)") }
        content.identity = header.identity
        content.variant = header.variant
        content.base = header.base
        content.byteCount = header.segmentByteCount
        content.usedByteCount = UInt64(SegmentHeader.byteCount)
        hasHeader = true
        handedOut = filled.lowerBound..<filled.lowerBound + SegmentHeader.byteCount
        filled = handedOut.upperBound..<filled.upperBound
        return .header
    }

    /// So many of the next bytes, if they are there; else there is room for them.
    private mutating func hold(_ count: Int) -> UnsafeRawBufferPointer? {
        if filled.count >= count {
            return UnsafeRawBufferPointer(rebasing: buffer[filled.lowerBound..<filled.lowerBound + count])
        }
        handedOut = 0..<0
        let needed = max(count, Self.firstByteCount)
        if filled.lowerBound > 0 || needed > buffer.count {
            let held = UnsafeRawBufferPointer(rebasing: buffer[filled])
            if needed > buffer.count {
                let larger = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: BlockHeader.aligned(needed),
                    alignment: BlockHeader.alignment
                )
                larger.copyMemory(from: held)
                buffer.deallocate()
                buffer = larger
            } else {
                // Memory that overlaps is moved right.
                buffer.copyMemory(from: held)
            }
            filled = 0..<filled.count
        }
        return nil
    }

    private func mismatch(_ header: BlockHeader, _ version: UInt16) -> String? {
        let after = content.after
        if version != BlockHeader.version { return "a block of format version \(version)" }
        if header.journal != content.identity.folded { return "a block of another journal" }
        if header.position != content.base + content.usedByteCount {
            return "a block that belongs to position \(header.position)"
        }
        if header.sequence != after.sequence { return "block \(header.sequence) instead of block \(after.sequence)" }
        if header.previousChecksum != after.checksum { return "a block that continues another one" }
        if header.firstLSN != after.lsn { return "a block that starts with record \(header.firstLSN)" }
        if header.flags.contains(.closing) != (header.recordCount == 0) { return "a block that contradicts itself" }
        let length = UInt64(header.blockByteCount)
        guard length >= UInt64(BlockHeader.byteCount), length <= UInt64(BlockHeader.blockByteCountMax),
            content.usedByteCount + UInt64(header.alignedByteCount) <= content.byteCount
        else { return "a block of \(length) bytes" }
        return nil
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ header: BlockHeader) throws(JournalError) {
        let end = Int(header.blockByteCount)
        let body = UnsafeRawBufferPointer(rebasing: bytes[BlockHeader.byteCount..<end])
        guard CRC32C.checksum(body) == header.bodyChecksum else { throw corruption("wrong checksum of records") }
        var times = content.times
        let lastLSN = lastLSN
        let isWhole = Self.visit(bytes, header) { record in
            // What is cut off counts for nothing.
            guard record.lsn <= lastLSN else { return .proceed }
            times =
                times.map { min($0.lowerBound, record.time)...max($0.upperBound, record.time) }
                ?? record.time...record.time
            return .proceed
        }
        guard isWhole else { throw corruption("a block whose records contradict its header") }
        content.times = times
    }

    /// - Returns: Whether all records are there, in order; or `visit` stopped.
    private static func visit(
        _ bytes: UnsafeRawBufferPointer,
        _ header: BlockHeader,
        _ visit: (JournalRecordView) -> ScanStep
    ) -> Bool {
        let whole = UnsafeRawBufferPointer(rebasing: bytes[..<Int(header.blockByteCount)])
        var at = BlockHeader.byteCount
        for lsn in header.firstLSN..<header.firstLSN + UInt64(header.recordCount) {
            guard let record = RecordFormat.readUnchecked(whole, at: at, position: header.position + UInt64(at)),
                record.lsn == lsn
            else { return false }
            if visit(record) == .stop { return true }
            at += RecordFormat.byteCount(payload: record.payload.count)
        }
        return at == whole.count
    }

    /// Hands over the records of the block that `step` came to.
    public func visitRecords(_ visit: (JournalRecordView) -> ScanStep) {
        guard let block else { return }
        _ = Self.visit(bytes, block, visit)
    }

    /// Ends the next block with the record that was wanted last, where it goes on: a group commit may bring more.
    /// Its counts and checksums are those of a block that was written so.
    ///
    /// - Returns: Its header and that header's checksum, as they are now.
    private mutating func cutBlock(_ header: BlockHeader, _ checksum: UInt32) -> (BlockHeader, UInt32) {
        guard header.recordCount > 0, header.firstLSN + UInt64(header.recordCount) - 1 > lastLSN else {
            return (header, checksum)
        }
        let place = UnsafeMutableRawBufferPointer(
            rebasing: buffer[filled.lowerBound..<filled.lowerBound + header.alignedByteCount]
        )
        var end = BlockHeader.byteCount
        let lastLSN = lastLSN
        _ = Self.visit(UnsafeRawBufferPointer(place), header) { record in
            end += RecordFormat.byteCount(payload: record.payload.count)
            return record.lsn == lastLSN ? .stop : .proceed
        }
        var header = header
        header.recordCount = UInt32(lastLSN - header.firstLSN + 1)
        header.blockByteCount = UInt32(end)
        Memory.clear(UnsafeMutableRawBufferPointer(rebasing: place[end...]))
        header.bodyChecksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: place[BlockHeader.byteCount..<end]))
        // SAFETY: a block has at least the 64 bytes of its header.
        guard let start = place.baseAddress else { preconditionFailure("a block has a header") }
        return (header, header.write(at: start))
    }

    private func corruption(_ finding: String) -> JournalError {
        .corrupt(
            JournalCorruption(
                segment: name,
                offset: content.usedByteCount,
                lsn: content.after.lsn,
                finding: finding
            )
        )
    }
}

extension SegmentFiles {
    /// Where a segment on the disk goes on from, as its first block says; nil when it has none.
    ///
    /// - Throws: `.storage`, `.corrupt`.
    public static func place(of index: UInt64, in directory: String) throws(JournalError) -> JournalPlace? {
        let bytes = try beginning(of: index, in: directory)
        guard bytes.count == SegmentHeader.byteCount + BlockHeader.sectorByteCount else { return nil }
        return bytes.withUnsafeBytes { bytes in
            let sector = UnsafeRawBufferPointer(rebasing: bytes[SegmentHeader.byteCount...])
            return BlockHeader.read(sector).map { header, _, _ in
                JournalPlace(lsn: header.firstLSN, sequence: header.sequence, checksum: header.previousChecksum)
            }
        }
    }

    /// Whose a segment on the disk is.
    ///
    /// - Throws: `.storage`, `.corrupt`.
    public static func identity(of index: UInt64, in directory: String) throws(JournalError) -> JournalIdentity {
        let bytes = try beginning(of: index, in: directory)
        let header = bytes.withUnsafeBytes { bytes in
            try? SegmentHeader.read(UnsafeRawBufferPointer(rebasing: bytes.prefix(SegmentHeader.byteCount)))
        }
        if let header { return header.identity }
        throw .corrupt(
            JournalCorruption(
                segment: name(index: index),
                offset: 0,
                lsn: 0,
                finding: "a segment header that is not whole"
            )
        )
    }

    private static func beginning(of index: UInt64, in directory: String) throws(JournalError) -> [UInt8] {
        let count = SegmentHeader.byteCount + BlockHeader.sectorByteCount
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 4_096)
        defer { buffer.deallocate() }
        do throws(PlatformError) {
            let file = try FileDescriptor.open("\(directory)/\(name(index: index))", .readRegular)
            return Array(buffer[..<(try file.read(into: buffer, at: 0))])
        } catch {
            throw .storage(error)
        }
    }
}
