public import Platform
internal import Synchronization

/// A write-ahead log of opaque records, made durable in groups.
///
/// `append` copies a record into a buffer and gives it its place in the one order. The journal's own thread takes the
/// buffer over whenever it is free, writes it as one block, synchronizes, and reports how far the journal is durable.
/// Appending never fails and never waits; whoever appends asks `hasRoom(forAppenders:)` first.
///
/// Life: `open` (which replays), `start`, `append` ..., `close`. It lives until it is closed.
public final class Journal: Sendable {
    /// What every file of this journal carries.
    public let identity: JournalIdentity
    /// What opening found.
    public let recovery: RecoveryReport

    let options: JournalOptions
    let storage: any JournalStorage
    let segments: Segments
    let preparer: SegmentPreparer
    let index: Locked<SparseIndex>

    let fill: Locked<Fill>
    let wake = WakeSignal()
    /// Bytes in the fill buffer, readable without the lock.
    let fillCount: LoneInteger
    /// How far the fill buffer may be filled, readable without the lock; less than all of it while the next segment is
    /// needed and not there.
    let capacity: Atomic<Int>
    /// Bytes taken over and not yet durable.
    let writingCount = Atomic<Int>(0)

    let durable: Atomic<UInt64>
    let isStopped = Atomic<Bool>(false)
    /// Turns of the journal's thread; written by it alone.
    let turns = Atomic<UInt64>(0)
    /// Threads inside `waitUntilDurable` or `waitForRoom`.
    let waiterCount = Atomic<Int>(0)
    let progress = Monitor<Void>(())
    let counters = Locked(JournalStatistics())
    let commitTimes = BucketHistogram(bounds: BucketHistogram.latencyBounds)
    let groupRecordCounts = BucketHistogram(bounds: BucketHistogram.sizeBounds)

    /// What the journal's thread carries on from.
    let tail: Recovery.Tail
    /// The segment that its first block goes to.
    let first: Segments.Extent
    // SAFETY: the second buffer is touched by the journal's thread only.
    nonisolated(unsafe) let spareBuffer: UnsafeMutableRawPointer
    private nonisolated(unsafe) let firstBuffer: UnsafeMutableRawPointer
    private let threads = Locked<Threads>(Threads())

    private struct Threads: ~Copyable {
        var commit: WorkerThread?
        var prepare: WorkerThread?
    }

    /// Opens a journal, or creates it, and replays every record in order.
    ///
    /// - Parameters:
    ///   - storage: The directory, which the caller has locked against other processes.
    ///   - resume: Where to begin, when the state before is known from elsewhere; nil replays all records.
    ///   - replay: Gets each record, on the calling thread; its bytes are borrowed.
    /// - Throws: `.corrupt` and the like, when anything but a torn last write is not as it was written.
    public static func open(
        options: JournalOptions,
        storage: any JournalStorage,
        from resume: JournalResume? = nil,
        replay: (JournalRecordView) -> ReplayVerdict
    ) throws(JournalError) -> Journal {
        options.check()
        let segments = Segments(storage: storage, openCountMax: options.openSegmentCountMax)
        let (identity, isNew) = try Opening.openSegments(
            segments,
            options: options,
            storage: storage,
            resume: resume
        )
        guard let first = segments.extent(at: 0) else { preconditionFailure("opening makes a first segment") }
        var recovery = Recovery(segments: segments, identity: identity, first: first, resume: resume)
        try recovery.run(replay)
        var report = recovery.report
        report.isNew = isNew
        do throws(PlatformError) {
            return try Journal(
                identity: identity,
                report: report,
                options: options,
                segments: segments,
                storage: storage,
                tail: recovery.tail,
                index: recovery.index
            )
        } catch {
            throw .storage(error)
        }
    }

    private init(
        identity: JournalIdentity,
        report: RecoveryReport,
        options: JournalOptions,
        segments: Segments,
        storage: any JournalStorage,
        tail: Recovery.Tail,
        index: SparseIndex
    ) throws(PlatformError) {
        self.identity = identity
        recovery = report
        self.options = options
        self.storage = storage
        self.segments = segments
        self.index = Locked(index)
        preparer = SegmentPreparer(storage: storage)
        self.tail = tail
        let first = segments.place(behind: tail.position, bufferByteCount: options.bufferByteCount)
        self.first = first.extent
        let left = first.extent.end - first.position
        firstBuffer = try Memory.mapAnonymous(byteCount: options.bufferByteCount)
        spareBuffer = try Memory.mapAnonymous(byteCount: options.bufferByteCount)
        // Touched now, so that no append ever waits for the kernel to find a page.
        Memory.clear(UnsafeMutableRawBufferPointer(start: firstBuffer, count: options.bufferByteCount))
        Memory.clear(UnsafeMutableRawBufferPointer(start: spareBuffer, count: options.bufferByteCount))
        fill = Locked(
            Fill(
                buffer: firstBuffer,
                position: first.position,
                room: Int(min(left, UInt64(options.bufferByteCount))),
                sequence: tail.nextSequence,
                firstLSN: tail.nextLSN,
                nextLSN: tail.nextLSN
            )
        )
        fillCount = LoneInteger(BlockHeader.byteCount)
        // As if there were no next segment; the journal's thread knows better.
        capacity = Atomic(options.capacity(left: left))
        durable = Atomic(tail.nextLSN - 1)
    }

