/// Whose signatures make a checkpoint believable.
public struct TrustPolicy: Sendable {
    /// The log's own keys: one must have signed, under the name that is the checkpoint's origin. Those that were given,
    /// and those that have replaced them.
    public let logKeys: [VerifierKey]
    /// By which changes the keys that were given were replaced, one behind the other.
    public let rotations: [KeyRotation]
    /// Witnesses' keys.
    public let witnesses: [VerifierKey]
    /// How many witnesses must have signed.
    public let quorum: Int

    /// Joins the keys.
    ///
    /// - Parameters:
    ///   - logs: The log's, as they were handed over.
    ///   - chain: How they were replaced; changes before them say nothing.
    /// - Throws: `.refused`, when the policy could not be met or would not need the log's signature.
    public init(
        logs: [VerifierKey],
        witnesses: [VerifierKey],
        quorum: Int? = nil,
        chain: KeyChain = KeyChain()
    ) throws(MerkleError) {
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
        let followings = logs.compactMap { chain.following($0) }
        if let first = chain.rotations.first, followings.isEmpty {
            throw .refused("the chain of keys begins with \(first.former.encoded), and no key that was given is in it")
        }
        rotations = Array(followings.max { $0.count < $1.count } ?? [])
        logKeys = logs + rotations.map(\.key).filter { !logs.contains($0) }
        self.witnesses = witnesses
        self.quorum = quorum
    }

    /// Reads a checkpoint and checks who has signed it.
    ///
    /// - Throws: `.malformed`; `.untrusted`, when the log or too few witnesses have signed; `.refused`, when a key has
    ///   signed a tree that was not its own any more, or not yet.
    public func open(
        _ note: SignedNote
    ) throws(MerkleError) -> (checkpoint: Checkpoint, signers: [SignedNote.Signer]) {
        let signers = try note.signers(among: logKeys + witnesses)
        let checkpoint = try Checkpoint(parsing: note.text)
        guard signers.contains(where: { $0.key.algorithm == .ed25519 && $0.key.name == checkpoint.origin }) else {
            throw .untrusted("the log \(checkpoint.origin) has not signed it itself")
        }
        for signer in signers where signer.key.name == checkpoint.origin { try check(signer.key, signed: checkpoint) }
        let count = signers.filter { $0.key.algorithm == .cosignature }.count
        guard count >= quorum else { throw .untrusted("\(count) witnesses have signed it, not \(quorum)") }
        return (checkpoint, signers)
    }

    /// That a tree was a key's to sign.
    private func check(_ key: VerifierKey, signed checkpoint: Checkpoint) throws(MerkleError) {
        for rotation in rotations where rotation.former == key || rotation.key == key {
            let mark = rotation.checkpoint
            if rotation.former == key, checkpoint.size > mark.size {
                throw .refused(
                    "\(key.encoded) was replaced over \(mark.size) records, and has signed a tree of \(checkpoint.size)"
                )
            }
            if rotation.key == key, checkpoint.size < mark.size {
                throw .refused(
                    "\(key.encoded) is the log's from \(mark.size) records on, and has signed a tree of "
                        + "\(checkpoint.size)"
                )
            }
            guard checkpoint.size != mark.size || checkpoint.root == mark.root else {
                throw .refused("the tree of \(mark.size) records has another root than the key was replaced over")
            }
        }
    }

    /// That a receipt was a key's to sign: one is given for what is under a checkpoint of it or of an earlier one.
    func check(_ key: VerifierKey, receiptOf lsn: UInt64) throws(MerkleError) {
        for rotation in rotations where rotation.former == key && lsn > rotation.checkpoint.size {
            throw .refused(
                "\(key.encoded) was replaced over \(rotation.checkpoint.size) records, and has signed for record \(lsn)"
            )
        }
    }
}
