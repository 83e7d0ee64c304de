public import Domain
internal import GRDB
internal import GRDBSQLite
public import Journal
public import Platform
internal import Synchronization

/// Payments, their events and their ledger entries in an SQLite file that follows the journal.
///
/// One thread of the lowest priority reads durable records beside the journal, without a lock that anybody on the way
/// of a decision could want, and writes what they say in large transactions, together with the number of the last one.
/// So the file is always exactly the journal up to some record. It can be deleted at any time: it is made anew, as is a
/// file that is damaged, of another version, or of another journal.
///
/// It may lag; `figures` say by how much. When it cannot go on, because the disk is full or the journal cannot be read,
/// it waits and tries again, and what is there can still be asked.
///
/// Life: `init`, `start`, questions from any thread, `stop`.
public final class Projection: Sendable {
    /// What it was made with.
    public let options: ProjectionOptions

    private let storage: any JournalStorage
    private let identity: JournalIdentity
    private let durableLSN: @Sendable () -> UInt64

    // Locked by whoever asks, and by the thread only while it puts a file in or takes it out.
    private let pool = Locked<DatabasePool?>(nil)
    private let wishes = Monitor<Wishes>(Wishes())
    private let thread = Locked<Threads>(Threads())

    let appliedLSN = Atomic<UInt64>(0)
    let firstLSN = Atomic<UInt64>(1)
    let rowCount = Atomic<UInt64>(0)
    let rebuildCount = Atomic<UInt64>(0)
    /// Whether the thread itself took the file away. Its own.
    private let hasRemovedFile = Atomic<Bool>(false)
    let state = Atomic<UInt8>(ProjectionFigures.State.opening.rawValue)
    /// When it last had all durable records, by the monotonic clock in nanoseconds.
    let caughtUpAt: Atomic<Int64>
    private let openedFile = Locked<FileIdentity?>(nil)
    private let problem = Locked<String>("")
    private let rebuildReason = Locked<String>("")
    /// Why what somebody asked for was not done.
    private let refusal = Locked<String>("")
    private let progress = Monitor<Void>(())

    private struct Threads: ~Copyable {
        var follower: WorkerThread?
    }

    /// What others want of the thread.
    private struct Wishes {
        var isStopping = false
        /// Why the file shall be made anew.
        var rebuildReason: String?
        /// Whether there is a file that serves: then only if the journal can be read, from which a new one is made.
        var spares = true
        /// Somebody waits for records that are durable already.
        var isHurried = false

        /// Takes a wish that ends a pause.
        mutating func endsPause() -> Bool {
            defer { isHurried = false }
            return isStopping || rebuildReason != nil || isHurried
        }
    }

    /// Does nothing yet.
    ///
    /// - Parameters:
    ///   - storage: Where the journal's files are.
    ///   - identity: The journal's.
    ///   - durableLSN: How far the journal is durable; called on the projection's thread, so it must wait for nothing.
    public init(
        _ options: ProjectionOptions,
        storage: any JournalStorage,
        identity: JournalIdentity,
        durableLSN: @escaping @Sendable () -> UInt64
    ) {
        self.options = options
        self.storage = storage
        self.identity = identity
        self.durableLSN = durableLSN
        caughtUpAt = Atomic(Clock.monotonicNanoseconds())
    }

    /// Starts to follow.
    ///
    /// - Throws: when the kernel gives no thread.
    public func start() throws(PlatformError) {
        var started = Threads(follower: try WorkerThread(name: "projection") { self.run() })
        thread.withLock { held in
            precondition(held.follower == nil, "a projection is started once")
            swap(&held, &started)
        }
    }

    /// Ends the thread after the transaction that it is in, and closes the file.
    public func stop() {
        wishes.update { $0.isStopping = true }
        var ended = Threads()
        thread.withLock { swap(&$0, &ended) }
        if let follower = ended.follower.take() { follower.join() }
        // So that the file is whole without what lies beside it.
        _ = try? pool.withLock { $0 }?.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        close()
        state.store(ProjectionFigures.State.stopped.rawValue, ordering: .relaxed)
    }

    /// Makes the file anew, from what the journal has, as soon as the transaction under way is over. Until then, and
    /// again once there is a new file, questions are answered; meanwhile they get `notReady`.
    ///
    /// The journal is read through before: where it is damaged the file is kept, and `figures` say so.
    public func rebuild() {
        rebuild(because: "somebody asked for it", spares: true)
    }

    private func rebuild(because reason: String, spares: Bool) {
        refusal.withLock { $0 = "" }
        wishes.update { wishes in
            wishes.spares = spares && (wishes.rebuildReason == nil || wishes.spares)
            if wishes.rebuildReason == nil { wishes.rebuildReason = reason }
        }
    }

    /// The oldest record that it still needs of the journal, and all after it.
    public var neededLSN: LogSequenceNumber {
        LogSequenceNumber(rawValue: appliedLSN.load(ordering: .acquiring) + 1)
    }

