internal import Checksum
internal import Platform

extension OfflineJournal {
    /// Works out what would make the journal one that a start accepts; changes nothing.
    ///
    /// This object then shows the journal as it would be.
    public func planRepair() -> JournalRepair {
        var planner = RepairPlanner(self)
        planner.run()
        return planner.plan
    }
}

/// Finds steps, one damage after the other, until the journal as it would be is whole.
struct RepairPlanner {
    /// No journal needs more; a plan that does is not one.
    private static let stepCountMax = 1_000

    private let journal: OfflineJournal
    private var steps: [JournalRepair.Step] = []
    private var obstacle: String?
    private var lastLSN: UInt64 = 0
    /// Where a bit was turned back already.
    private var restoredPlaces: Set<String> = []

    init(_ journal: OfflineJournal) { self.journal = journal }

    var plan: JournalRepair {
        let changes = journal.storage.changes
        var plan = JournalRepair(directory: journal.directory, changes: changes)
        plan.steps = steps
        plan.obstacle = obstacle
        plan.lastLSN = lastLSN
        plan.beginsLater = (try? journal.storageNames().first).map { SegmentHeader.index(ofFile: $0) != 0 } ?? false
        plan.changedSegments = changes.keys.sorted()
        plan.removedSegments = journal.storage.removed
        return plan
    }

    mutating func run() {
        do throws(JournalError) {
            while steps.count < Self.stepCountMax {
                let found = journal.verify()
                lastLSN = found.lastLSN
                guard let problem = found.problem else { return noteTornTail(found) }
                guard try step(problem, found) else { return }
            }
            obstacle = "there is more damage than can be listed; restore the journal from a copy"
        } catch {
            obstacle = "\(error)"
        }
    }

    private mutating func noteTornTail(_ found: OfflineJournal.Verification) {
        guard found.report.tornTailByteCount > 0, let tail = found.tail else { return }
        guard let segment = found.segments.last(where: { $0.base < tail.position }) else { return }
        steps.append(
            JournalRepair.Step(
                action: .dropTornTail,
                segment: segment.name,
                offset: tail.position - segment.base,
                finding: "what a torn last write has left, in \(found.report.tornTailByteCount) bytes",
                explanation: "it is zeroed, as the next start would do; nobody was told that it is durable"
            )
        )
    }

    /// - Returns: Whether to look again.
    private mutating func step(
        _ problem: JournalError,
        _ found: OfflineJournal.Verification
    ) throws(JournalError) -> Bool {
        switch problem {
        case .corrupt(let corruption):
            let isHeader = corruption.offset == 0
            if try isHeader ? repairHeader(corruption, found) : restoreBit(corruption, found) { return true }
            if isHeader, corruption.segment == (try journal.storageNames().first) {
                obstacle = "the first segment's header is lost and nothing says what it was"
                return false
            }
            return try cut(corruption, found)
        case .missingSegment(let name):
            let first = try journal.storageNames().first
            guard let first, first < name else {
                obstacle = "the first segment is missing, and with it every card"
                return false
            }
            return try cut(
                JournalCorruption(segment: name, offset: 0, lsn: 0, finding: "the file is missing"),
                found
            )
        case .storage, .unknownFormat, .otherVariant, .refused, .notFound, .outOfSpace, .stopped:
            obstacle = "\(problem)"
            return false
        }
    }

    // MARK: Restoring

    private mutating func repairHeader(
        _ corruption: JournalCorruption,
        _ found: OfflineJournal.Verification
    ) throws(JournalError) -> Bool {
        let name = corruption.segment
        var bytes = try journal.contents(of: name, at: 0, count: SegmentHeader.byteCount)
        let length = try byteCount(of: name)
        if let header = try journal.header(of: name) {
            guard length < header.segmentByteCount else { return false }
            journal.storage.setByteCount(header.segmentByteCount, of: name)
            note(.extend, corruption, "the file gets its \(header.segmentByteCount) bytes back, filled with zeros")
            return true
        }
        guard bytes.count == SegmentHeader.byteCount else { return false }
        if let place = turnBack(&bytes, covered: SegmentHeader.byteCount - 4),
            bytes.withUnsafeBytes({ (try? SegmentHeader.read($0)) != nil })
        {
            try write(bytes, to: name, at: 0)
            note(
                .restoreBit,
                corruption,
                "bit \(place.bit) of byte \(place.byte) is turned back; the checksum then fits"
            )
            return true
        }
        guard let index = SegmentHeader.index(ofFile: name), let model = try journal.firstHeader(),
            model.index != index,
            let base = try base(of: index)
        else { return false }
        let header = SegmentHeader(
            identity: model.identity,
            variant: model.variant,
            index: index,
            base: base,
            segmentByteCount: length
        )
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        try write(bytes, to: name, at: 0)
        note(.restoreHeader, corruption, "the header is written anew: it follows from the other segments' and the file")
        return true
    }

