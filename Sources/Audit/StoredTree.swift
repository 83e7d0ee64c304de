internal import Cryptography
internal import Journal
internal import Merkle

/// The durable tree as it is read back at a start.
struct StoredTree: ~Copyable {
    var builder = TreeBuilder()
    /// The entries behind the last full bundle.
    var bundle: [UInt8] = []
    /// The digest over the configuration behind the last entry.
    var configuration = SHA256Digest.zero

    init() {}

    /// Reads the tree that is gone on from.
    ///
    /// What will be signed stands on a tree that was signed, and what is behind that is hashed again from the journal:
    /// `head` and the tiles are not signed, and could be another history's. Where nothing is signed, and where the
    /// journal does not have the records behind what was signed any more, `head` says how far the tree is.
    ///
    /// - Parameters:
    ///   - isSigned: Whether checkpoints over it will be.
    ///   - oldest: The oldest record that the journal has.
    ///   - last: The journal's last durable record.
    /// - Returns: Nil when there is none, or none that is whole and of this journal: it is made anew from the journal.
    /// - Throws: `.truncated`, when the journal does not have all that was signed.
    static func read(
        _ files: AuditFiles,
        identity: JournalIdentity,
        isSigned: Bool,
        oldest: UInt64,
        last: UInt64
    ) throws(AuditError) -> StoredTree? {
        let signed = try files.signedCheckpoint().map { (note) throws(AuditError) in try AuditLog.opened(note) }
        if let signed, signed.size > last { throw .truncated(journal: last, signed: signed.size) }
        let signedSize = signed?.size ?? 0
        let head = try files.storedHead().flatMap { head in
            let isFurther = head.size > signedSize
            return head.size <= last && (!isSigned || !isFurther || oldest > signedSize + 1) ? head : nil
        }
        let candidates = [signed, head].compactMap { $0 }.sorted { $0.size > $1.size }
        for candidate in candidates where candidate.size > 0 {
            do throws(MerkleError) { return try StoredTree(files, candidate, identity) } catch {}
        }
        return nil
    }

    private init(
        _ files: AuditFiles,
        _ head: Checkpoint,
        _ identity: JournalIdentity
    ) throws(MerkleError) {
        let hasher: TreeHasher
        do throws(CryptographyError) {
            hasher = try TreeHasher()
        } catch {
            throw .unreadable(path: "OpenSSL", problem: "\(error)")
        }
        builder = try TreeBuilder(size: head.size) { tile throws(MerkleError) in
            try tile.hashes(try files.tile(tile))
        }
        guard builder.root(hasher) == head.root else { throw .refused("the tiles have another root") }
        let last = (head.size - 1) / UInt64(Tile.fullWidth)
        let width = Int(head.size - last * UInt64(Tile.fullWidth))
        let bytes = try files.tile(Tile(.entries, index: last, width: width))
        guard let range = try EntryBundle.entries(bytes, count: width).last else { return }
        let entry = try RecordEntry(parsing: Array(bytes[range]))
        let leaf = hasher.leaf(Array(bytes[range]))
        var tree: TiledTree
        do throws(AuditError) {
            tree = try files.tree(size: head.size)
        } catch {
            throw .refused("\(error)")
        }
        guard try tree.leaf(head.size - 1) == leaf, entry.lsn == head.size, entry.journal == identity.bytes else {
            throw .refused("the last entry is another")
        }
        configuration = entry.configuration
        if RecordEntry.changesConfiguration(kind: entry.kind) {
            configuration = RecordEntry.configuration(after: configuration, leaf: leaf, hasher: hasher.plain)
        }
        if width < Tile.fullWidth { bundle = bytes }
    }
}