    /// Bytes in the file; 0 when there is none.
    public var fileByteCount: UInt64 { file.wholeByteCount }

    /// How far it is, with the problem that it has.
    public var figures: ProjectionFigures {
        var figures = progressFigures
        figures.problem = problem.withLock { $0 }
        if figures.problem.isEmpty { figures.problem = refusal.withLock { $0 } }
        figures.reason = rebuildReason.withLock { $0 }
        return figures
    }

    /// How far it is, without waiting for anything; `problem` stays empty.
    public var progressFigures: ProjectionFigures {
        var figures = ProjectionFigures()
        let durable = durableLSN()
        figures.state = ProjectionFigures.State(rawValue: state.load(ordering: .relaxed)) ?? .opening
        figures.lsn = appliedLSN.load(ordering: .acquiring)
        figures.lagRecordCount = durable - min(durable, figures.lsn)
        if figures.lagRecordCount > 0 {
            let since = Clock.monotonicNanoseconds() - caughtUpAt.load(ordering: .relaxed)
            figures.lagMicroseconds = max(1, since / 1_000)
        }
        figures.rowCount = rowCount.load(ordering: .relaxed)
        figures.rebuildCount = rebuildCount.load(ordering: .relaxed)
        figures.firstLSN = firstLSN.load(ordering: .relaxed)
        return figures
    }

    /// Waits until it has a record, or so many milliseconds have passed.
    ///
    /// - Returns: Whether it has it.
    public func waitUntilApplied(_ lsn: UInt64, milliseconds: Int64) -> Bool {
        if appliedLSN.load(ordering: .acquiring) >= lsn { return true }
        wishes.update { $0.isHurried = true }
        return wait(milliseconds: milliseconds) { self.appliedLSN.load(ordering: .acquiring) >= lsn }
    }

    /// Waits until what it has or does is as wanted; asked after every transaction and every failure.
    func wait(milliseconds: Int64, until isWanted: () -> Bool) -> Bool {
        let until = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
        return progress.wait(untilNanoseconds: until) { _ in isWanted() ? true : nil } ?? false
    }

    /// Asks the file, for as long as a question may take.
    func read<Result>(_ body: (Database, QuestionTime) throws -> Result) throws(ProjectionError) -> Result {
        guard let pool = pool.withLock({ $0 }) else { throw .notReady }
        let time = QuestionTime(milliseconds: options.questionMilliseconds)
        do throws(ProjectionError) {
            return try translated {
                try pool.read { database in
                    try time.bounding(database) { try body(database, time) }
                }
            }
        } catch {
            if case .sqlite(let code, _) = error, code & 0xFF == SQLITE_INTERRUPT || code & 0xFF == SQLITE_ABORT {
                throw .outOfTime(milliseconds: options.questionMilliseconds)
            }
            // The thread may not come to the damaged page for long.
            if error.isDamage {
                rebuild(because: "\(error)", spares: false)
            }
            throw error
        }
    }
}

// MARK: - The thread

extension Projection {
    private func run() {
        // Where the kernel does not allow it, it follows all the same.
        if options.isIdle { try? IdlePriority.take() }
        var failureCount: Int64 = 0
        var highest: UInt64 = 0
        var rebuiltAt: UInt64?
        while !wishes.read({ $0.isStopping }) {
            let (reason, spares) = wishes.update { ($0.rebuildReason.take(), $0.spares) }
            if let reason {
                if spares, let problem = journalProblem() {
                    refusal.withLock { $0 = "not made anew, because the journal cannot be read: \(problem)" }
                    progress.update { _ in }
                } else {
                    state.store(ProjectionFigures.State.opening.rawValue, ordering: .relaxed)
                    removeFile(because: reason)
                }
            }
            do throws(ProjectionError) {
                try follow()
                continue
            } catch {
                let place = appliedLSN.load(ordering: .relaxed)
                if place > highest { (highest, failureCount) = (place, 0) }
                note(error)
                // The next attempt looks at the file afresh, which may be another by now.
                if error.needsNewFile { close() }
                // A new file that fails where the one before did helps nobody at once.
                if error.needsNewFile, rebuiltAt != place || failureCount >= Self.doublingCountMax {
                    rebuiltAt = place
                    removeFile(because: "\(error)")
                }
            }
            wait(milliseconds: options.retryMilliseconds << min(failureCount, Self.doublingCountMax))
            failureCount += 1
        }
    }

    private static var doublingCountMax: Int64 { 6 }

    /// Reads all durable records that the journal still has; what the file was made of may be there no more.
    ///
    /// - Returns: Why they cannot be read; `nil` where they can, or the thread is to stop.
    private func journalProblem() -> JournalError? {
        do throws(JournalError) {
            let oldest = try JournalFollower(storage, identity: identity, from: 1).oldestLSN()
            var follower = JournalFollower(storage, identity: identity, from: oldest)
            try follower.read(upTo: durableLSN()) { record in
                guard record.lsn & 0xFFF == 0 else { return .proceed }
                return wishes.read { $0.isStopping } ? .stop : .proceed
            }
            return nil
        } catch {
            return error
        }
    }

