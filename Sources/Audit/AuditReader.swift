internal import Cryptography
internal import Journal
public import Merkle

/// Reads what a log has signed, and proves what is in it: for the daemon itself, or beside it from the files alone.
public struct AuditReader: Sendable {
    private let audited: AuditedJournal

    /// Takes what it works on.
    public init(_ audited: AuditedJournal) { self.audited = audited }

    /// What a signed checkpoint says; its signature is the reader's to check.
    public static func checkpoint(in note: SignedNote) throws(AuditError) -> Checkpoint { try AuditLog.opened(note) }

    /// The newest signed checkpoint, or the one over exactly so many records.
    ///
    /// - Throws: `.notFound`, when there is none.
    public func checkpoint(size: UInt64? = nil) throws(AuditError) -> SignedNote {
        if let size {
            guard let note = try CheckpointHistory(audited.files).note(size: size) else {
                throw .notFound("no checkpoint over exactly \(size) records was signed")
            }
            return note
        }
        guard let note = try audited.files.signedCheckpoint() else {
            throw .notFound("no checkpoint has been signed yet")
        }
        return note
    }

    /// The statements by which the log's key was replaced, one behind the other, each checked.
    ///
    /// - Throws: `.notFound`, when there is none.
    public func rotations() throws(AuditError) -> String {
        guard try !audited.files.keyChain().rotations.isEmpty,
            let bytes = try audited.files.contents(AuditFiles.rotations)
        else { throw .notFound("the log's key was never replaced") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A proof that a record is under the newest checkpoint, with the record.
    ///
    /// - Parameters:
    ///   - lsn: The record's number.
    ///   - discloses: Whether the closed parts are opened, as far as the journal still has them.
    /// - Throws: `.notFound`, when the record is not under a checkpoint.
    public func proof(of lsn: UInt64, discloses: Bool) throws(AuditError) -> InclusionProof {
        let note = try checkpoint()
        let checkpoint = try AuditLog.opened(note)
        guard lsn > 0, lsn <= checkpoint.size else {
            throw .notFound("record \(lsn) is not among the \(checkpoint.size) under the newest checkpoint")
        }
        let entry = try entry(of: lsn, size: checkpoint.size)
        let parts = discloses ? try openings(of: entry) : [:]
        var tree = try audited.files.tree(size: checkpoint.size)
        do throws(MerkleError) {
            return InclusionProof(
                extra: RecordDisclosure(entry: entry, parts: parts).encoded,
                index: lsn - 1,
                path: try tree.inclusionProof(of: lsn - 1, size: checkpoint.size),
                checkpoint: note
            )
        } catch {
            throw .tree(error)
        }
    }

    /// The stored entry of a record that is under the newest checkpoint.
    ///
    /// - Throws: `.notFound`, when it is not.
    public func entry(of lsn: UInt64) throws(AuditError) -> RecordEntry {
        let size = try AuditLog.opened(try checkpoint()).size
        guard lsn > 0, lsn <= size else {
            throw .notFound("record \(lsn) is not among the \(size) under the newest checkpoint")
        }
        return try entry(of: lsn, size: size)
    }

    /// The leaf hash of a record that is under a checkpoint over so many records.
    func leaf(of lsn: UInt64, size: UInt64) throws(AuditError) -> SHA256Digest {
        let entry = try entry(of: lsn, size: size)
        do throws(CryptographyError) {
            let hasher = try TreeHasher()
            return entry.encoded.withUnsafeBytes { hasher.leaf($0) }
        } catch {
            throw .unusable("\(error)")
        }
    }

    private func entry(of lsn: UInt64, size: UInt64) throws(AuditError) -> RecordEntry {
        do throws(MerkleError) {
            return try audited.files.entry(of: lsn, size: size)
        } catch {
            throw .tree(error)
        }
    }

    /// A proof that the log only grew.
    ///
    /// - Parameters:
    ///   - old: The size of an earlier checkpoint.
    ///   - new: That of a later one; nil for the newest.
    /// - Throws: `.notFound`, when there is no such checkpoint.
    public func consistency(from old: UInt64, to new: UInt64? = nil) throws(AuditError) -> ConsistencyProof {
        let note = try checkpoint(size: new)
        let checkpoint = try AuditLog.opened(note)
        guard old <= checkpoint.size else {
            throw .notFound("the later checkpoint is over \(checkpoint.size) records, fewer than \(old)")
        }
        var tree = try audited.files.tree(size: max(checkpoint.size, try AuditLog.opened(try self.checkpoint()).size))
        do throws(MerkleError) {
            return ConsistencyProof(
                oldSize: old,
                path: try tree.consistencyProof(from: old, to: checkpoint.size),
                checkpoint: note
            )
        } catch {
            throw .tree(error)
        }
    }

    /// The closed parts of a record from the journal; none when the journal does not have it any more.
    private func openings(of entry: RecordEntry) throws(AuditError) -> [Int: ClosedPart] {
        guard !entry.commitments.isEmpty else { return [:] }
        let maker = try audited.entryMaker()
        var parts: [Int: ClosedPart] = [:]
        do throws(AuditError) {
            try audited.read(from: entry.lsn, to: entry.lsn) { record in
                if record.lsn == entry.lsn { parts = maker.parts(record) }
                return .proceed
            }
        } catch .journal(.notFound) {
            return [:]
        }
        do throws(MerkleError) {
            try RecordDisclosure(entry: entry, parts: parts).verify(maker.hasher.plain)
        } catch {
            throw .changed(lsn: entry.lsn)
        }
        return parts
    }
}
