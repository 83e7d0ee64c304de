internal import Checksum
internal import Platform

/// Reads a whole journal, checks everything, hands over every record, and finds the end.
struct Recovery: ~Copyable {
    /// Where the next block goes, and what it must carry on from.
    struct Tail {
        /// The journal position behind the last block.
        var position: UInt64
        var nextLSN: UInt64 = 1
        var nextSequence: UInt64 = 1
        /// The checksum of the last block's header.
        var chain: UInt32 = 0
    }

    private let segments: Segments
    private let identity: JournalIdentity
    private let resume: JournalResume?
    private var reader = BlockReader()
    private(set) var tail: Tail
    private(set) var index = SparseIndex()
    private(set) var report = RecoveryReport()
    /// The last good block.
    private var last: (segment: Segments.Extent, offset: UInt64, byteCount: Int)?
    /// Good blocks in each segment, by its index.
    private(set) var blockCounts: [UInt64: UInt64] = [:]

    /// The segment being read, and where the next block in it starts.
    private var place = 0
    private var extent: Segments.Extent
    private var offset = UInt64(SegmentHeader.byteCount)

    /// - Parameters:
    ///   - first: The first segment.
    ///   - resume: Where to begin; nil at the first record.
    init(segments: Segments, identity: JournalIdentity, first: Segments.Extent, resume: JournalResume?) {
        self.segments = segments
        self.identity = identity
        self.resume = resume
        extent = first
        tail = Tail(position: first.base + UInt64(SegmentHeader.byteCount))
    }

    /// Goes through all blocks up to the end; zeros a torn tail.
    ///
    /// - Throws: `.corrupt` at anything that is not certainly the end, `.refused` when `replay` refuses.
    mutating func run(_ replay: (JournalRecordView) -> ReplayVerdict) throws(JournalError) {
        report.segments = segments.count
        try begin()
        while true {
            let (finding, known, detail) = try examineHeader()
            var body = RecoveryTable.Body.unknown
            var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            if finding == .expected, let known {
                bytes = try require(offset, known.header.blockByteCount)
                body = Self.examineBody(bytes, known.header)
            } else if finding == .absent, segments.extent(at: place + 1) != nil, try restIsBlank() {
                // The writer may have gone on in the next segment; an end is the same end there.
                CoverageMark.reach("journal: recovery went on in the next segment")
                try turn(to: place + 1)
                continue
            }
            var beyond = RecoveryTable.Beyond.blank
            if RecoveryTable.dependsOnBeyond(finding, body) {
                beyond = try examineBeyond(known?.header)
            }
            switch RecoveryTable.verdict(finding, body, beyond) {
            case .accept:
                guard let known else { preconditionFailure("an accepted block has a header") }
                try accept(bytes, known, replay)
            case .cleanEnd:
                try requireRecords()
                return try secureLastBlock()
            case .tornTail:
                try requireRecords()
                try secureLastBlock()
                CoverageMark.reach("journal: recovery dropped a torn tail")
                return try dropTail(known?.header)
            case .corrupt:
                CoverageMark.reach("journal: recovery refused damage")
                throw corruption(Self.describe(finding, body, beyond, detail))
            }
        }
    }

    // MARK: Looking

    private typealias Known = (header: BlockHeader, checksum: UInt32)

    /// Turns to the first block.
    private mutating func begin() throws(JournalError) {
        guard let resume else { return try turn(to: 0) }
        guard let place = segments.place(of: resume.position) else { throw .notFound(lsn: resume.lsn) }
        try turn(to: place)
        offset = resume.position - extent.base
        tail = Tail(position: resume.position, nextLSN: resume.lsn)
        let sector = try require(offset, UInt32(BlockHeader.sectorByteCount))
        // What the block continues is not read again; everything else about it is checked as for any other.
        guard let (header, _, _) = BlockHeader.read(sector), header.firstLSN <= resume.lsn else {
            throw corruption("no block from which the records could be replayed")
        }
        tail = Tail(
            position: resume.position,
            nextLSN: header.firstLSN,
            nextSequence: header.sequence,
            chain: header.previousChecksum
        )
        // Segments may have been removed since.
        let firstBase = segments.extent(at: 0)?.base ?? 0
        let parts = resume.parts.filter { $0.start >= firstBase }
        let known = (lsn: parts.first?.firstLSN ?? header.firstLSN, position: parts.first?.start ?? resume.position)
        if known.position > firstBase + UInt64(SegmentHeader.byteCount) {
            index = try indexSegmentsPutBack(before: known.position, lsn: known.lsn)
            try turn(to: place)
            offset = resume.position - extent.base
        }
        index.append(parts)
        report.firstLSN = header.firstLSN
    }

