private import COpenSSL

/// Reads the objects of a text in PEM (RFC 7468).
struct PEMReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Lends the library's reader of the bytes.
    private func withReader<Result>(_ body: (OpaquePointer) throws(TLSError) -> Result) throws(TLSError) -> Result {
        OpenSSLErrors.clear()
        let outcome: Swift.Result<Result, TLSError> = bytes.withUnsafeBytes { bytes in
            guard let reader = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return .failure(.unavailable("memory"))
            }
            defer { BIO_free(reader) }
            return Swift.Result { () throws(TLSError) in try body(reader) }
        }
        return try outcome.get()
    }

    /// Calls the body with each certificate in turn; the library's counts of references are the caller's to raise.
    ///
    /// - Throws: `.unusable`, when there is none, or something that is none.
    func forEachCertificate(
        _ what: String,
        _ body: (OpaquePointer) throws(TLSError) -> Void
    ) throws(TLSError) {
        try withReader { (reader) throws(TLSError) in
            var count = 0
            while let certificate = PEM_read_bio_X509(reader, nil, noPassword, nil) {
                defer { X509_free(certificate) }
                count += 1
                try body(certificate)
            }
            try Self.checkEnd(what, count: count, noun: "certificate")
        }
    }

    /// Calls the body with each revocation list in turn, as above.
    func forEachRevocationList(
        _ what: String,
        _ body: (OpaquePointer) throws(TLSError) -> Void
    ) throws(TLSError) {
        try withReader { (reader) throws(TLSError) in
            var count = 0
            while let list = PEM_read_bio_X509_CRL(reader, nil, noPassword, nil) {
                defer { X509_CRL_free(list) }
                count += 1
                try body(list)
            }
            try Self.checkEnd(what, count: count, noun: "revocation list")
        }
    }

    /// Calls the body with the private key.
    func withPrivateKey(_ what: String, _ body: (OpaquePointer) throws(TLSError) -> Void) throws(TLSError) {
        try withReader { (reader) throws(TLSError) in
            guard let key = PEM_read_bio_PrivateKey(reader, nil, noPassword, nil) else {
                throw .unusable(what, reason: OpenSSLErrors.take(or: "no private key in it"))
            }
            defer { EVP_PKEY_free(key) }
            try body(key)
        }
    }

    /// The reading ended at the end of the text, and not at something that it could not read.
    private static func checkEnd(_ what: String, count: Int, noun: String) throws(TLSError) {
        let code = ERR_peek_last_error()
        let isEnd = code == 0 || ERR_GET_REASON(code) == PEM_R_NO_START_LINE
        let words = OpenSSLErrors.take(or: "it cannot be read")
        guard isEnd else { throw .unusable(what, reason: words) }
        guard count > 0 else { throw .unusable(what, reason: "no \(noun) in it (PEM)") }
    }
}

/// A daemon is asked by nobody: a key under a password is refused.
private func noPassword(
    _: UnsafeMutablePointer<CChar>?,
    _: Int32,
    _: Int32,
    _: UnsafeMutableRawPointer?
) -> Int32 { -1 }
