public import Merkle

/// Replaces the key of a log: both keys sign up to where each of them signs, before the new one signs anything else.
public struct KeyReplacement {
    private let files: AuditFiles

    /// - Parameter audited: A log that nobody signs for meanwhile.
    public init(_ audited: AuditedJournal) { files = audited.files }

    /// Whether the log's key is this one already, in the place of the former.
    public func isDone(former: VerifierKey, new: VerifierKey) throws(AuditError) -> Bool {
        let chain = try files.keyChain()
        return chain.rotations.last?.key == new && chain.contains(former)
    }

    /// Writes the statement down, durably.
    ///
    /// - Parameters:
    ///   - signed: What was signed last; compared with the journal before.
    ///   - time: Seconds since 1970.
    /// - Throws: `.otherKey`, where the former key is not the log's or the new one cannot follow it.
    public func replace(
        former: SignerKey,
        by new: SignerKey,
        signed: Checkpoint,
        time: UInt64
    ) throws(AuditError) {
        var chain = try files.keyChain()
        let note: SignedNote
        do throws(MerkleError) {
            let rotation = try KeyRotation(
                checkpoint: signed,
                time: time,
                former: former.verifier,
                key: new.verifier
            )
            try chain.append(rotation)
            note = try rotation.note(former: former, new: new)
        } catch {
            throw .otherKey("\(error)")
        }
        let before = try files.contents(AuditFiles.rotations) ?? []
        try files.replace(AuditFiles.rotations, with: before + Array(note.encoded.utf8), isDurable: true)
    }
}
