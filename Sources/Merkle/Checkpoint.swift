public import Cryptography

/// What a log commits to (C2SP tlog-checkpoint): how many leaves it has, and their root.
public struct Checkpoint: Equatable, Sendable {
    /// The largest size that is taken; the specification would allow twice as many.
    public static let sizeMax = UInt64(Int64.max)

    /// The log's name.
    public let origin: String
    /// How many leaves it has.
    public let size: UInt64
    /// The hash of the tree over them.
    public let root: SHA256Digest
    /// Lines behind these three.
    public let extensions: [String]

    /// A checkpoint without further lines.
    public init(origin: String, size: UInt64, root: SHA256Digest) {
        precondition(VerifierKey.isUsable(name: origin) && size <= Self.sizeMax, "a log has a name and a size")
        self.origin = origin
        self.size = size
        self.root = root
        extensions = []
    }

    /// Reads a note's text.
    ///
    /// - Throws: `.malformed`, for all that the specification does not allow.
    public init(parsing text: String) throws(MerkleError) {
        var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.popLast() == "" else { throw Self.malformed("its last line does not end") }
        guard lines.count >= 3 else { throw Self.malformed("it has fewer than three lines") }
        guard lines.allSatisfy({ !$0.isEmpty }) else { throw Self.malformed("it has an empty line") }
        origin = lines[0]
        guard let size = Decimal.parse(lines[1]), size <= Self.sizeMax else {
            throw Self.malformed("its second line is not the number of leaves")
        }
        self.size = size
        guard let bytes = Base64.decode(lines[2]), let root = SHA256Digest(bytes) else {
            throw Self.malformed("its third line is not base 64 of 32 bytes")
        }
        self.root = root
        extensions = Array(lines[3...])
    }

    /// The note's text.
    public var text: String {
        ([origin, "\(size)", Base64.encode(root.bytes)] + extensions).joined(separator: "\n") + "\n"
    }

    private static func malformed(_ problem: String) -> MerkleError { .malformed(what: "checkpoint", problem: problem) }
}
