private import COpenSSL

/// What a time-stamping authority is asked (RFC 3161, section 2.4.1): to sign a SHA-256 digest with the time.
public struct TimestampRequest: Equatable, Sendable {
    /// The most bytes that a request is taken with.
    public static let byteCountMax = 4_096
    fileprivate static let what = "time-stamp request"

    /// The request in DER, as it is sent with the type `application/timestamp-query`.
    public let encoded: [UInt8]

    /// Asks with a number that nobody can foresee, so that an older answer is none to it, and for the certificate.
    ///
    /// - Throws: `.unavailable`.
    public init(asking digest: SHA256Digest) throws(TimestampError) {
        var nonce: UInt64 = 0
        let drawn = withUnsafeMutableBytes(of: &nonce) {
            RAND_bytes($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count))
        }
        guard drawn == 1 else { throw .unavailable("random numbers") }
        let request = try TimestampRequestHandle(digest: digest, nonce: nonce)
        encoded = try request.encoded()
    }

    /// Reads a request.
    ///
    /// - Throws: `.malformed`.
    public init(parsing bytes: [UInt8]) throws(TimestampError) {
        guard bytes.count <= Self.byteCountMax else { throw .malformed(what: Self.what, problem: "it is too long") }
        guard try TimestampRequestHandle(parsing: bytes).encoded() == bytes else {
            throw .malformed(what: Self.what, problem: "it is not as it would have been written")
        }
        encoded = bytes
    }
}

/// The library's request.
final class TimestampRequestHandle {
    let pointer: OpaquePointer

    /// - Parameter nonce: What the answer must repeat; nil for any answer.
    init(digest: SHA256Digest, nonce: UInt64?) throws(TimestampError) {
        guard let request = TS_REQ_new() else { throw .unavailable("memory") }
        pointer = request
        guard let imprint = TS_MSG_IMPRINT_new(), let algorithm = X509_ALGOR_new() else {
            throw .unavailable("memory")
        }
        defer {
            TS_MSG_IMPRINT_free(imprint)
            X509_ALGOR_free(algorithm)
        }
        var bytes = digest.bytes
        // The library has copies of both.
        guard X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nil) == 1,
            TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1,
            TS_MSG_IMPRINT_set_msg(imprint, &bytes, Int32(bytes.count)) == 1,
            TS_REQ_set_msg_imprint(request, imprint) == 1, TS_REQ_set_version(request, 1) == 1,
            TS_REQ_set_cert_req(request, 1) == 1
        else { throw .unavailable("time-stamp requests") }
        guard let nonce else { return }
        guard let number = ASN1_INTEGER_new() else { throw .unavailable("memory") }
        defer { ASN1_INTEGER_free(number) }
        guard ASN1_INTEGER_set_uint64(number, nonce) == 1, TS_REQ_set_nonce(request, number) == 1 else {
            throw .unavailable("time-stamp requests")
        }
    }

    init(parsing bytes: [UInt8]) throws(TimestampError) {
        OpenSSLErrors.clear()
        let request = bytes.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            return d2i_TS_REQ(nil, &position, buffer.count)
        }
        guard let request else {
            throw .malformed(what: TimestampRequest.what, problem: OpenSSLErrors.take(or: "it cannot be read"))
        }
        pointer = request
    }

    deinit { TS_REQ_free(pointer) }

    func encoded() throws(TimestampError) -> [UInt8] {
        let count = Int(i2d_TS_REQ(pointer, nil))
        guard count > 0 else { throw .unavailable("time-stamp requests") }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var position = buffer.baseAddress
            written = Int(max(0, i2d_TS_REQ(pointer, &position)))
        }
    }
}
