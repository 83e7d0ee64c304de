private import COpenSSL

/// What is to be known of a certificate (X.509, RFC 5280).
public struct Certificate: Equatable, Sendable {
    /// The subject alternative names, in the certificate's order; others than URI and DNS are left out. None where
    /// there are more than 64: one of those that were not looked at could stand for somebody else.
    public let names: [CertificateName]
    /// From when it counts, in seconds since 1970.
    public let beginSecond: Int64
    /// Until when it counts, in seconds since 1970.
    public let endSecond: Int64
    /// The SHA-256 digest of its encoding.
    public let fingerprint: SHA256Digest

    /// More names than anybody needs.
    static let nameCountMax = 64

    /// Looks at a certificate of the library's.
    init(_ certificate: OpaquePointer) {
        var names: [CertificateName] = []
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: CertificateName.byteCountMax + 1) { text in
            // SAFETY: the buffer's own address and size; what comes back ends with a zero.
            guard let start = text.baseAddress else { return }
            for index in 0...Self.nameCountMax {
                let kind = assent_alternative_name(certificate, Int32(index), start, Int32(text.count))
                if kind < 0 { break }
                if index == Self.nameCountMax { return names = [] }
                let name: CertificateName? =
                    switch kind {
                    case GEN_URI: CertificateName(.uri, String(cString: start))
                    case GEN_DNS: CertificateName(.dns, String(cString: start))
                    default: nil
                    }
                if let name { names.append(name) }
            }
        }
        self.names = names
        beginSecond = Int64(assent_unix_time(X509_get0_notBefore(certificate)))
        endSecond = Int64(assent_unix_time(X509_get0_notAfter(certificate)))
        var digest = SHA256Digest()
        var count: UInt32 = 0
        let done = digest.withMutableBytes {
            X509_digest(certificate, EVP_sha256(), $0.baseAddress?.assumingMemoryBound(to: UInt8.self), &count)
        }
        precondition(done == 1 && count == 32, "OpenSSL digests a certificate")
        fingerprint = digest
    }

    /// The subject's name of a certificate of the library's, as in `/O=Example/CN=Gateways`; cut beyond 255 bytes.
    static func subject(of certificate: OpaquePointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            // SAFETY: the buffer's own address and size; what comes back ends with a zero.
            guard let start = text.baseAddress,
                X509_NAME_oneline(X509_get_subject_name(certificate), start, Int32(text.count)) != nil
            else { return "" }
            return String(cString: start)
        }
    }
}