    /// Finds the blocks of segments of which the snapshot knows nothing, since they had been removed when it was made,
    /// and were put back since. What does not lead up to a record is left out, as if it was not there.
    private mutating func indexSegmentsPutBack(before end: UInt64, lsn: UInt64) throws(JournalError) -> SparseIndex {
        var (found, nextLSN, number) = (SparseIndex(), UInt64?.none, 0)
        while let extent = segments.extent(at: number), extent.base < end {
            try turn(to: number)
            number += 1
            while extent.base + offset < end, offset + UInt64(BlockHeader.alignment) <= extent.byteCount {
                let sector = try require(offset, UInt32(BlockHeader.sectorByteCount))
                guard let (header, version, _) = BlockHeader.read(sector), version == BlockHeader.version,
                    header.journal == identity.folded, header.position == extent.base + offset
                else { break }
                if header.firstLSN != nextLSN { found = SparseIndex() }
                let endLSN = header.firstLSN + UInt64(header.recordCount)
                found.add(
                    firstLSN: header.firstLSN,
                    endLSN: endLSN,
                    start: header.position,
                    byteCount: UInt64(header.alignedByteCount),
                    startsSegment: offset == UInt64(SegmentHeader.byteCount)
                )
                nextLSN = endLSN
                offset += UInt64(header.alignedByteCount)
            }
        }
        return nextLSN == lsn ? found : SparseIndex()
    }

    /// Demands at the end what is known to have been durable.
    private func requireRecords() throws(JournalError) {
        guard let resume, tail.nextLSN <= resume.lastLSN else { return }
        throw corruption("the journal's end, although record \(resume.lastLSN) was durable once")
    }

    private mutating func turn(to place: Int) throws(JournalError) {
        guard let next = segments.extent(at: place), let (file, _) = try segments.file(containing: next.base) else {
            preconditionFailure("only an existing segment is turned to")
        }
        self.place = place
        extent = next
        offset = UInt64(SegmentHeader.byteCount)
        reader.turn(to: file, byteCount: next.byteCount)
    }

    private mutating func require(_ offset: UInt64, _ count: UInt32) throws(JournalError) -> UnsafeRawBufferPointer {
        guard let bytes = try reader.bytes(at: offset, count: Int(count)) else {
            throw corruption("the file ends early")
        }
        return bytes
    }

    private mutating func examineHeader() throws(JournalError) -> (RecoveryTable.Header, Known?, String) {
        // A full segment ends where no header fits; that reads as the zeros that would follow.
        guard offset + UInt64(BlockHeader.alignment) <= extent.byteCount else { return (.absent, nil, "") }
        let sector = try require(offset, UInt32(BlockHeader.sectorByteCount))
        guard let (header, version, checksum) = BlockHeader.read(sector) else {
            return (Memory.isZero(sector) ? .absent : .damaged, nil, "")
        }
        if let problem = mismatch(header, version) { return (.mismatched, nil, problem) }
        return (.expected, (header, checksum), "")
    }

    /// Why a header with a right checksum does not belong here.
    private func mismatch(_ header: BlockHeader, _ version: UInt16) -> String? {
        if version != BlockHeader.version { return "a block of format version \(version)" }
        if header.journal != identity.folded { return "a block of another journal" }
        if header.position != extent.base + offset { return "a block that belongs to position \(header.position)" }
        if header.sequence != tail.nextSequence {
            return "block \(header.sequence) instead of block \(tail.nextSequence)"
        }
        if header.previousChecksum != tail.chain { return "a block that continues another one" }
        if header.firstLSN != tail.nextLSN { return "a block that starts with record \(header.firstLSN)" }
        if header.flags.contains(.closing) != (header.recordCount == 0) { return "a block that contradicts itself" }
        let length = UInt64(header.blockByteCount)
        guard length >= UInt64(BlockHeader.byteCount), length <= UInt64(BlockHeader.blockByteCountMax),
            offset + UInt64(header.alignedByteCount) <= extent.byteCount
        else { return "a block of \(length) bytes" }
        return nil
    }

