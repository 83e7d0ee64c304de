internal import Cryptography
public import Journal
internal import Merkle
public import Platform
internal import Synchronization

/// The audit log of a serving daemon: a Merkle tree over the durable records of the journal, and signed checkpoints.
///
/// One thread of the lowest priority follows the journal without a lock that anybody on the way of a decision could
/// want. Only what is durable is hashed, tiles are durable before a checkpoint over them is signed, and no checkpoint
/// is signed that the one before is not a beginning of. It may lag; `figures` say by how much. When it cannot go on it
/// waits and tries again.
///
/// Life: `init`, `start`, questions from any thread, `stop`.
public final class AuditLog: Sendable {
    /// What it was made with.
    public let options: AuditOptions

    let storage: any JournalStorage
    let identity: JournalIdentity
    let salts: SaltKey
    let files: AuditFiles
    private let durableLSN: @Sendable () -> UInt64
    private let onProblem: @Sendable (AuditError) -> Void

    /// What it has signed, and proofs.
    public let reader: AuditReader

    private let thread = Locked<Threads>(Threads())
    private let orders = Monitor<Orders>(Orders())
    private let progress = Monitor<Void>(())
    private let size = Atomic<UInt64>(0)
    private let signedSize = Atomic<UInt64>(0)
    private let signedAt = Atomic<Int64>(0)
    private let state = Atomic<UInt8>(AuditFigures.State.opening.rawValue)
    /// When it last had all durable records, by the monotonic clock in nanoseconds.
    private let caughtUpAt: Atomic<Int64>
    private let problem = Locked<String>("")

    private struct Threads: ~Copyable {
        var follower: WorkerThread?
    }

    private struct Orders {
        var isStopping = false
        /// A checkpoint is wanted over at least so many records.
        var wantedSize: UInt64 = 0
    }

    /// Reads or draws the salt key; does nothing else yet.
    ///
    /// - Parameters:
    ///   - storage: Where the journal's files are.
    ///   - identity: The journal's.
    ///   - durableLSN: How far the journal is durable; must wait for nothing.
    ///   - onProblem: Told on the log's thread when it cannot go on and when the reason changes.
    public init(
        _ options: AuditOptions,
        storage: any JournalStorage,
        identity: JournalIdentity,
        durableLSN: @escaping @Sendable () -> UInt64,
        onProblem: @escaping @Sendable (AuditError) -> Void = { _ in }
    ) throws(AuditError) {
        self.options = options
        self.storage = storage
        self.identity = identity
        self.durableLSN = durableLSN
        self.onProblem = onProblem
        files = try AuditFiles(options.directory)
        reader = AuditReader(try options.audited(storage, identity))
        salts = try SaltKey(path: options.saltKeyPath, orDrawnFor: files)
        caughtUpAt = Atomic(Clock.monotonicNanoseconds())
    }

    /// Starts to follow.
    public func start() throws(PlatformError) {
        var started = Threads(follower: try WorkerThread(name: "audit") { self.run() })
        thread.withLock { held in
            precondition(held.follower == nil, "an audit log is started once")
            swap(&held, &started)
        }
    }

    /// Takes in what is durable by now, as far as it comes within `AuditOptions.stopMilliseconds`, stores and signs it,
    /// and ends the thread. The next start goes on from there.
    public func stop() {
        orders.update { $0.isStopping = true }
        var ended = Threads()
        thread.withLock { swap(&$0, &ended) }
        if let follower = ended.follower.take() { follower.join() }
        state.store(AuditFigures.State.stopped.rawValue, ordering: .relaxed)
        progress.update { _ in }
    }

    /// How far it is.
    public var figures: AuditFigures {
        var figures = AuditFigures()
        let durable = durableLSN()
        figures.state = AuditFigures.State(rawValue: state.load(ordering: .relaxed)) ?? .opening
        figures.size = size.load(ordering: .acquiring)
        figures.lagRecordCount = durable - min(durable, figures.size)
        if figures.lagRecordCount > 0 {
            let since = Clock.monotonicNanoseconds() - caughtUpAt.load(ordering: .relaxed)
            figures.lagMicroseconds = max(1, since / 1_000)
        }
        figures.signedSize = signedSize.load(ordering: .acquiring)
        figures.signedAt = signedAt.load(ordering: .relaxed)
        figures.key = options.signer?.verifier
        figures.problem = problem.withLock { $0 }
        return figures
    }

    /// How many records are under the newest checkpoint.
    var signedRecordCount: UInt64 { signedSize.load(ordering: .acquiring) }

    /// Waits until a checkpoint over at least so many records is signed, which is asked for now.
    ///
    /// - Parameter lsn: Durable.
    /// - Returns: Whether it was in time.
    public func waitForCheckpoint(over lsn: UInt64, milliseconds: Int64) -> Bool {
        guard options.signer != nil else { return false }
        orders.update { $0.wantedSize = max($0.wantedSize, lsn) }
        return wait(milliseconds: milliseconds) { self.signedSize.load(ordering: .acquiring) >= lsn }
    }

    /// Waits until what it has or does is as wanted; asked after every step and every failure.
    public func wait(milliseconds: Int64, until isWanted: () -> Bool) -> Bool {
        let until = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
        return progress.wait(untilNanoseconds: until) { _ in isWanted() ? true : nil } ?? false
    }
}

