public import Cryptography

/// A private key with the name of its owner.
///
/// Written as the words `PRIVATE` and `KEY`, the name, the id and base 64 of algorithm and seed with a plus between
/// each, as the Go checksum database's tools write theirs.
public struct SignerKey: Sendable {
    /// Its public half.
    public let verifier: VerifierKey
    private let seed: SHA256Digest
    private let key: Ed25519.PrivateKey

    /// From a seed of 32 random bytes.
    ///
    /// - Throws: `.malformed`, when OpenSSL takes no such key.
    public init(name: String, algorithm: VerifierKey.Algorithm, seed: SHA256Digest) throws(MerkleError) {
        do throws(CryptographyError) {
            key = try Ed25519.PrivateKey(seed: seed)
        } catch {
            throw Self.malformed("\(error)")
        }
        self.seed = seed
        verifier = VerifierKey(name: name, algorithm: algorithm, publicKey: key.publicKey)
    }

    /// Reads a key.
    ///
    /// - Throws: `.malformed`, which never repeats the secret.
    public init(parsing text: some StringProtocol) throws(MerkleError) {
        let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY" else {
            throw Self.malformed("it does not begin with PRIVATE+KEY+")
        }
        let name = String(parts[2])
        guard VerifierKey.isUsable(name: name) else { throw Self.malformed("its name is empty or has spaces") }
        guard let bytes = Base64.decode(parts[4]), bytes.count == 1 + SHA256Digest.byteCount,
            let seed = SHA256Digest(bytes.dropFirst())
        else { throw Self.malformed("its last part is not base 64 of 33 bytes") }
        guard let algorithm = VerifierKey.Algorithm(rawValue: bytes[0]) else {
            throw Self.malformed("its algorithm is not 1 (Ed25519) or 4 (cosignature)")
        }
        try self.init(name: name, algorithm: algorithm, seed: seed)
        guard parts[3] == VerifierKey.hexadecimal(verifier.id) else { throw Self.malformed("its id is another key's") }
    }

    /// The key as it is written: a secret.
    public var encoded: String {
        let id = VerifierKey.hexadecimal(verifier.id)
        return "PRIVATE+KEY+\(verifier.name)+\(id)+"
            + Base64.encode([verifier.algorithm.rawValue] + seed.bytes)
    }

    /// Signs a note.
    ///
    /// - Parameter time: For a witness's key, seconds since 1970; others do not say when.
    /// - Throws: `.refused`, when OpenSSL does not sign.
    public func sign(_ note: inout SignedNote, time: UInt64 = 0) throws(MerkleError) {
        let bytes: [UInt8]
        do throws(CryptographyError) {
            switch verifier.algorithm {
            case .ed25519: bytes = try key.sign(Array(note.text.utf8))
            case .cosignature:
                precondition(time <= UInt64(Int64.max), "a time has 63 bits")
                let message = SignedNote.cosignedMessage(note.text, time: time)
                bytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) } + (try key.sign(message))
            }
        } catch {
            throw .refused("\(error)")
        }
        note.add(SignedNote.Signature(name: verifier.name, keyID: verifier.id, bytes: bytes))
    }

    private static func malformed(_ problem: String) -> MerkleError { .malformed(what: "signer key", problem: problem) }
}
