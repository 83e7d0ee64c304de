private import COpenSSL

/// Signatures of Ed25519 (RFC 8032) by the system's OpenSSL.
public enum Ed25519 {
    /// How many bytes a signature has.
    public static let signatureByteCount = 64

    /// Whether a signature over a message is by the owner of a public key.
    ///
    /// What is no point on the curve, and a signature that is not in its one canonical form, is not.
    public static func isValid(signature: [UInt8], message: [UInt8], publicKey: SHA256Digest) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        let key = publicKey.withBytes {
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), 32)
        }
        guard let key else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// A private key and its public one.
    public final class PrivateKey: Sendable {
        /// The public key's 32 bytes.
        public let publicKey: SHA256Digest
        // SAFETY: never changed after it was made; the library counts references to it atomically.
        private nonisolated(unsafe) let key: OpaquePointer

        /// From the 32 bytes that RFC 8032 calls the private key.
        ///
        /// - Throws: `.unavailable`, when the library's configuration offers no Ed25519; `.unusableKey`.
        public init(seed: SHA256Digest) throws(CryptographyError) {
            let made = seed.withBytes {
                EVP_PKEY_new_raw_private_key(
                    EVP_PKEY_ED25519,
                    nil,
                    $0.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    32
                )
            }
            guard let made else { throw .unavailable(algorithm: "Ed25519") }
            var publicKey = SHA256Digest()
            var count = SHA256Digest.byteCount
            let done = publicKey.withMutableBytes {
                EVP_PKEY_get_raw_public_key(made, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), &count)
            }
            guard done == 1, count == SHA256Digest.byteCount else {
                EVP_PKEY_free(made)
                throw .unusableKey(algorithm: "Ed25519")
            }
            key = made
            self.publicKey = publicKey
        }

        deinit { EVP_PKEY_free(key) }

        /// Signs a message: 64 bytes, the same each time.
        ///
        /// - Throws: `.notSigned`.
        public func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
            guard let context = EVP_MD_CTX_new() else { throw .notSigned }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: Ed25519.signatureByteCount)
            var count = signature.count
            guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                EVP_DigestSign(context, &signature, &count, message, message.count) == 1,
                count == Ed25519.signatureByteCount
            else { throw .notSigned }
            return signature
        }
    }
}