// MARK: - The thread

extension AuditLog {
    private func run() {
        // Where the kernel does not allow it, it follows all the same.
        try? IdlePriority.take()
        var failureCount: Int64 = 0
        var highest: UInt64 = 0
        while true {
            do throws(AuditError) {
                try follow()
                return
            } catch {
                let place = size.load(ordering: .relaxed)
                if place > highest { (highest, failureCount) = (place, 0) }
                let text = "\(error)"
                let isNew = problem.withLock { held in
                    defer { held = text }
                    return held != text
                }
                if isNew { onProblem(error) }
                state.store(AuditFigures.State.waiting.rawValue, ordering: .relaxed)
                progress.update { _ in }
            }
            wait(milliseconds: options.retryMilliseconds << min(failureCount, 6))
            failureCount += 1
            if orders.read({ $0.isStopping }) { return }
        }
    }

    private func follow() throws(AuditError) {
        state.store(AuditFigures.State.opening.rawValue, ordering: .relaxed)
        var session = try AuditSession(
            options,
            salts: salts,
            storage: storage,
            identity: identity,
            last: durableLSN()
        )
        size.store(session.tree.size, ordering: .releasing)
        if let note = try files.signedCheckpoint() {
            let signed = try Self.opened(note)
            signedSize.store(signed.size, ordering: .releasing)
            // Auditors get a copy of the directory, and look for it under this name.
            if try files.singleCheckpoint() == nil {
                try files.replace(AuditFiles.checkpoint, with: Array(note.encoded.utf8), isDurable: true)
            }
        }
        problem.withLock { $0 = "" }
        // The one at a start is due at once: it shows that the key works.
        var isDue = durableLSN() > signedSize.load(ordering: .relaxed)
        var lastStored = Clock.monotonicNanoseconds()
        var stopsAt: Int64?
        while true {
            let orders = orders.read { $0 }
            let now = Clock.monotonicNanoseconds()
            if orders.isStopping, stopsAt == nil { stopsAt = now + options.stopMilliseconds * 1_000_000 }
            let isLast = stopsAt.map { $0 <= now } ?? false
            let durable = durableLSN()
            if session.tree.size < durable, !isLast {
                try checkSpace()
                state.store(AuditFigures.State.catchingUp.rawValue, ordering: .relaxed)
                try session.take(upTo: min(durable, session.tree.size + options.recordCountMax))
                size.store(session.tree.size, ordering: .releasing)
            }
            let hasAll = session.tree.size >= durable
            if hasAll { caughtUpAt.store(now, ordering: .relaxed) }
            isDue = isDue || now - lastStored >= options.intervalMilliseconds * 1_000_000
            let isWanted =
                orders.wantedSize > signedSize.load(ordering: .relaxed) && session.tree.size >= orders.wantedSize
            if isDue || isWanted || (orders.isStopping && (hasAll || isLast)), session.tree.size > 0 {
                try store(&session)
                isDue = false
                lastStored = Clock.monotonicNanoseconds()
            }
            if hasAll { state.store(AuditFigures.State.following.rawValue, ordering: .relaxed) }
            progress.update { _ in }
            if orders.isStopping, hasAll || isLast { return }
            guard hasAll else { continue }
            wait(milliseconds: options.pollMilliseconds)
        }
    }

    /// Makes the tree durable, and signs it when there is a key and something new.
    private func store(_ session: inout AuditSession) throws(AuditError) {
        let head = try session.store()
        guard let signer = options.signer, head.size > signedSize.load(ordering: .relaxed) else { return }
        for before in try files.signedTrees() { try checkExtension(head, of: before) }
        var note = SignedNote(text: head.text)
        do throws(MerkleError) {
            try signer.sign(&note)
        } catch {
            throw .tree(error)
        }
        try CheckpointHistory(files).append(note, size: head.size)
        try files.replace(AuditFiles.checkpoint, with: Array(note.encoded.utf8), isDurable: true)
        signedSize.store(head.size, ordering: .releasing)
        signedAt.store(Clock.now(), ordering: .relaxed)
    }

    /// That the stored tree began as it was signed before; what is signed now could never be taken back.
    private func checkExtension(_ head: Checkpoint, of before: Checkpoint) throws(AuditError) {
        guard before.size <= head.size else { throw .truncated(journal: head.size, signed: before.size) }
        var tree = try files.tree(size: head.size)
        let root: SHA256Digest
        do throws(MerkleError) {
            root = try tree.root(size: before.size)
        } catch {
            throw .tree(error)
        }
        guard root == before.root else { throw .forked(size: before.size) }
    }

    static func opened(_ note: SignedNote) throws(AuditError) -> Checkpoint {
        do throws(MerkleError) {
            return try Checkpoint(parsing: note.text)
        } catch {
            throw .tree(error)
        }
    }

    private func checkSpace() throws(AuditError) {
        guard let space = try? FileSystem.space(at: options.directory) else { return }
        let reserve = min(options.reserveByteCount, space.total / options.reserveShare)
        if space.free < reserve { throw .spaceReserved(free: space.free, reserve: reserve) }
    }

    private func wait(milliseconds: Int64) {
        let until = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
        let signed = signedSize.load(ordering: .relaxed)
        _ = orders.wait(untilNanoseconds: until) { $0.isStopping || $0.wantedSize > signed ? true : nil }
    }
}
