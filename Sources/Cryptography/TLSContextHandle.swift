private import COpenSSL

/// The library's context: what all sessions of one side share, by the rules that both sides keep.
final class TLSContextHandle: Sendable {
    // SAFETY: set up in `init` of its owner, before anybody else has it; the library allows sessions to be made of it
    // on any thread, and counts references to it atomically.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// Suites of TLS 1.2: forward secrecy and authenticated encryption.
    private static let suites12 = "ECDHE+AESGCM:ECDHE+CHACHA20"
    /// Suites of TLS 1.3: all that RFC 8446 gives, the cheapest first.
    private static let suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    private static let groups = "X25519:P-256:P-384"

    init(isServer: Bool, minimum: TLSVersion) throws(TLSError) {
        OpenSSLErrors.clear()
        guard let context = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            throw .unavailable("TLS")
        }
        pointer = context
        let version = minimum == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        // Level 2: no RSA below 2,048 bits, no elliptic curve below 224, no SHA-1 in signatures.
        SSL_CTX_set_security_level(context, 2)
        guard assent_ctx_set_min_version(context, version) == 1,
            SSL_CTX_set_cipher_list(context, Self.suites12) == 1,
            SSL_CTX_set_ciphersuites(context, Self.suites13) == 1,
            assent_ctx_set_groups(context, Self.groups) == 1
        else { throw .unavailable("TLS \(minimum.rawValue) with its suites") }
        assent_ctx_set_house_rules(context)
    }

    deinit { SSL_CTX_free(pointer) }

    /// Takes over a certificate with those above it, and its key.
    func use(certificates: [UInt8], privateKey: [UInt8]) throws(TLSError) -> Certificate {
        var leaf: Certificate?
        try PEMReader(certificates).forEachCertificate("the certificate") { (certificate) throws(TLSError) in
            let done =
                leaf == nil
                ? SSL_CTX_use_certificate(pointer, certificate) : assent_ctx_add_chain(pointer, certificate)
            guard done == 1 else {
                throw .unusable("the certificate", reason: OpenSSLErrors.take(or: "it is refused"))
            }
            if leaf == nil { leaf = Certificate(certificate) }
        }
        try PEMReader(privateKey).withPrivateKey("the private key") { (key) throws(TLSError) in
            guard let certificate = SSL_CTX_get0_certificate(pointer),
                X509_check_private_key(certificate, key) == 1
            else { throw .keyOfAnother }
            guard SSL_CTX_use_PrivateKey(pointer, key) == 1, SSL_CTX_check_private_key(pointer) == 1 else {
                throw .unusable("the private key", reason: OpenSSLErrors.take(or: "it is refused"))
            }
        }
        guard let leaf else { preconditionFailure("a file without certificates was refused") }
        return leaf
    }

    /// Trusts authorities.
    ///
    /// - Parameter announced: Whether the other side is told their names, so that it can choose a certificate.
    /// - Returns: The second (since 1970) at which the first of them ends.
    @discardableResult
    func trust(authorities: [UInt8], announced: Bool) throws(TLSError) -> Int64? {
        var endSecond: Int64?
        guard let store = SSL_CTX_get_cert_store(pointer) else { throw .unavailable("a store of certificates") }
        try PEMReader(authorities).forEachCertificate("the authorities' file") { (certificate) throws(TLSError) in
            guard X509_STORE_add_cert(store, certificate) == 1,
                !announced || SSL_CTX_add_client_CA(pointer, certificate) == 1
            else { throw .unusable("an authority", reason: OpenSSLErrors.take(or: "it is refused")) }
            let second = Int64(assent_unix_time(X509_get0_notAfter(certificate)))
            endSecond = min(endSecond ?? second, second)
        }
        return endSecond
    }

    /// Refuses what is on revocation lists.
    ///
    /// - Returns: The second (since 1970) at which the first of them ends to count; nil where none says.
    func refuse(revoked lists: [UInt8]) throws(TLSError) -> Int64? {
        guard let store = SSL_CTX_get_cert_store(pointer) else { throw .unavailable("a store of certificates") }
        var endSecond: Int64?
        try PEMReader(lists).forEachRevocationList("the revocation list") { (list) throws(TLSError) in
            guard X509_STORE_add_crl(store, list) == 1 else {
                throw .unusable("the revocation list", reason: OpenSSLErrors.take(or: "it is refused"))
            }
            let second = Int64(assent_unix_time(X509_CRL_get0_nextUpdate(list)))
            if second != 0 { endSecond = min(endSecond ?? second, second) }
        }
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
        return endSecond
    }

    /// The trusted authorities that none of the lists is by: who has a certificate that one of them has issued itself
    /// is refused, since nobody can say whether it was revoked.
    ///
    /// - Returns: Their names, in the order of the file.
    func unlisted(among authorities: [UInt8], lists: [UInt8]) throws(TLSError) -> [String] {
        var names: [String] = []
        try PEMReader(authorities).forEachCertificate("the authorities' file") { (certificate) throws(TLSError) in
            var isListed = false
            try PEMReader(lists).forEachRevocationList("the revocation list") { (list) throws(TLSError) in
                if assent_is_list_of(list, certificate) == 1 { isListed = true }
            }
            if !isListed { names.append(Certificate.subject(of: certificate)) }
        }
        OpenSSLErrors.clear()
        return names
    }
}
