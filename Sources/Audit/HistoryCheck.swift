public import Cryptography
public import Journal
public import Merkle

/// Compares the journal with what was signed: its raw records are hashed again, stored hashes are only compared with.
public struct HistoryCheck {
    private let audited: AuditedJournal

    /// Takes what it works on.
    public init(_ audited: AuditedJournal) { self.audited = audited }

    /// What was signed last, and who must have signed it.
    ///
    /// - Parameter key: One of the keys that the log has had, by which trees are signed that were its own to sign; nil
    ///   when none is known.
    /// - Returns: Nil when nothing was signed yet.
    /// - Throws: `.otherKey`, `.unusable`.
    public func signed(by key: VerifierKey?) throws(AuditError) -> Checkpoint? {
        if let key { try checkSignatures(key) }
        return try audited.files.signedTrees().first
    }

    private func checkSignatures(_ key: VerifierKey) throws(AuditError) {
        let chain = try audited.files.keyChain()
        let notes = try audited.files.signedNotes()
        do throws(MerkleError) {
            let policy = try TrustPolicy(logs: [chain.first(of: key)], witnesses: [], chain: chain)
            for note in notes { _ = try policy.open(note) }
        } catch {
            throw .otherKey("\(error)")
        }
    }

    /// That a key is the one that signs from now on: no other has replaced it.
    ///
    /// - Throws: `.otherKey`.
    public func checkSigner(_ key: VerifierKey) throws(AuditError) {
        let chain = try audited.files.keyChain()
        guard let last = chain.rotations.last, last.key != key else { return }
        if let change = chain.replacement(of: key) {
            throw .otherKey(
                "\(key.encoded) was replaced over \(change.checkpoint.size) records, and the log's key is "
                    + "\(last.key.encoded): what was replaced never signs again"
            )
        }
        throw .otherKey("the log's key is \(last.key.encoded), not \(key.encoded)")
    }

    /// What was restored, where the log came from a backup.
    func restoredMark() throws(AuditError) -> String? { try RestoredLog.mark(in: audited.files) }

    /// What is no reason to refuse a start, and not in order either; one line each.
    ///
    /// - Parameter last: The journal's last durable record.
    public func remarks(last: UInt64) throws(AuditError) -> [String] {
        var remarks: [String] = []
        let files = audited.files
        if try files.singleCheckpoint() == nil, let note = try files.signedCheckpoint() {
            let size = try AuditLog.opened(note).size
            remarks.append(
                "\(files.directory)/checkpoint is missing: the newest one in checkpoints, over \(size) records, holds"
            )
        }
        if let head = try files.storedHead(), head.size > last {
            remarks.append(
                "\(files.directory)/head says that \(head.size) records were durable, and the journal ends with record "
                    + "\(last): it was rolled back, or the tree is another journal's, and is made anew"
            )
        }
        if audited.isSaltKeyOpen {
            remarks.append(
                "\(audited.saltKeyPath) can be read or written by others than its owner: who has it can try out what "
                    + "closed parts say; chmod 600"
            )
        }
        return remarks
    }

    /// What else was signed that the history must begin with, the smallest first.
    private func others(than signed: Checkpoint) throws(AuditError) -> [Checkpoint] {
        try audited.files.signedTrees().filter { $0.size > 0 && $0.size <= signed.size && $0 != signed }.reversed()
    }

