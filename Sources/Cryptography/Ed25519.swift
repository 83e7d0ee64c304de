private import COpenSSL

/// Signatures of Ed25519 (RFC 8032) by the system's OpenSSL.
public enum Ed25519 {
    /// How many bytes a signature has.
    public static let signatureByteCount = 64

    /// The y coordinates of the eight points of small order, the lowest byte first: whoever has such a public key, has
    /// signatures that anybody can make.
    private static let smallOrder: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]

    /// Whether a public key's y coordinate is below 2^255 - 19, as it must be (RFC 8032, section 5.1.3), and its point
    /// not of small order. Whether there is such a point at all is for `isValid` to find out.
    public static func isSound(publicKey: SHA256Digest) -> Bool {
        var y = publicKey.bytes
        y[31] &= 0x7F
        let isBelow = y[31] != 0x7F || y[1..<31].contains { $0 != 0xFF } || y[0] < 0xED
        return isBelow && !smallOrder.contains(y)
    }

    /// Whether a signature over a message is by the owner of a public key.
    ///
    /// What is no point on the curve, a key that is not sound, and a signature that is not in its one canonical form,
    /// is not.
    public static func isValid(signature: [UInt8], message: [UInt8], publicKey: SHA256Digest) -> Bool {
        guard signature.count == signatureByteCount, isSound(publicKey: publicKey) else { return false }
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
