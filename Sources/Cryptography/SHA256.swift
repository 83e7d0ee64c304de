private import COpenSSL

/// Digests of SHA-256 (FIPS 180-4) by the system's OpenSSL.
///
/// The algorithm is fetched and the context made once: the library's one-shot function does both each time and takes
/// almost three times as long for 65 bytes. One thread at a time.
public struct SHA256: ~Copyable {
    // SAFETY: owned by this value alone, freed in `deinit`.
    private let algorithm: OpaquePointer
    private let context: OpaquePointer

    /// Makes a context.
    ///
    /// - Throws: `.unavailable`, when the library's configuration offers no SHA-256.
    public init() throws(CryptographyError) {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { throw .unavailable(algorithm: "SHA-256") }
        guard let context = EVP_MD_CTX_new() else {
            EVP_MD_free(algorithm)
            throw .unavailable(algorithm: "SHA-256")
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// The digest of some bytes.
    @inline(__always)
    public func digest(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        start()
        add(bytes)
        return finish()
    }

    /// The digest of two pieces, one after the other.
    @inline(__always)
    public func digest(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> SHA256Digest {
        start()
        add(first)
        add(second)
        return finish()
    }

    /// The digest of some bytes.
    public func digest(_ bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { digest($0) }
    }

    /// The message authentication code HMAC-SHA-256 (RFC 2104) of some bytes under a key of 32 bytes.
    public func authenticationCode(_ bytes: UnsafeRawBufferPointer, key: SHA256Digest) -> SHA256Digest {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { pad in
            Self.fill(pad, key, with: 0x36)
            let inner = digest(UnsafeRawBufferPointer(pad), bytes)
            Self.fill(pad, key, with: 0x5C)
            return inner.withBytes { digest(UnsafeRawBufferPointer(pad), $0) }
        }
    }

    /// As above, of an array.
    public func authenticationCode(_ bytes: [UInt8], key: SHA256Digest) -> SHA256Digest {
        bytes.withUnsafeBytes { authenticationCode($0, key: key) }
    }

    private static func fill(_ pad: UnsafeMutableRawBufferPointer, _ key: SHA256Digest, with byte: UInt8) {
        key.withBytes { key in
            for index in 0..<32 { pad[index] = key[index] ^ byte }
        }
        for index in 32..<64 { pad[index] = byte }
    }

    // In parts: `start`, any number of `add`, `finish`. A context that was made for an algorithm cannot fail on memory
    // that is there.

    /// Begins a digest over parts; what was begun before is forgotten.
    @inline(__always)
    package func start() {
        let done = EVP_DigestInit_ex2(context, algorithm, nil)
        precondition(done == 1, "OpenSSL starts a digest")
    }

    /// Adds the next part.
    @inline(__always)
    package func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let done = EVP_DigestUpdate(context, start, bytes.count)
        precondition(done == 1, "OpenSSL goes on with a digest")
    }

    /// The digest over all parts.
    @inline(__always)
    package func finish() -> SHA256Digest {
        var digest = SHA256Digest()
        let done = digest.withMutableBytes { bytes in
            // SAFETY: SHA-256 writes 32 bytes, and there are as many.
            EVP_DigestFinal_ex(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        precondition(done == 1, "OpenSSL finishes a digest")
        return digest
    }
}
