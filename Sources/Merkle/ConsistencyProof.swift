public import Cryptography

/// That a log only grew between two checkpoints: the body that a log sends to a witness (C2SP tlog-witness).
public struct ConsistencyProof: Equatable, Sendable {
    private static let what = "consistency proof"

    /// How many leaves the older tree has.
    public let oldSize: UInt64
    /// The hashes of RFC 6962, section 2.1.2.
    public let path: [SHA256Digest]
    /// The newer checkpoint, signed.
    public let checkpoint: SignedNote

    /// Joins the three.
    public init(oldSize: UInt64, path: [SHA256Digest], checkpoint: SignedNote) {
        self.oldSize = oldSize
        self.path = path
        self.checkpoint = checkpoint
    }

    /// Reads a proof.
    ///
    /// - Throws: `.malformed`.
    public init(parsing bytes: [UInt8]) throws(MerkleError) {
        let (all, note) = try ProofText.split(bytes, what: Self.what)
        var lines = all[...]
        oldSize = try ProofText.number(lines.popFirst(), after: "old", what: Self.what)
        path = try ProofText.hashes(lines, what: Self.what)
        checkpoint = note
    }

    /// The proof as it is written.
    public var encoded: String {
        var text = "old \(oldSize)\n"
        for hash in path { text += Base64.encode(hash.bytes) + "\n" }
        return text + "\n" + checkpoint.encoded
    }

    /// Checks both checkpoints' signatures, and that the newer tree begins with all of the older one.
    ///
    /// - Returns: The two checkpoints.
    /// - Throws: `.untrusted`, `.refused`, `.malformed`.
    public func verify(
        old note: SignedNote,
        policy: TrustPolicy,
        hasher: borrowing TreeHasher
    ) throws(MerkleError) -> (old: Checkpoint, new: Checkpoint) {
        let old = try policy.open(note).checkpoint
        let new = try policy.open(checkpoint).checkpoint
        guard old.origin == new.origin else {
            throw .refused("the checkpoints are of two logs, \(old.origin) and \(new.origin)")
        }
        guard oldSize == old.size else {
            throw .refused("the proof begins at \(oldSize) leaves, the older checkpoint has \(old.size)")
        }
        try ProofCheck.consistency(
            old: (old.size, old.root),
            new: (new.size, new.root),
            path: path,
            hasher: hasher
        )
        return (old, new)
    }
}