    deinit {
        Memory.unmap(firstBuffer, byteCount: options.bufferByteCount)
        Memory.unmap(spareBuffer, byteCount: options.bufferByteCount)
    }

    /// Starts to make records durable. When the segment in use is nearly full, it waits until the next one is prepared
    /// or cannot be.
    ///
    /// - Parameters:
    ///   - onDurable: Called on the journal's thread after each group commit with the last LSN that is durable; must
    ///     be quick, because the next commit waits for it.
    ///   - onFailure: Called once, on the journal's thread, after a write or a synchronization failed. Nothing becomes
    ///     durable any more; it should end the process.
    public func start(
        onDurable: @escaping @Sendable (UInt64) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(JournalError) {
        do throws(PlatformError) {
            precondition(options.whileWaiting == nil, "a journal is started or stepped")
            let prepare = try WorkerThread(name: "journal-prepare") {
                self.preparer.run {
                    self.wake.raise()
                    self.progress.update { _ in }
                }
            }
            let commit = try WorkerThread(name: "journal") {
                var committer = Committer(self)
                committer.run(onDurable: onDurable, onFailure: onFailure)
            }
            var threads = Threads(commit: consume commit, prepare: consume prepare)
            self.threads.withLock { held in
                precondition(held.commit == nil, "a journal is started once")
                swap(&held, &threads)
            }
        } catch {
            throw .storage(error)
        }
        // Should it fail at once, `onFailure` says so.
        try? wait { capacity.load(ordering: .sequentiallyConsistent) == options.bufferByteCount || preparer.isFailing }
    }

    /// Makes durable what was appended, marks the journal as closed in order, and ends its threads.
    ///
    /// Nobody appends any more. May be called again, to no effect.
    public func close() {
        fill.withLock { $0.isClosing = true }
        wake.raise()
        var threads = Threads()
        self.threads.withLock { swap(&$0, &threads) }
        if let commit = threads.commit.take() { commit.join() }
        preparer.stop()
        if let prepare = threads.prepare.take() { prepare.join() }
        isStopped.store(true, ordering: .sequentiallyConsistent)
        progress.update { _ in }
    }

    /// The identity of the journal in a storage, before it is opened; nil when there is none yet.
    ///
    /// - Throws: `.corrupt` and the like, when its oldest segment cannot be read.
    public static func identity(in storage: any JournalStorage) throws(JournalError) -> JournalIdentity? {
        try Opening.identity(in: storage)
    }

    /// Whether the journal in a storage still begins with its first segment.
    public static func isWhole(in storage: any JournalStorage) throws(JournalError) -> Bool {
        do throws(PlatformError) {
            return try storage.names().contains(SegmentHeader.fileName(0))
        } catch {
            throw .storage(error)
        }
    }

    /// The last LSN that is durable; 0 when there is none.
    public var durableLSN: UInt64 { durable.load(ordering: .acquiring) }

    /// The last LSN given out; 0 when there is none.
    public var lastLSN: UInt64 { fill.withLock { $0.nextLSN - 1 } }

    /// Bytes appended and not yet durable.
    public var backlogByteCount: Int {
        max(0, fillCount.loadRelaxed() - BlockHeader.byteCount) + writingCount.load(ordering: .relaxed)
    }

    /// Has the journal's thread take a turn even if there is nothing to do, so that `turnCount` grows; unless it
    /// hangs.
    public func prod() { wake.raise() }

    /// Turns that the journal's thread has taken: looks for work, each followed by the work.
    public var turnCount: UInt64 { turns.load(ordering: .relaxed) }

    /// Microseconds from taking over a buffer to its being durable, of each group commit.
    public var commitMicroseconds: BucketHistogram.Counts { commitTimes.counts }

    /// Records in each group commit.
    public var groupSizes: BucketHistogram.Counts { groupRecordCounts.counts }

    /// When the last group commit did what; on the journal's thread that is the one that `onDurable` tells of.
    public var latestCommit: CommitTimes { counters.withLock { $0.latestCommit } }

    /// What it has done since it was opened.
    public var statistics: JournalStatistics {
        var statistics = counters.withLock { $0 }
        statistics.preparationProblem = preparer.problem.map { "\($0)" }
        return statistics
    }
}
