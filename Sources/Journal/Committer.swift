internal import Checksum
internal import Platform
internal import Synchronization

/// The work of the journal's thread: take the buffer over, seal it, write it, synchronize, report.
struct Committer {
    /// A buffer taken over from the appenders.
    struct Pending {
        let buffer: UnsafeMutableRawPointer
        let count: Int
        let recordCount: UInt32
        let position: UInt64
        let sequence: UInt64
        let firstLSN: UInt64
        let isClosing: Bool

        var alignedCount: Int { BlockHeader.aligned(count) }
    }

    enum Work {
        case block(Pending)
        case nothing
        case end
    }

    private let journal: Journal
    /// Empty, and to be filled next.
    private var spare: UnsafeMutableRawPointer
    /// The segment of the block that is taken over next, which need not be prepared yet.
    private var segment: Segments.Extent
    /// The segment that comes after it.
    private var following: Segments.Extent
    /// Whether the block being written is the last of its segment.
    private var isTurning = false
    private var chain: UInt32
    private var isClosed: Bool

    init(_ journal: Journal) {
        self.journal = journal
        spare = journal.spareBuffer
        chain = journal.tail.chain
        isClosed = journal.recovery.wasClosed
        segment = journal.first
        following = Self.following(segment, in: journal)
        prepareNext()
    }

