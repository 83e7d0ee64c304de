public import Cryptography

/// That an entry is in a log (C2SP tlog-proof): offline, with the log's public key alone.
public struct InclusionProof: Equatable, Sendable {
    private static let header = "c2sp.org/tlog-proof@v1"
    private static let what = "tlog-proof"

    /// Data for the application, which the format itself does not protect; nil when there is none.
    public let extra: [UInt8]?
    /// The entry's place, from 0.
    public let index: UInt64
    /// The hashes from the leaf's sibling to the root's child.
    public let path: [SHA256Digest]
    /// The checkpoint, signed.
    public let checkpoint: SignedNote

    /// Joins the four.
    public init(extra: [UInt8]?, index: UInt64, path: [SHA256Digest], checkpoint: SignedNote) {
        precondition(extra?.isEmpty != true, "extra data is there or not")
        self.extra = extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    /// Reads a proof.
    ///
    /// - Throws: `.malformed`.
    public init(parsing bytes: [UInt8]) throws(MerkleError) {
        let (all, note) = try ProofText.split(bytes, what: Self.what)
        var lines = all[...]
        guard lines.popFirst() == Self.header else {
            throw .malformed(what: Self.what, problem: "its first line is not \(Self.header)")
        }
        if let line = lines.first, line.hasPrefix("extra ") {
            lines.removeFirst()
            guard let extra = Base64.decode(line.dropFirst(6)), !extra.isEmpty else {
                throw .malformed(what: Self.what, problem: "its extra data is not base 64 of anything")
            }
            self.extra = extra
        } else {
            extra = nil
        }
        index = try ProofText.number(lines.popFirst(), after: "index", what: Self.what)
        path = try ProofText.hashes(lines, what: Self.what)
        checkpoint = note
    }

    /// The proof as it is written.
    public var encoded: String {
        var text = Self.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in path { text += Base64.encode(hash.bytes) + "\n" }
        return text + "\n" + checkpoint.encoded
    }

    /// Checks that the checkpoint is signed as wanted and that a leaf is in its tree.
    ///
    /// - Returns: The checkpoint and who has signed it.
    /// - Throws: `.untrusted`, `.refused`, `.malformed`.
    public func verify(
        leaf: SHA256Digest,
        policy: TrustPolicy,
        hasher: borrowing TreeHasher
    ) throws(MerkleError) -> (checkpoint: Checkpoint, signers: [SignedNote.Signer]) {
        let opened = try policy.open(checkpoint)
        try ProofCheck.inclusion(
            leaf: leaf,
            index: index,
            size: opened.checkpoint.size,
            path: path,
            root: opened.checkpoint.root,
            hasher: hasher
        )
        return opened
    }
}
