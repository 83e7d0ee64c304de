/// That a log's key was replaced by another: signed by both, over the last tree that the former one has signed
/// (Protocol/AUDIT.md, rotation).
public struct KeyRotation: Equatable, Sendable {
    /// The first line.
    public static let header = "assent/key-rotation/v1"
    private static let what = "key rotation"

    /// The last tree that is the former key's to sign; every later one is the new key's. Its origin is both keys' name.
    public let checkpoint: Checkpoint
    /// When, in seconds since 1970, as the log's owner says.
    public let time: UInt64
    /// The key that was replaced.
    public let former: VerifierKey
    /// The key that has replaced it.
    public let key: VerifierKey

    /// Joins the four.
    ///
    /// - Throws: `.refused`, where this is no rotation.
    public init(
        checkpoint: Checkpoint,
        time: UInt64,
        former: VerifierKey,
        key: VerifierKey
    ) throws(MerkleError) {
        guard former.name == checkpoint.origin, key.name == checkpoint.origin else {
            throw .refused("a log keeps its name, \(checkpoint.origin), under all of its keys")
        }
        guard former.algorithm == .ed25519, key.algorithm == .ed25519 else {
            throw .refused("a witness's key is no log's")
        }
        guard former != key else { throw .refused("\(key.encoded) cannot replace itself") }
        guard checkpoint.size > 0, checkpoint.extensions.isEmpty, time <= UInt64(Int64.max) else {
            throw .refused("a rotation is over records, at a time")
        }
        self.checkpoint = checkpoint
        self.time = time
        self.former = former
        self.key = key
    }

    /// The text that is signed.
    public var text: String {
        "\(Self.header)\n\(checkpoint.text)time \(time)\nformer \(former.encoded)\nnew \(key.encoded)\n"
    }

    /// Has both keys sign.
    ///
    /// - Throws: `.refused`, when OpenSSL does not sign.
    public func note(former: SignerKey, new: SignerKey) throws(MerkleError) -> SignedNote {
        precondition(former.verifier == self.former && new.verifier == key, "both keys sign what they are named in")
        var note = SignedNote(text: text)
        try former.sign(&note)
        try new.sign(&note)
        return note
    }

    /// Reads a statement, which is written in one way only, and checks both signatures.
    ///
    /// - Throws: `.malformed`, `.refused`, `.untrusted`.
    public init(opening note: SignedNote) throws(MerkleError) {
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 8, lines[0] == Self.header else { throw Self.malformed("it is none of version 1") }
        guard let time = Decimal.parse(try Self.value(lines[4], "time")) else {
            throw Self.malformed("its fifth line is not a time")
        }
        try self.init(
            checkpoint: try Checkpoint(parsing: lines[1...3].joined(separator: "\n") + "\n"),
            time: time,
            former: try VerifierKey(parsing: try Self.value(lines[5], "former")),
            key: try VerifierKey(parsing: try Self.value(lines[6], "new"))
        )
        guard text == note.text else { throw Self.malformed("it is not as it would have been written") }
        guard note.signatures.map(\.keyID) == [former.id, key.id] else {
            throw .untrusted("a rotation is signed by the former key, then by the new one, and by nobody else")
        }
        guard try note.signers(among: [former, key]).map(\.key) == [former, key] else {
            throw .untrusted("a rotation is signed by the former key and by the new one")
        }
    }

    private static func value(_ line: Substring, _ name: String) throws(MerkleError) -> String {
        guard line.hasPrefix(name + " ") else { throw malformed("it has no line `\(name)` in its place") }
        return String(line.dropFirst(name.utf8.count + 1))
    }

    private static func malformed(_ problem: String) -> MerkleError { .malformed(what: what, problem: problem) }
}