    /// Follows until it is told to stop, or to make the file anew.
    private func follow() throws(ProjectionError) {
        let pool = try openPool()
        var session = try FollowerSession(
            pool,
            storage: storage,
            identity: identity,
            pageCountMax: options.pageCountMax
        )
        appliedLSN.store(session.lsn, ordering: .releasing)
        progress.update { _ in }
        firstLSN.store(session.firstLSN, ordering: .relaxed)
        problem.withLock { $0 = "" }
        while !wishes.read({ $0.isStopping || $0.rebuildReason != nil }) {
            let opened = openedFile.withLock { $0 }
            guard FileSystem.identity(of: options.path) == opened else {
                // What SQLite keeps beside the file belongs to the one that was there.
                if opened != nil { file.removeCompanions() }
                throw .unusable("it was deleted, or another put in its place")
            }
            let now = Clock.monotonicNanoseconds()
            let durable = durableLSN()
            if session.lsn >= durable {
                caughtUpAt.store(now, ordering: .relaxed)
                state.store(ProjectionFigures.State.following.rawValue, ordering: .relaxed)
                wait(milliseconds: options.pollMilliseconds)
                continue
            }
            try checkSpace()
            let count = try session.transact(upTo: durable, recordCountMax: options.recordCountMax)
            rowCount.add(count, ordering: .relaxed)
            appliedLSN.store(session.lsn, ordering: .releasing)
            progress.update { _ in }
            if session.lsn < durable {
                state.store(ProjectionFigures.State.catchingUp.rawValue, ordering: .relaxed)
                rest(since: now, durable)
            } else {
                // All that was durable when it began: what came since is not older.
                caughtUpAt.store(now, ordering: .relaxed)
            }
        }
    }

    /// Leaves the disk and the caches to decisions for a while, if many were made since a transaction began: even a
    /// thread without priority takes a fifth of them otherwise.
    private func rest(since began: Int64, _ durableBefore: UInt64) {
        let elapsed = max(1, Clock.monotonicNanoseconds() - began)
        let (records, isOver) = durableLSN().subtractingReportingOverflow(durableBefore)
        let loaded = options.loadedRecordsPerSecond.multipliedReportingOverflow(by: UInt64(elapsed)).partialValue
        guard !isOver, records > loaded / 1_000_000_000 else { return }
        let pause = elapsed.multipliedReportingOverflow(by: options.loadedRestFactor).partialValue
        wait(milliseconds: min(5_000, pause / 1_000_000))
    }

    private func openPool() throws(ProjectionError) -> DatabasePool {
        if let pool = pool.withLock({ $0 }) { return pool }
        state.store(ProjectionFigures.State.opening.rawValue, ordering: .relaxed)
        if !hasRemovedFile.exchange(false, ordering: .relaxed), durableLSN() > 0, !FileSystem.exists(options.path) {
            rebuildReason.withLock { $0 = "there was no file" }
            rebuildCount.add(1, ordering: .relaxed)
        }
        try file.makePrivate()
        // Taken before it is opened: should another take its place in between, that is noticed.
        let found = FileSystem.identity(of: options.path)
        openedFile.withLock { $0 = found }
        let opened = try file.open(durableLSN: durableLSN()) { () throws(ProjectionError) in
            do throws(JournalError) {
                return try JournalFollower(storage, identity: identity, from: 1).oldestLSN()
            } catch {
                throw .journal(error)
            }
        }
        pool.withLock { $0 = opened }
        return opened
    }

    private var file: ProjectionFile {
        ProjectionFile(options: options, journal: "\(identity.high)-\(identity.low)")
    }

    private func checkSpace() throws(ProjectionError) {
        guard let space = try? FileSystem.space(at: options.path) else { return }
        let reserve = min(options.reserveByteCount, space.total / options.reserveShare)
        if space.free < reserve { throw .spaceReserved(free: space.free, reserve: reserve) }
    }

    private func note(_ error: ProjectionError) {
        problem.withLock { $0 = "\(error)" }
        state.store(ProjectionFigures.State.waiting.rawValue, ordering: .relaxed)
        progress.update { _ in }
    }

    private func close() {
        let closing = pool.withLock { held in
            let pool = held
            held = nil
            return pool
        }
        try? closing?.close()
    }

    private func removeFile(because reason: String) {
        close()
        do throws(ProjectionError) {
            try file.remove()
            rebuildReason.withLock { $0 = reason }
            hasRemovedFile.store(true, ordering: .relaxed)
            rebuildCount.add(1, ordering: .relaxed)
            appliedLSN.store(0, ordering: .releasing)
        } catch {
            note(error)
        }
    }

    private func wait(milliseconds: Int64) {
        let until = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
        _ = wishes.wait(untilNanoseconds: until) { $0.endsPause() ? true : nil }
    }
}