    /// Goes on until the journal is closed or has failed.
    mutating func run(onDurable: (UInt64) -> Void, onFailure: (JournalError) -> Void) {
        do throws(JournalError) {
            while true {
                journal.turns.store(journal.turns.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
                switch try next() {
                case .block(let pending):
                    let began = Clock.monotonicNanoseconds()
                    try commit(pending)
                    if pending.recordCount > 0 { onDurable(pending.firstLSN + UInt64(pending.recordCount) - 1) }
                    gather(behind: pending, began)
                case .nothing:
                    journal.wake.wait(spinCount: journal.options.spinCount)
                case .end:
                    return
                }
            }
        } catch {
            stopJournal()
            onFailure(error)
        }
    }

    /// Nothing becomes durable any more.
    func stopJournal() {
        journal.isStopped.store(true, ordering: .sequentiallyConsistent)
        journal.progress.update { _ in }
    }

    /// Under load lets records gather for a moment, so that the next commit is worth its price.
    private func gather(behind pending: Pending, _ began: Int64) {
        guard pending.recordCount >= journal.options.loadedRecordCount else { return }
        let passed = (Clock.monotonicNanoseconds() - began) / 1_000
        Pause.microseconds(journal.options.loadedCommitInterval - passed)
    }

    // MARK: Taking over

    /// What there is to do.
    ///
    /// - Throws: What the preparation of segments has come to that trying again does not make good.
    mutating func next() throws(JournalError) -> Work {
        if let error = journal.preparer.fatalProblem { throw error }
        reopen()
        return takeOver()
    }

    private mutating func takeOver() -> Work {
        let work = journal.fill.withLock { fill -> Work in
            if fill.recordCount == 0 {
                guard fill.isClosing else {
                    fill.isIdle = true
                    return .nothing
                }
                // Without a page left for it there is no closing block; the next start then says so, and no more.
                if isClosed || fill.room < BlockHeader.alignment { return .end }
            }
            let pending = Pending(
                buffer: fill.buffer,
                count: fill.count,
                recordCount: fill.recordCount,
                position: fill.position,
                sequence: fill.sequence,
                firstLSN: fill.firstLSN,
                isClosing: fill.recordCount == 0
            )
            // The next block's place is fixed now, because records get theirs when they are appended.
            isTurning = place(&fill, behind: fill.position + UInt64(pending.alignedCount))
            fill.buffer = spare
            fill.count = BlockHeader.byteCount
            fill.recordCount = 0
            fill.sequence += 1
            fill.firstLSN = fill.nextLSN
            journal.writingCount.store(pending.count, ordering: .relaxed)
            journal.fillCount.store(BlockHeader.byteCount)
            return .block(pending)
        }
        if case .block(let pending) = work {
            spare = pending.buffer
            journal.wakeWaiters()
        }
        return work
    }

    /// Says where the fill buffer goes, and how much of it may be filled there.
    ///
    /// A whole buffer must fit, or it goes to the next segment; and when the next segment is not there yet, what is
    /// left of this one is given out except for a reserve. So no record is ever taken in whose place on the disk does
    /// not exist already, and a disk without room is found out before a commit can fail for it.
    ///
    /// - Returns: Whether it goes to the following segment.
    private func place(_ fill: inout Fill, behind position: UInt64) -> Bool {
        let buffer = UInt64(journal.options.bufferByteCount)
        let left = segment.end - position
        let hasFollowing = isThere(following)
        if left < buffer, hasFollowing {
            fill.position = following.base + UInt64(SegmentHeader.byteCount)
            fill.room = journal.options.bufferByteCount
            journal.setCapacity(fill.room)
            return true
        }
        fill.position = position
        fill.room = Int(min(left, buffer))
        let capacity = hasFollowing ? fill.room : journal.options.capacity(left: left)
        if capacity < journal.options.bufferByteCount, journal.capacity.load(ordering: .relaxed) > capacity {
            CoverageMark.reach("journal: less was taken in for want of a segment")
            journal.counters.withLock { $0.segmentWaits += 1 }
        }
        journal.setCapacity(capacity)
        return false
    }

    /// Gives out room again when the following segment has been prepared meanwhile.
    private mutating func reopen() {
        guard journal.capacity.load(ordering: .relaxed) < journal.options.bufferByteCount, isThere(following) else {
            return
        }
        let hasTurned = journal.fill.withLock { fill in
            // Records have got their places in this segment already; the block after them goes to the next.
            guard fill.recordCount == 0 else { return false }
            return place(&fill, behind: fill.position)
        }
        if hasTurned { turn() }
        journal.wakeWaiters()
    }

    private func isThere(_ extent: Segments.Extent) -> Bool {
        journal.preparer.isReady || exists(extent)
    }

    private func exists(_ extent: Segments.Extent) -> Bool {
        journal.segments.extent(containing: extent.base) != nil
    }

    // MARK: Writing

    private mutating func commit(_ pending: Pending) throws(JournalError) {
        let began = Clock.monotonicNanoseconds()
        let file = try write(pending)
        try complete(pending, in: file, began, written: Clock.monotonicNanoseconds())
    }

    /// Puts a block into its file.
    mutating func write(_ pending: Pending) throws(JournalError) -> any JournalFile {
        seal(pending)
        let file = try file(for: pending)
        do throws(PlatformError) {
            // SAFETY: the buffer is a multiple of 4,096 bytes long, and no appender touches it until it is swapped.
            let bytes = UnsafeRawBufferPointer(start: pending.buffer, count: pending.alignedCount)
            try file.write(bytes, at: pending.position - segmentBase(of: pending))
        } catch {
            CoverageMark.reach("journal: a write failed")
            throw .storage(error)
        }
        return file
    }

    /// Makes a block that was written durable, and says so.
    mutating func complete(
        _ pending: Pending,
        in file: any JournalFile,
        _ began: Int64,
        written: Int64
    ) throws(JournalError) {
        do throws(PlatformError) {
            try file.synchronize()
        } catch {
            CoverageMark.reach("journal: a synchronization failed")
            throw .storage(error)
        }
        publish(
            pending,
            CommitTimes(
                lastLSN: pending.firstLSN + UInt64(pending.recordCount) - 1,
                takenAt: began,
                writtenAt: written,
                durableAt: Clock.monotonicNanoseconds()
            )
        )
        isClosed = pending.isClosing
        if isTurning { turn() }
    }

    /// Adds the checksums, and zeros what the buffer still has from an earlier use.
    private mutating func seal(_ pending: Pending) {
        // SAFETY: appenders have written `recordCount` whole records into `count` bytes.
        var at = BlockHeader.byteCount
        for _ in 0..<pending.recordCount { at += RecordFormat.seal(pending.buffer + at) }
        precondition(at == pending.count, "the records fill the block")
        Memory.clear(
            UnsafeMutableRawBufferPointer(
                start: pending.buffer + pending.count,
                count: pending.alignedCount - pending.count
            )
        )
        let records = UnsafeRawBufferPointer(
            start: pending.buffer + BlockHeader.byteCount,
            count: pending.count - BlockHeader.byteCount
        )
        let header = BlockHeader(
            flags: pending.isClosing ? .closing : [],
            sequence: pending.sequence,
            firstLSN: pending.firstLSN,
            position: pending.position,
            journal: journal.identity.folded,
            recordCount: pending.recordCount,
            blockByteCount: UInt32(pending.count),
            previousChecksum: chain,
            bodyChecksum: CRC32C.checksum(records)
        )
        chain = header.write(at: pending.buffer)
    }

    /// Makes a block known as durable.
    private func publish(_ pending: Pending, _ times: CommitTimes) {
        let microseconds = UInt64((times.durableAt - times.takenAt) / 1_000)
        let endLSN = pending.firstLSN + UInt64(pending.recordCount)
        journal.index.withLock { index in
            index.add(
                firstLSN: pending.firstLSN,
                endLSN: endLSN,
                start: pending.position,
                byteCount: UInt64(pending.alignedCount),
                startsSegment: pending.position == segmentBase(of: pending) + UInt64(SegmentHeader.byteCount)
            )
        }
        journal.counters.withLock { counters in
            counters.commits += 1
            counters.records += UInt64(pending.recordCount)
            counters.bytes += UInt64(pending.alignedCount)
            counters.latestCommit = times
            counters.maxCommitMicroseconds = max(counters.maxCommitMicroseconds, microseconds)
        }
        journal.commitTimes.add(microseconds)
        if pending.recordCount > 0 { journal.groupRecordCounts.add(UInt64(pending.recordCount)) }
        journal.writingCount.store(0, ordering: .relaxed)
        journal.durable.store(endLSN - 1, ordering: .sequentiallyConsistent)
        journal.wakeWaiters()
    }

    // MARK: Segments

    private func segmentBase(of pending: Pending) -> UInt64 {
        precondition(pending.position > segment.base && pending.position < segment.end, "a block lies in its segment")
        return segment.base
    }

    private func file(for pending: Pending) throws(JournalError) -> any JournalFile {
        guard let (file, _) = try journal.segments.file(containing: pending.position) else {
            preconditionFailure("records are taken in only for a segment that exists")
        }
        return file
    }

    /// Follows the fill buffer to the next segment.
    private mutating func turn() {
        if !exists(following) {
            guard let prepared = journal.preparer.take() else {
                preconditionFailure("records are taken in only for a segment that exists")
            }
            precondition(prepared.header.base == following.base, "segments are prepared in order")
            journal.segments.add(prepared.header, prepared.file)
        }
        segment = following
        following = Self.following(segment, in: journal)
        isTurning = false
        prepareNext()
    }

    /// The next segment with room for a buffer, as it is or as it will be prepared.
    private static func following(_ segment: Segments.Extent, in journal: Journal) -> Segments.Extent {
        var extent = segment
        while let next = journal.segments.extent(containing: extent.end) {
            extent = next
            let room = next.byteCount - UInt64(SegmentHeader.byteCount)
            if room >= UInt64(journal.options.bufferByteCount) { return next }
        }
        return Segments.Extent(
            index: extent.index + 1,
            base: extent.end,
            byteCount: journal.options.segmentByteCount
        )
    }

    /// Has the following segment prepared, unless it exists.
    private func prepareNext() {
        guard let last = journal.segments.last, last.index < following.index else { return }
        precondition(last.end == following.base, "segments are prepared in order")
        journal.preparer.want(
            SegmentHeader(
                identity: journal.identity,
                variant: journal.options.variant,
                index: following.index,
                base: following.base,
                segmentByteCount: following.byteCount
            )
        )
    }
}
