public import Cryptography

/// A public key with the name of its owner (C2SP signed-note, verifier keys).
public struct VerifierKey: Hashable, Sendable {
    /// What its signatures are; the raw values are the specification's.
    public enum Algorithm: UInt8, Sendable {
        /// Ed25519 over a note's text: a log's own signature.
        case ed25519 = 0x01
        /// Ed25519 over a checkpoint and a time (C2SP tlog-cosignature): a witness's.
        case cosignature = 0x04
    }

    /// The owner's name.
    public let name: String
    /// What its signatures are.
    public let algorithm: Algorithm
    /// The Ed25519 key (RFC 8032).
    public let publicKey: SHA256Digest

    /// Joins the three; the name must be usable.
    public init(name: String, algorithm: Algorithm, publicKey: SHA256Digest) {
        precondition(Self.isUsable(name: name), "a key's name has no spaces and no plus")
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
    }

    /// Whether a key may have this name: not empty, without spaces of any kind, control characters and plus, and not
    /// longer than 255 bytes.
    public static func isUsable(name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }

    /// Reads a key: its name, eight hexadecimal digits and base 64, with a plus between them.
    ///
    /// - Throws: `.malformed`, also for an id that is not this key's.
    public init(parsing text: some StringProtocol) throws(MerkleError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Self.malformed("it is not a name, an id and a key with + between them") }
        name = String(parts[0])
        guard Self.isUsable(name: name) else { throw Self.malformed("its name is empty or has spaces") }
        guard let bytes = Base64.decode(parts[2]), bytes.count == 1 + SHA256Digest.byteCount,
            let key = SHA256Digest(bytes.dropFirst())
        else { throw Self.malformed("its last part is not base 64 of 33 bytes") }
        guard let algorithm = Algorithm(rawValue: bytes[0]) else {
            throw Self.malformed("its algorithm is \(bytes[0]), not 1 (Ed25519) or 4 (cosignature)")
        }
        self.algorithm = algorithm
        publicKey = key
        guard parts[1] == Self.hexadecimal(id) else {
            throw Self.malformed("its id is \(Self.hexadecimal(id)), not \(parts[1])")
        }
    }

    /// The id that signature lines name it by.
    public var id: UInt32 { Self.id(name: name, algorithm: algorithm, publicKey: publicKey) }

    /// The key as it is written.
    public var encoded: String {
        "\(name)+\(Self.hexadecimal(id))+\(Base64.encode([algorithm.rawValue] + publicKey.bytes))"
    }

    private static func id(name: String, algorithm: Algorithm, publicKey: SHA256Digest) -> UInt32 {
        // A process that has come so far has hashed before.
        guard let hasher = try? SHA256() else { preconditionFailure("OpenSSL has SHA-256") }
        let digest = hasher.digest(Array(name.utf8) + [10, algorithm.rawValue] + publicKey.bytes)
        return digest.bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func hexadecimal(_ id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func malformed(_ problem: String) -> MerkleError {
        .malformed(what: "verifier key", problem: problem)
    }
}
