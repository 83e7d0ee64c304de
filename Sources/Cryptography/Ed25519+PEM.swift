private import COpenSSL

// Keys as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write them (RFC 8410, in PEM).

extension Ed25519.PrivateKey {
    /// Reads a private key in PEM, not under a password.
    public convenience init(pem: [UInt8]) throws(TLSError) {
        var seed = SHA256Digest()
        try PEMReader(pem).withPrivateKey("the private key") { (key) throws(TLSError) in
            var count = SHA256Digest.byteCount
            let done = seed.withMutableBytes {
                EVP_PKEY_get_raw_private_key(key, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), &count)
            }
            guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519, done == 1, count == SHA256Digest.byteCount else {
                throw .unusable("the private key", reason: "it is no key of Ed25519")
            }
        }
        do throws(CryptographyError) {
            try self.init(seed: seed)
        } catch {
            throw .unavailable("Ed25519")
        }
    }

    /// Draws a new key.
    ///
    /// - Returns: the key, and its text in PEM, which is a secret.
    public static func make() throws(TLSError) -> (key: Ed25519.PrivateKey, pem: [UInt8]) {
        OpenSSLErrors.clear()
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { throw .unavailable("Ed25519") }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &made) == 1, let made,
            let writer = BIO_new(BIO_s_mem())
        else { throw .unavailable("Ed25519") }
        defer {
            EVP_PKEY_free(made)
            BIO_free(writer)
        }
        guard PEM_write_bio_PKCS8PrivateKey(writer, made, nil, nil, 0, nil, nil) == 1 else {
            throw .unavailable("memory")
        }
        let pem = Ed25519.contents(of: writer)
        return (try Ed25519.PrivateKey(pem: pem), pem)
    }
}

extension Ed25519 {
    /// The 32 bytes of a public key in PEM, or of a private key's public one.
    public static func publicKey(pem: [UInt8]) throws(TLSError) -> SHA256Digest {
        OpenSSLErrors.clear()
        let key = pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let reader = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(reader) }
            return PEM_read_bio_PUBKEY(reader, nil, nil, nil)
        }
        guard let key else {
            do throws(TLSError) {
                return try PrivateKey(pem: pem).publicKey
            } catch {
                throw .unusable("the public key", reason: "it is no key of Ed25519 in PEM, neither public nor private")
            }
        }
        defer { EVP_PKEY_free(key) }
        var publicKey = SHA256Digest()
        var count = SHA256Digest.byteCount
        let done = publicKey.withMutableBytes {
            EVP_PKEY_get_raw_public_key(key, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), &count)
        }
        guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519, done == 1, count == SHA256Digest.byteCount else {
            throw .unusable("the public key", reason: "it is no key of Ed25519")
        }
        guard isSound(publicKey: publicKey) else {
            throw .unusable("the public key", reason: "anybody can sign for it")
        }
        return publicKey
    }

    /// Takes everything out of a buffer of the library's.
    fileprivate static func contents(of buffer: OpaquePointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: BIO_ctrl_pending(buffer)) { room, count in
            // SAFETY: the room's own address and size.
            count = Int(max(0, BIO_read(buffer, room.baseAddress, Int32(clamping: room.count))))
        }
    }
}
