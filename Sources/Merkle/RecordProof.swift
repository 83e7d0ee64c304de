internal import Cryptography

/// That a record of the journal is in a log: a proof whose extra data is the record.
public struct RecordProof: Sendable {
    /// The record.
    public let record: RecordDisclosure
    /// The checkpoint whose tree has it.
    public let checkpoint: Checkpoint
    /// Who has signed that.
    public let signers: [SignedNote.Signer]

    /// Checks everything there is to check about a proof.
    ///
    /// - Throws: `.untrusted`, `.refused`, `.malformed`.
    public init(
        verifying proof: InclusionProof,
        policy: TrustPolicy,
        hasher: borrowing TreeHasher
    ) throws(MerkleError) {
        guard let extra = proof.extra else { throw .refused("the proof comes without its record") }
        record = try RecordDisclosure(parsing: extra)
        // What is checked is what was read: written again it must be the same bytes.
        guard record.encoded == extra else {
            throw .malformed(what: "record of a proof", problem: "it is not canonical")
        }
        guard record.entry.lsn - 1 == proof.index else {
            throw .refused("record \(record.entry.lsn) belongs to place \(record.entry.lsn - 1), not \(proof.index)")
        }
        try record.verify(hasher.plain)
        let leaf = hasher.leaf(record.entry.encoded)
        (checkpoint, signers) = try proof.verify(leaf: leaf, policy: policy, hasher: hasher)
    }
}
