/// Whose signatures make a checkpoint believable.
public struct TrustPolicy: Sendable {
    /// The log's own keys: one must have signed, under the name that is the checkpoint's origin.
    public let logs: [VerifierKey]
    /// Witnesses' keys.
    public let witnesses: [VerifierKey]
    /// How many witnesses must have signed.
    public let quorum: Int

    /// Joins the three.
    ///
    /// - Throws: `.refused`, when the policy could not be met or would not need the log's signature.
    public init(logs: [VerifierKey], witnesses: [VerifierKey], quorum: Int? = nil) throws(MerkleError) {
        guard logs.contains(where: { $0.algorithm == .ed25519 }), logs.allSatisfy({ $0.algorithm == .ed25519 }) else {
            throw .refused("the log's key must be one of Ed25519 (algorithm 1)")
        }
        guard witnesses.allSatisfy({ $0.algorithm == .cosignature }) else {
            throw .refused("a witness's key must be one for cosignatures (algorithm 4)")
        }
        let quorum = quorum ?? witnesses.count
        guard (0...witnesses.count).contains(quorum) else {
            throw .refused("\(quorum) of \(witnesses.count) witnesses cannot sign")
        }
        self.logs = logs
        self.witnesses = witnesses
        self.quorum = quorum
    }

    /// Reads a checkpoint and checks who has signed it.
    ///
    /// - Throws: `.malformed`; `.untrusted`, when the log or too few witnesses have signed.
    public func open(
        _ note: SignedNote
    ) throws(MerkleError) -> (checkpoint: Checkpoint, signers: [SignedNote.Signer]) {
        let signers = try note.signers(among: logs + witnesses)
        let checkpoint = try Checkpoint(parsing: note.text)
        guard signers.contains(where: { $0.key.algorithm == .ed25519 && $0.key.name == checkpoint.origin }) else {
            throw .untrusted("the log \(checkpoint.origin) has not signed it itself")
        }
        let count = signers.filter { $0.key.algorithm == .cosignature }.count
        guard count >= quorum else { throw .untrusted("\(count) witnesses have signed it, not \(quorum)") }
        return (checkpoint, signers)
    }
}
