private import COpenSSL

/// What a time-stamping authority answers (RFC 3161, section 2.4.2): a token, which says that a digest was there at a
/// time.
public struct TimestampReply: Equatable, Sendable {
    /// What a token says, once it was verified.
    public struct Statement: Equatable, Sendable {
        /// When the digest was there, in seconds since 1970, by the authority's clock.
        public let second: Int64
        /// The subject of the authority's certificate (RFC 2253).
        public let authority: String
        /// The authority's number of the token, in hexadecimal digits.
        public let serial: String
    }

    /// The most bytes that a reply is taken with.
    public static let byteCountMax = 64 << 10
    private static let what = "time-stamp reply"

    /// The reply in DER.
    public let encoded: [UInt8]

    /// Takes a reply as it came, of the type `application/timestamp-reply`.
    public init(_ bytes: [UInt8]) { encoded = bytes }

    /// Checks that a trusted authority has signed the digest, and what it says.
    ///
    /// The authority's certificate must have been valid when it signed, for time stamps alone, and must come from an
    /// authority that is trusted. Whether it was revoked is not looked at.
    ///
    /// - Parameters:
    ///   - request: What was asked, if the reply is new: its number must be in the token.
    ///   - authorities: Certificates that are trusted, in PEM.
    /// - Throws: Says what is wrong.
    public func verify(
        _ digest: SHA256Digest,
        request: TimestampRequest? = nil,
        authorities: [UInt8]
    ) throws(TimestampError) -> Statement {
        let reply = try Handle(encoded)
        try check(reply, against: try TimestampRequestHandle(digest: digest, nonce: nil), authorities)
        if let request {
            try check(reply, against: try TimestampRequestHandle(parsing: request.encoded), authorities)
        }
        return try reply.statement()
    }

    private func check(
        _ reply: Handle,
        against asked: TimestampRequestHandle,
        _ authorities: [UInt8]
    ) throws(TimestampError) {
        // It compares what was asked: the digest, and the number where there is one.
        guard let context = TS_REQ_to_TS_VERIFY_CTX(asked.pointer, nil) else { throw .unavailable("time stamps") }
        defer { TS_VERIFY_CTX_free(context) }
        try trust(authorities, at: try reply.second(), context)
        TS_VERIFY_CTX_add_flags(context, Int32(TS_VFY_SIGNATURE))
        OpenSSLErrors.clear()
        guard TS_RESP_verify_response(context, reply.pointer) == 1 else {
            throw .refused(OpenSSLErrors.takeWithDetails(or: "it cannot be verified"))
        }
    }

    private func trust(_ authorities: [UInt8], at second: Int64, _ context: OpaquePointer) throws(TimestampError) {
        // The context owns it from here on.
        guard let store = X509_STORE_new(), TS_VERIFY_CTX_set_store(context, store) == store,
            let parameters = X509_STORE_get0_param(store)
        else { throw .unavailable("a store of certificates") }
        X509_VERIFY_PARAM_set_time(parameters, time_t(second))
        // No RSA below 2,048 bits, no elliptic curve below 224, no SHA-1 in certificates' signatures.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        do throws(TLSError) {
            try PEMReader(authorities).forEachCertificate("the authorities' file") { (certificate) throws(TLSError) in
                guard X509_STORE_add_cert(store, certificate) == 1 else {
                    throw .unusable("an authority", reason: OpenSSLErrors.take(or: "it is refused"))
                }
            }
        } catch {
            throw .noAuthorities(error)
        }
    }

    /// The library's reply.
    private final class Handle {
        let pointer: OpaquePointer

        init(_ bytes: [UInt8]) throws(TimestampError) {
            guard bytes.count <= TimestampReply.byteCountMax else {
                throw .malformed(what: TimestampReply.what, problem: "it has more than 64 KiB")
            }
            OpenSSLErrors.clear()
            var consumed = 0
            let reply = bytes.withUnsafeBufferPointer { buffer in
                var position = buffer.baseAddress
                let reply = d2i_TS_RESP(nil, &position, buffer.count)
                if let position, let start = buffer.baseAddress { consumed = position - start }
                return reply
            }
            guard let reply else {
                throw .malformed(what: TimestampReply.what, problem: OpenSSLErrors.take(or: "it cannot be read"))
            }
            pointer = reply
            guard consumed == bytes.count else {
                throw .malformed(what: TimestampReply.what, problem: "there are bytes behind it")
            }
        }

        deinit { TS_RESP_free(pointer) }

        /// What the token says, not verified; where there is no token, verifying says why.
        private func information() throws(TimestampError) -> OpaquePointer {
            guard let information = TS_RESP_get_tst_info(pointer) else {
                throw .refused("the authority has given no token" + statusText)
            }
            return information
        }

        private var statusText: String {
            guard let status = TS_RESP_get_status_info(pointer), let number = TS_STATUS_INFO_get0_status(status) else {
                return ""
            }
            return ", with status \(ASN1_INTEGER_get(number))"
        }

        func second() throws(TimestampError) -> Int64 {
            let second = Int64(assent_unix_time(TS_TST_INFO_get_time(try information())))
            guard second > 0 else { throw .malformed(what: TimestampReply.what, problem: "it has no time") }
            return second
        }

        func statement() throws(TimestampError) -> Statement {
            guard let token = TS_RESP_get_token(pointer) else { throw .refused("there is no token") }
            let authority = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
                // SAFETY: the buffer's own address and size; what comes back ends with a zero.
                guard let start = text.baseAddress else { return "" }
                return assent_timestamp_signer(token, start, Int32(text.count)) > 0 ? String(cString: start) : ""
            }
            return Statement(second: try second(), authority: authority, serial: try serial())
        }

        private func serial() throws(TimestampError) -> String {
            guard let number = TS_TST_INFO_get_serial(try information()),
                let large = ASN1_INTEGER_to_BN(number, nil)
            else { throw .malformed(what: TimestampReply.what, problem: "it has no number") }
            defer { BN_free(large) }
            guard let digits = BN_bn2hex(large) else { throw .unavailable("memory") }
            defer { CRYPTO_free(digits, "", 0) }
            return String(cString: digits)
        }
    }
}
