internal import Cryptography

extension SignedNote {
    /// Who has signed a note.
    public struct Signer: Equatable, Sendable {
        /// The key.
        public let key: VerifierKey
        /// When, in seconds since 1970, if it is a witness's.
        public let time: UInt64?
    }

    /// Checks the signatures of the keys that are given, and ignores all others.
    ///
    /// - Returns: The keys that have signed, in the order of their lines; not empty.
    /// - Throws: `.untrusted`, when none has signed or when one's signature is wrong.
    public func signers(among keys: [VerifierKey]) throws(MerkleError) -> [Signer] {
        var signers: [Signer] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.name == signature.name && $0.id == signature.keyID }),
                !signers.contains(where: { $0.key == key })
            else { continue }
            signers.append(try signer(of: signature, key))
        }
        guard !signers.isEmpty else {
            let names = signatures.map { "\($0.name) (\(VerifierKey.hexadecimal($0.keyID)))" }.joined(separator: ", ")
            throw .untrusted("it is signed by \(names)")
        }
        return signers
    }

    private func signer(of signature: Signature, _ key: VerifierKey) throws(MerkleError) -> Signer {
        let wrong = MerkleError.untrusted("the signature of \(key.name) is wrong")
        switch key.algorithm {
        case .ed25519:
            guard Ed25519.isValid(signature: signature.bytes, message: Array(text.utf8), publicKey: key.publicKey)
            else { throw wrong }
            return Signer(key: key, time: nil)
        case .cosignature:
            guard signature.bytes.count == 8 + Ed25519.signatureByteCount else { throw wrong }
            let time = signature.bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
            guard time <= UInt64(Int64.max),
                Ed25519.isValid(
                    signature: Array(signature.bytes[8...]),
                    message: Self.cosignedMessage(text, time: time),
                    publicKey: key.publicKey
                )
            else { throw wrong }
            return Signer(key: key, time: time)
        }
    }

    /// What a witness signs of a checkpoint (C2SP tlog-cosignature, Ed25519).
    static func cosignedMessage(_ text: String, time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }
}