    private static func examineBody(_ bytes: UnsafeRawBufferPointer, _ header: BlockHeader) -> RecoveryTable.Body {
        let records = UnsafeRawBufferPointer(rebasing: bytes[BlockHeader.byteCount...])
        if CRC32C.checksum(records) != header.bodyChecksum { return examineDamage(bytes, header) }
        var at = BlockHeader.byteCount
        var lsn = header.firstLSN
        while at < bytes.count {
            // Their own checksums are part of what has just been found right.
            guard let record = RecordFormat.readUnchecked(bytes, at: at, position: header.position + UInt64(at)),
                record.lsn == lsn
            else { return .malformed }
            at += RecordFormat.byteCount(payload: record.payload.count)
            lsn += 1
        }
        return lsn - header.firstLSN == UInt64(header.recordCount) ? .intact : .malformed
    }

    /// Tells a torn block from a damaged one: the first bad record of a torn one lies in a sector never written.
    private static func examineDamage(_ bytes: UnsafeRawBufferPointer, _ header: BlockHeader) -> RecoveryTable.Body {
        var at = BlockHeader.byteCount
        while let record = RecordFormat.read(bytes, at: at, position: header.position + UInt64(at)) {
            at += RecordFormat.byteCount(payload: record.payload.count)
        }
        guard at < bytes.count else { return .damaged }
        let length = RecordFormat.payloadByteCount(bytes, at: at).map { RecordFormat.byteCount(payload: $0) }
        let end = min(bytes.count, at + (length ?? RecordFormat.headerByteCount))
        var sector = at / BlockHeader.sectorByteCount * BlockHeader.sectorByteCount
        while sector < end {
            let sectorEnd = min(sector + BlockHeader.sectorByteCount, bytes.count)
            if sector > 0, Memory.isZero(UnsafeRawBufferPointer(rebasing: bytes[sector..<sectorEnd])) {
                return isExplainedByOneBit(bytes, header, in: at..<end) ? .damaged : .unwritten
            }
            sector += BlockHeader.sectorByteCount
        }
        return .damaged
    }

    /// Whether one changed bit in a range makes the checksum wrong: then the zeros are a record's own, and all of the
    /// block was written. By accident a torn record of a kilobyte looks so once in half a million times.
    private static func isExplainedByOneBit(
        _ bytes: UnsafeRawBufferPointer,
        _ header: BlockHeader,
        in range: Range<Int>
    ) -> Bool {
        let records = UnsafeRawBufferPointer(rebasing: bytes[BlockHeader.byteCount...])
        guard let found = SingleBit.find(in: records, checksum: header.bodyChecksum) else { return false }
        return range.contains(found.byte + BlockHeader.byteCount)
    }

    private mutating func restIsBlank() throws(JournalError) -> Bool {
        try examine(from: offset, remainsEnd: nil) == .blank
    }

    /// What lies behind the block here, or from here on when no header says how long it is.
    private mutating func examineBeyond(_ header: BlockHeader?) throws(JournalError) -> RecoveryTable.Beyond {
        let here = (place, offset)
        defer { offset = here.1 }
        var found: RecoveryTable.Beyond
        if let header {
            found = try examine(from: offset + UInt64(header.alignedByteCount), remainsEnd: nil)
        } else {
            found = try examine(from: offset, remainsEnd: offset + UInt64(BlockHeader.blockByteCountMax))
        }
        while found == .blank || found == .remains, segments.extent(at: place + 1) != nil {
            try turn(to: place + 1)
            let later = try examine(from: offset, remainsEnd: nil)
            if later != .blank { found = later }
        }
        try turn(to: here.0)
        return found
    }

    /// Looks through the rest of one segment.
    private mutating func examine(
        from first: UInt64,
        remainsEnd: UInt64?
    ) throws(JournalError) -> RecoveryTable.Beyond {
        var found = RecoveryTable.Beyond.blank
        var at = first
        let step = UInt64(1 << 20)
        while at < extent.byteCount {
            let count = UInt32(min(step, extent.byteCount - at))
            let bytes = try require(at, count)
            if !Memory.isZero(bytes) {
                for page in stride(from: 0, to: bytes.count, by: BlockHeader.alignment) {
                    let end = min(page + BlockHeader.alignment, bytes.count)
                    let part = UnsafeRawBufferPointer(rebasing: bytes[page..<end])
                    if Memory.isZero(part) { continue }
                    let position = at + UInt64(page)
                    if let (header, _, _) = BlockHeader.read(part), header.journal == identity.folded,
                        header.position == extent.base + position
                    {
                        return .block
                    }
                    guard let remainsEnd, position < remainsEnd else { return .foreign }
                    found = .remains
                }
            }
            at += UInt64(count)
        }
        return found
    }

    // MARK: Acting

