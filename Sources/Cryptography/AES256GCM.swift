private import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with nonces of 96 bits and tags of 128, by the system's OpenSSL.
///
/// A nonce must never be used twice with one key; who calls it sees to that.
public struct AES256GCM: ~Copyable {
    /// Bytes of a nonce.
    public static let nonceByteCount = 12
    /// Bytes that sealing adds.
    public static let tagByteCount = 16

    // SAFETY: owned by this value alone, freed in `deinit`.
    private let algorithm: OpaquePointer
    private let context: OpaquePointer
    private let key: SHA256Digest

    /// Takes a key of 256 bits.
    ///
    /// - Throws: `.unavailable`.
    public init(key: SHA256Digest) throws(CryptographyError) {
        guard let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else {
            throw .unavailable(algorithm: "AES-256-GCM")
        }
        guard let context = EVP_CIPHER_CTX_new() else {
            EVP_CIPHER_free(algorithm)
            throw .unavailable(algorithm: "AES-256-GCM")
        }
        self.algorithm = algorithm
        self.context = context
        self.key = key
    }

    deinit {
        // Takes the key schedule with it.
        EVP_CIPHER_CTX_free(context)
        EVP_CIPHER_free(algorithm)
    }

    /// Encrypts bytes, and puts the tag behind them.
    ///
    /// - Parameters:
    ///   - plain: At most 2^31 - 1 bytes.
    ///   - nonce: 12 bytes.
    ///   - sealed: Room for `tagByteCount` more than `plain` has; not the same memory.
    public func seal(_ plain: UnsafeRawBufferPointer, nonce: [UInt8], into sealed: UnsafeMutableRawBufferPointer) {
        precondition(nonce.count == Self.nonceByteCount, "a nonce has 12 bytes")
        precondition(sealed.count >= plain.count + Self.tagByteCount, "there is room for the tag")
        // SAFETY: OpenSSL writes as many bytes as it reads in this mode, and 16 of the tag: all lie in `sealed`.
        guard let output = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let input = plain.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var count: Int32 = 0
        var isDone = key.withBytes { key in
            EVP_EncryptInit_ex2(context, algorithm, key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce, nil)
        }
        if plain.count > 0 { isDone &= EVP_EncryptUpdate(context, output, &count, input, Int32(plain.count)) }
        isDone &= EVP_EncryptFinal_ex(context, output + plain.count, &count)
        isDone &= EVP_CIPHER_CTX_ctrl(
            context,
            EVP_CTRL_AEAD_GET_TAG,
            Int32(Self.tagByteCount),
            output + plain.count
        )
        precondition(isDone == 1, "OpenSSL seals")
    }

    /// Decrypts what `seal` made.
    ///
    /// - Parameters:
    ///   - sealed: With the tag behind it.
    ///   - plain: Room for `tagByteCount` fewer bytes. Worth nothing when false is returned.
    /// - Returns: Whether it is what was sealed with this key and nonce.
    public func open(
        _ sealed: UnsafeRawBufferPointer,
        nonce: [UInt8],
        into plain: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(nonce.count == Self.nonceByteCount, "a nonce has 12 bytes")
        let length = sealed.count - Self.tagByteCount
        guard length >= 0, let input = sealed.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        precondition(plain.count >= length, "there is room for what was sealed")
        // SAFETY: OpenSSL writes as many bytes as it reads in this mode, and only reads the 16 of the tag.
        var count: Int32 = 0
        var isDone = key.withBytes { key in
            EVP_DecryptInit_ex2(context, algorithm, key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce, nil)
        }
        var tag = Array(sealed[length...])
        isDone &= EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag)
        if length > 0, let output = plain.baseAddress?.assumingMemoryBound(to: UInt8.self) {
            isDone &= EVP_DecryptUpdate(context, output, &count, input, Int32(length))
        }
        precondition(isDone == 1, "OpenSSL opens what has a length")
        // In this mode the end writes nothing.
        var nothing: UInt8 = 0
        return EVP_DecryptFinal_ex(context, &nothing, &count) == 1
    }
}