    /// Where a segment starts, from the one before it or the one behind it.
    private func base(of index: UInt64) throws(JournalError) -> UInt64? {
        if index == 0 { return 0 }
        let names = try journal.storageNames()
        let before = SegmentHeader.fileName(index - 1)
        if names.contains(before), let header = try journal.header(of: before) {
            return header.base + header.segmentByteCount
        }
        let behind = SegmentHeader.fileName(index + 1)
        guard names.contains(behind), let header = try journal.header(of: behind) else { return nil }
        let length = try byteCount(of: SegmentHeader.fileName(index))
        return header.base >= length ? header.base - length : nil
    }

    private mutating func restoreBit(
        _ corruption: JournalCorruption,
        _ found: OfflineJournal.Verification
    ) throws(JournalError) -> Bool {
        guard let tail = found.tail, restoredPlaces.insert("\(corruption.segment) \(corruption.offset)").inserted else {
            return false
        }
        let name = corruption.segment
        var bytes = try journal.contents(of: name, at: corruption.offset, count: BlockHeader.alignment)
        guard bytes.count == BlockHeader.alignment else { return false }
        if let known = bytes.withUnsafeBytes({ BlockHeader.read($0) }) {
            let header = known.header
            guard follows(header, tail), header.blockByteCount <= UInt32(BlockHeader.blockByteCountMax) else {
                return false
            }
            bytes = try journal.contents(of: name, at: corruption.offset, count: header.alignedByteCount)
            guard bytes.count == header.alignedByteCount else { return false }
            let place = bytes.withUnsafeBytes { bytes in
                SingleBit.find(
                    in: UnsafeRawBufferPointer(rebasing: bytes[BlockHeader.byteCount..<Int(header.blockByteCount)]),
                    checksum: header.bodyChecksum
                )
            }
            guard let place else { return false }
            let byte = BlockHeader.byteCount + place.byte
            bytes[byte] ^= 1 << place.bit
            try write(bytes, to: name, at: corruption.offset)
            note(
                .restoreBit,
                corruption,
                "bit \(place.bit) of byte \(corruption.offset + UInt64(byte)) is turned back; the checksum of the "
                    + "block then fits, and those of its records"
            )
            return true
        }
        guard let place = turnBack(&bytes, covered: BlockHeader.byteCount - 4),
            let header = bytes.withUnsafeBytes({ BlockHeader.read($0)?.header }), follows(header, tail)
        else { return false }
        try write(bytes, to: name, at: corruption.offset)
        note(
            .restoreBit,
            corruption,
            "bit \(place.bit) of byte \(corruption.offset + UInt64(place.byte)) is turned back; the block then fits "
                + "between its neighbours"
        )
        return true
    }

    private func follows(_ header: BlockHeader, _ tail: Recovery.Tail) -> Bool {
        header.sequence == tail.nextSequence && header.firstLSN == tail.nextLSN
            && header.previousChecksum == tail.chain
    }