    private mutating func accept(
        _ bytes: UnsafeRawBufferPointer,
        _ known: Known,
        _ replay: (JournalRecordView) -> ReplayVerdict
    ) throws(JournalError) {
        let header = known.header
        var at = BlockHeader.byteCount
        while at < bytes.count {
            guard let record = RecordFormat.readUnchecked(bytes, at: at, position: header.position + UInt64(at)) else {
                preconditionFailure("an intact block has only whole records")
            }
            if case .refused(let reason) = replay(record) { throw .refused(lsn: record.lsn, reason: reason) }
            at += RecordFormat.byteCount(payload: record.payload.count)
        }
        let endLSN = header.firstLSN + UInt64(header.recordCount)
        index.add(
            firstLSN: header.firstLSN,
            endLSN: endLSN,
            start: header.position,
            byteCount: UInt64(header.alignedByteCount),
            startsSegment: offset == UInt64(SegmentHeader.byteCount)
        )
        last = (extent, offset, header.alignedByteCount)
        offset += UInt64(header.alignedByteCount)
        tail = Tail(
            position: extent.base + offset,
            nextLSN: endLSN,
            nextSequence: header.sequence + 1,
            chain: known.checksum
        )
        report.records += UInt64(header.recordCount)
        report.blocks += 1
        blockCounts[extent.index, default: 0] += 1
        report.bytes += UInt64(header.alignedByteCount)
        report.wasClosed = header.flags.contains(.closing)
    }

    /// Zeros what a torn write has left, so that nothing stale lies behind the end.
    ///
    /// Interrupted, it leaves fewer sectors of the same torn block, which the next attempt drops.
    private mutating func dropTail(_ header: BlockHeader?) throws(JournalError) {
        let most = header.map { UInt64($0.alignedByteCount) } ?? UInt64(BlockHeader.blockByteCountMax)
        let end = min(offset + most, extent.byteCount)
        let pages = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockHeader.alignment, alignment: 4_096)
        defer { pages.deallocate() }
        Memory.clear(pages)
        guard let (file, _) = try segments.file(containing: extent.base) else {
            preconditionFailure("the segment being read exists")
        }
        var at = offset
        do throws(PlatformError) {
            while at < end {
                let page = UnsafeMutableRawBufferPointer.allocate(byteCount: pages.count, alignment: 4_096)
                defer { page.deallocate() }
                let count = try file.read(into: page, at: at)
                if !Memory.isZero(UnsafeRawBufferPointer(rebasing: page[..<count])) {
                    try file.write(UnsafeRawBufferPointer(pages), at: at)
                    report.tornTailByteCount += UInt64(pages.count)
                }
                at += UInt64(pages.count)
            }
            try file.synchronize()
        } catch {
            throw .storage(error)
        }
        report.wasClosed = false
    }

    /// Makes the last good block durable, which a process that ended between writing and synchronizing may only have
    /// left in the page cache: from here on it counts as durable, and its answers are given.
    ///
    /// It is written again, since after a failed synchronization the kernel takes it for written. All blocks before it
    /// are durable: the next is written only after that.
    private func secureLastBlock() throws(JournalError) {
        guard let last, let (file, _) = try segments.file(containing: last.segment.base) else { return }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: last.byteCount, alignment: BlockHeader.alignment)
        defer { block.deallocate() }
        do throws(PlatformError) {
            guard try file.read(into: block, at: last.offset) == block.count else {
                throw .ended(operation: "read", subject: last.segment.name)
            }
            try file.write(UnsafeRawBufferPointer(block), at: last.offset)
            try file.synchronize()
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Saying

    private func corruption(_ finding: String) -> JournalError {
        .corrupt(JournalCorruption(segment: extent.name, offset: offset, lsn: tail.nextLSN, finding: finding))
    }

    private static func describe(
        _ header: RecoveryTable.Header,
        _ body: RecoveryTable.Body,
        _ beyond: RecoveryTable.Beyond,
        _ detail: String
    ) -> String {
        switch header {
        case .damaged: return "a block header with a wrong checksum"
        case .mismatched: return detail
        case .absent, .expected: break
        }
        let here = header == .absent ? "no block" : "a block whose records have a wrong checksum"
        switch (body, beyond) {
        case (.malformed, _): return "a block whose records contradict its header"
        case (.damaged, _): return here
        case (_, .block): return "\(here), although a later one was written"
        case (_, .foreign): return "\(here), and bytes behind it that no block explains"
        case (_, .blank), (_, .remains): return here
        }
    }
}
