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
    /// - Parameter key: The key that must have; nil when it is not known.
    /// - Returns: Nil when nothing was signed yet.
    /// - Throws: `.otherKey`, `.unusable`.
    public func signed(by key: VerifierKey?) throws(AuditError) -> Checkpoint? {
        guard let note = try audited.files.signedCheckpoint() else { return nil }
        guard let key else { return try AuditLog.opened(note) }
        do throws(MerkleError) {
            return try TrustPolicy(logs: [key], witnesses: []).open(note).checkpoint
        } catch {
            throw .otherKey("\(error)")
        }
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
        do throws(MerkleError) {
            newest = try audited.files.entry(of: signed.size, size: signed.size)
            guard try tree.root() == signed.root else { throw .refused("the tiles have another root") }
        } catch {
            // The tiles come from the journal; when they are not good, the journal itself is asked.
            return try checkAll(signed, visit: { _, _ in })
        }
        try checkJournal(newest)
        try check(signed, &tree, from: signed.size - min(signed.size, max(count, 1)) + 1) { _ in }
    }

    /// Hashes all of the journal's records again that were signed.
    ///
    /// - Parameter progress: Gets each record's number and its leaf hash.
    /// - Throws: With the first place that is not what was signed.
    public func checkAll(
        _ signed: Checkpoint,
        visit: (UInt64, SHA256Digest) -> Void
    ) throws(AuditError) {
        var maker = try audited.entryMaker()
        var builder = TreeBuilder()
        var tree: TiledTree? = try? audited.files.tree(size: signed.size)
        var root: SHA256Digest?
        do throws(MerkleError) { root = try tree?.root() } catch { root = nil }
        // Where the tiles have the signed root, their leaves say which record is another.
        let hasTiles = root == signed.root
        var changed: UInt64?
        try audited.read(from: 1, to: signed.size) { record in
            let leaf = maker.make(record)
            if hasTiles, let stored = Self.leaf(&tree, record.lsn - 1), stored != leaf {
                changed = record.lsn
                return .stop
            }
            builder.append(leaf, hasher: maker.hasher) { _ in }
            visit(record.lsn, leaf)
            return .proceed
        }
        if let changed { throw .changed(lsn: changed) }
        guard builder.size == signed.size else { throw .truncated(journal: builder.size, signed: signed.size) }
        guard builder.root(maker.hasher) == signed.root else { throw .forked(size: signed.size) }
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
                signed: Self.hexadecimal(entry.journal),
                found: Self.hexadecimal(audited.identity.bytes)
            )
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