    /// Turns back the one bit that makes a header's checksum fit: of what the checksum covers, or of the checksum,
    /// which follows it.
    private func turnBack(_ bytes: inout [UInt8], covered count: Int) -> (byte: Int, bit: UInt8)? {
        let (found, difference) = bytes.withUnsafeBytes { raw in
            let covered = UnsafeRawBufferPointer(rebasing: raw[..<count])
            // SAFETY: the caller's bytes have the checksum behind what it covers.
            let stored = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: count, as: UInt32.self))
            return (SingleBit.find(in: covered, checksum: stored), CRC32C.checksum(covered) ^ stored)
        }
        guard var place = found ?? nil else {
            guard difference.nonzeroBitCount == 1 else { return nil }
            let bit = difference.trailingZeroBitCount
            bytes[count + bit / 8] ^= 1 << UInt8(bit % 8)
            return (count + bit / 8, UInt8(bit % 8))
        }
        place.bit &= 7
        bytes[place.byte] ^= 1 << place.bit
        return place
    }

    // MARK: Cutting

    private mutating func cut(
        _ corruption: JournalCorruption,
        _ found: OfflineJournal.Verification
    ) throws(JournalError) -> Bool {
        guard let identity = try journal.firstHeader()?.identity else { return false }
        let names = try journal.storageNames().filter { $0 >= corruption.segment }
        // Without a segment before it, recovery has not come as far as any block, and counts from the first.
        var next = found.tail?.nextLSN ?? 0
        if next == 0 { next = try lastRecord(before: corruption.segment) + 1 }
        var good: [ClosedRange<UInt64>] = []
        for name in names {
            let isDamaged = name == corruption.segment
            good += try survey(name, from: isDamaged ? corruption.offset : 0, journal: identity.folded)
        }
        good = good.filter { $0.lowerBound >= next }
        var step = JournalRepair.Step(
            action: .cut,
            segment: corruption.segment,
            offset: corruption.offset,
            finding: corruption.finding,
            explanation: "the journal ends before this place; what was there and behind it goes"
        )
        step.goodRecordsLost = Self.joined(good)
        step.unreadableRecordsLost = Self.gaps(in: step.goodRecordsLost, from: next)
        for name in names where name > corruption.segment || corruption.offset == 0 { try remove(name) }
        if corruption.offset > 0 { try clear(corruption.segment, from: corruption.offset) }
        steps.append(step)
        return true
    }

    /// The last record of the good segments before one that has no usable header.
    private func lastRecord(before name: String) throws(JournalError) -> UInt64 {
        guard let identity = try journal.firstHeader()?.identity else { return 0 }
        var last: UInt64 = 0
        for earlier in try journal.storageNames() where earlier < name {
            last = max(last, try survey(earlier, from: 0, journal: identity.folded).last?.upperBound ?? 0)
        }
        return last
    }

    /// The records of blocks in a segment that are whole in themselves, whatever is around them.
    private func survey(
        _ name: String,
        from start: UInt64,
        journal folded: UInt64
    ) throws(JournalError) -> [ClosedRange<UInt64>] {
        var ranges: [ClosedRange<UInt64>] = []
        let end = try byteCount(of: name)
        let window = 1 << 20
        var offset = start / UInt64(BlockHeader.alignment) * UInt64(BlockHeader.alignment)
        var bytes: [UInt8] = []
        var bytesOffset = UInt64.max
        while offset < end {
            if bytesOffset == .max || offset < bytesOffset
                || offset + UInt64(BlockHeader.alignment) > bytesOffset + UInt64(bytes.count)
            {
                bytes = try journal.contents(of: name, at: offset, count: window)
                bytesOffset = offset
            }
            let at = Int(offset - bytesOffset)
            guard bytes.count - at >= BlockHeader.alignment else { break }
            let header = bytes[at..<at + BlockHeader.byteCount].withUnsafeBytes { BlockHeader.read($0)?.header }
            offset += UInt64(BlockHeader.alignment)
            guard let header, header.journal == folded, header.recordCount > 0,
                try isWhole(header, in: name, at: offset - UInt64(BlockHeader.alignment))
            else { continue }
            ranges.append(header.firstLSN...header.firstLSN + UInt64(header.recordCount) - 1)
            offset += UInt64(header.alignedByteCount - BlockHeader.alignment)
        }
        return ranges
    }

    private func isWhole(_ header: BlockHeader, in name: String, at offset: UInt64) throws(JournalError) -> Bool {
        guard header.blockByteCount >= UInt32(BlockHeader.byteCount),
            header.blockByteCount <= UInt32(BlockHeader.blockByteCountMax)
        else { return false }
        let bytes = try journal.contents(of: name, at: offset, count: Int(header.blockByteCount))
        guard bytes.count == Int(header.blockByteCount) else { return false }
        return bytes.withUnsafeBytes { raw in
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: raw[BlockHeader.byteCount...])) == header.bodyChecksum
        }
    }

    private func clear(_ name: String, from offset: UInt64) throws(JournalError) {
        let end = try byteCount(of: name)
        let step = 1 << 20
        var at = offset
        while at < end {
            let bytes = try journal.contents(of: name, at: at, count: Int(min(UInt64(step), end - at)))
            for start in stride(from: 0, to: bytes.count, by: BlockHeader.alignment) {
                let page = bytes[start..<min(start + BlockHeader.alignment, bytes.count)]
                if page.contains(where: { $0 != 0 }), page.count == BlockHeader.alignment {
                    try write(
                        [UInt8](repeating: 0, count: BlockHeader.alignment),
                        to: name,
                        at: at + UInt64(start)
                    )
                }
            }
            at += UInt64(bytes.count)
        }
    }

    // MARK: Helping

    private mutating func note(_ action: JournalRepair.Step.Action, _ corruption: JournalCorruption, _ text: String) {
        steps.append(
            JournalRepair.Step(
                action: action,
                segment: corruption.segment,
                offset: corruption.offset,
                finding: corruption.finding,
                explanation: text
            )
        )
    }

    private func byteCount(of name: String) throws(JournalError) -> UInt64 {
        do throws(PlatformError) { return try journal.storage.open(name).byteCount() } catch { throw .storage(error) }
    }

    private func remove(_ name: String) throws(JournalError) {
        do throws(PlatformError) { try journal.storage.remove(name) } catch { throw .storage(error) }
    }

    private func write(_ bytes: [UInt8], to name: String, at offset: UInt64) throws(JournalError) {
        do throws(PlatformError) {
            let file = try journal.storage.open(name)
            let outcome = bytes.withUnsafeBytes { bytes in
                Result { () throws(PlatformError) in try file.write(bytes, at: offset) }
            }
            try outcome.get()
        } catch {
            throw .storage(error)
        }
    }

    static func joined(_ ranges: [ClosedRange<UInt64>]) -> [ClosedRange<UInt64>] {
        var joined: [ClosedRange<UInt64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    /// What lies before and between ranges, from a record on.
    static func gaps(in ranges: [ClosedRange<UInt64>], from first: UInt64) -> [ClosedRange<UInt64>] {
        var gaps: [ClosedRange<UInt64>] = []
        var next = first
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return gaps
    }
}