    /// What a start looks at: that the journal has all that was signed, and that the newest of it is what was signed.
    ///
    /// - Parameters:
    ///   - last: The journal's last durable record.
    ///   - count: How many of the newest signed records are hashed again.
    /// - Throws: `.truncated`, `.otherJournal`, `.changed`, `.forked`, saying what was found.
    public func checkStart(_ signed: Checkpoint, last: UInt64, count: UInt64) throws(AuditError) {
        guard signed.size > 0 else { return }
        guard last >= signed.size else { throw .truncated(journal: last, signed: signed.size) }
        var tree = try audited.files.tree(size: signed.size)
        let newest: RecordEntry
        let others = try others(than: signed)
        var forked: Checkpoint?
        do throws(MerkleError) {
            newest = try audited.files.entry(of: signed.size, size: signed.size)
            guard try tree.root() == signed.root else { throw .refused("the tiles have another root") }
            for other in others where forked == nil {
                if try tree.root(size: other.size) != other.root { forked = other }
            }
        } catch {
            // The tiles come from the journal; when they are not good, the journal itself is asked.
            return try checkAll(signed)
        }
        try checkJournal(newest)
        if let forked { throw .forked(size: forked.size) }
        try check(signed, &tree, from: signed.size - min(signed.size, max(count, 1)) + 1) { _ in }
    }

    /// Hashes all of the journal's records again that were signed.
    ///
    /// - Parameter visit: Gets each record, and its leaf hash, after it was found to be what the tiles say; may stop,
    ///   and then nothing more is looked at.
    /// - Throws: With the first place that is not what was signed.
    public func checkAll(
        _ signed: Checkpoint,
        visit: (JournalRecordView, SHA256Digest) -> ScanStep = { _, _ in .proceed }
    ) throws(AuditError) {
        var maker = try audited.entryMaker()
        var builder = TreeBuilder()
        var tree: TiledTree? = try? audited.files.tree(size: signed.size)
        var root: SHA256Digest?
        do throws(MerkleError) { root = try tree?.root() } catch { root = nil }
        // Where the tiles have the signed root, their leaves say which record is another.
        let hasTiles = root == signed.root
        var others = try others(than: signed)[...]
        var forked: Checkpoint?
        var changed: UInt64?
        var step = ScanStep.proceed
        try audited.read(from: 1, to: signed.size) { record in
            let leaf = maker.make(record)
            if hasTiles, let stored = Self.leaf(&tree, record.lsn - 1), stored != leaf {
                changed = record.lsn
                return .stop
            }
            builder.append(leaf, hasher: maker.hasher) { _ in }
            while let other = others.first, other.size == builder.size {
                if forked == nil, builder.root(maker.hasher) != other.root { forked = other }
                others.removeFirst()
            }
            step = visit(record, leaf)
            return step
        }
        if let changed { throw .changed(lsn: changed) }
        guard step == .proceed else { return }
        guard builder.size == signed.size else { throw .truncated(journal: builder.size, signed: signed.size) }
        guard builder.root(maker.hasher) == signed.root else { throw .forked(size: signed.size) }
        if let forked { throw .forked(size: forked.size) }
    }

    private static func leaf(_ tree: inout TiledTree?, _ index: UInt64) -> SHA256Digest? {
        do throws(MerkleError) { return try tree?.leaf(index) } catch { return nil }
    }

    /// Hashes the records from one on again; the tree is believed, since its root was signed.
    private func check(
        _ signed: Checkpoint,
        _ tree: inout TiledTree,
        from first: UInt64,
        progress: (UInt64) -> Void
    ) throws(AuditError) {
        let configuration: SHA256Digest
        do throws(MerkleError) {
            configuration = try audited.files.entry(of: first, size: signed.size).configuration
        } catch {
            throw .tree(error)
        }
        var maker = try audited.entryMaker(configuration: configuration)
        var changed: UInt64?
        var failure: MerkleError?
        try audited.read(from: first, to: signed.size) { record in
            do throws(MerkleError) {
                guard try tree.leaf(record.lsn - 1) == maker.make(record) else {
                    changed = record.lsn
                    return .stop
                }
                progress(record.lsn)
                return .proceed
            } catch {
                failure = error
                return .stop
            }
        }
        if let changed { throw .changed(lsn: changed) }
        if let failure { throw .tree(failure) }
    }

    private func checkJournal(_ entry: RecordEntry) throws(AuditError) {
        guard entry.journal == audited.identity.bytes else {
            throw .otherJournal(
                signed: Hexadecimal.text(entry.journal),
                found: Hexadecimal.text(audited.identity.bytes)
            )
        }
    }
}
