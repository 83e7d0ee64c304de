private import COpenSSL

/// One TLS connection without its socket: sealed bytes go in and come out, on one thread at a time.
///
/// Whoever owns it gives what came from the socket to `receive`, takes what must go there with `takeOutput` after each
/// call, and reads and writes in the clear once `handshake` is done.
public final class TLSSession {
    /// Why a session cannot go on. It has an alert to send still.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// The library's words, or what is wrong with the peer's certificate.
        public let description: String
        /// Whether it is the peer's certificate that was not good.
        public let isCertificate: Bool
    }

    /// How far the handshake is.
    public enum Progress: Equatable, Sendable {
        /// More must come from the peer.
        case needsInput
        /// Both sides know each other.
        case done
        /// It failed.
        case failed(Failure)
    }

    /// What reading came to.
    public enum Reading: Equatable, Sendable {
        /// So many bytes, at least one.
        case bytes(Int)
        /// More must come from the peer.
        case needsInput
        /// The peer said that it sends nothing more.
        case ended
        /// The session is broken.
        case failed(Failure)
    }

    // SAFETY: owned by this object alone, freed in `deinit`; the buffers belong to it.
    let pointer: OpaquePointer

    init(_ context: TLSContextHandle, isServer: Bool) throws(TLSError) {
        guard let pointer = SSL_new(context.pointer) else { throw .unavailable("memory") }
        self.pointer = pointer
        guard assent_ssl_use_buffers(pointer) == 1 else { throw .unavailable("memory") }
        if isServer { SSL_set_accept_state(pointer) } else { SSL_set_connect_state(pointer) }
    }

    deinit {
        // Else the library takes the end for a fault, and nothing goes on with the session.
        SSL_set_shutdown(pointer, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        SSL_free(pointer)
    }

    /// Requires the server's certificate to have a name, and tells the server which.
    func expect(_ host: String) throws(TLSError) {
        // An address is in no server name indication (RFC 6066, section 3).
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(pointer), host) == 1 { return }
        OpenSSLErrors.clear()
        guard SSL_set1_host(pointer, host) == 1, assent_ssl_set_name(pointer, host) == 1 else {
            throw .unusable("the server's name \(host)", reason: "it is no name of a host")
        }
    }

    // MARK: Sealed bytes

    /// Takes bytes that came from the socket.
    public func receive(_ bytes: UnsafeRawBufferPointer) {
        var done = 0
        // SAFETY: the part of the caller's buffer that is not taken yet.
        while done < bytes.count, let start = bytes.baseAddress {
            let count = BIO_write(SSL_get_rbio(pointer), start + done, Int32(clamping: bytes.count - done))
            precondition(count > 0, "a buffer in memory takes every byte")
            done += Int(count)
        }
    }

    /// How many bytes wait for the socket.
    public var outputByteCount: Int { BIO_ctrl_pending(SSL_get_wbio(pointer)) }

    /// Moves bytes that wait for the socket.
    ///
    /// - Returns: How many.
    public func takeOutput(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard !buffer.isEmpty else { return 0 }
        // SAFETY: the buffer's own address and size.
        return Int(max(0, BIO_read(SSL_get_wbio(pointer), buffer.baseAddress, Int32(clamping: buffer.count))))
    }

    // MARK: Handshake

    /// Goes as far as the bytes that came allow.
    public func handshake() -> Progress {
        OpenSSLErrors.clear()
        let result = SSL_do_handshake(pointer)
        if result == 1 { return .done }
        switch SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        default: return .failed(failure())
        }
    }

    /// Whether it goes on with an earlier session.
    public var isResumed: Bool { SSL_session_reused(pointer) == 1 }

    /// The version that was agreed on, such as `TLSv1.3`.
    public var version: String { String(cString: SSL_get_version(pointer)) }

    /// The suite that was agreed on.
    public var suite: String {
        SSL_get_current_cipher(pointer).map { String(cString: SSL_CIPHER_get_name($0)) } ?? "none"
    }

    /// The peer's certificate, which was found good; nil where it showed none.
    public var peer: Certificate? {
        guard let certificate = SSL_get1_peer_certificate(pointer) else { return nil }
        defer { X509_free(certificate) }
        return Certificate(certificate)
    }

    // MARK: In the clear

    /// Reads what has come.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Reading {
        precondition(!buffer.isEmpty, "reading needs room")
        OpenSSLErrors.clear()
        // SAFETY: the buffer's own address and size.
        let count = SSL_read(pointer, buffer.baseAddress, Int32(clamping: buffer.count))
        if count > 0 { return .bytes(Int(count)) }
        switch SSL_get_error(pointer, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(failure())
        }
    }

    /// Seals bytes for the peer; the handshake must be done.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var done = 0
        // SAFETY: the part of the caller's buffer that is not sealed yet.
        while done < bytes.count, let start = bytes.baseAddress {
            OpenSSLErrors.clear()
            let count = SSL_write(pointer, start + done, Int32(clamping: bytes.count - done))
            guard count > 0 else { throw failure() }
            done += Int(count)
        }
    }

    /// Says to the peer that nothing more is sent.
    public func finish() {
        OpenSSLErrors.clear()
        _ = SSL_shutdown(pointer)
        OpenSSLErrors.clear()
    }

    /// The library's words for what is wrong with a certificate.
    static func words(for verdict: Int) -> String { String(cString: X509_verify_cert_error_string(verdict)) }

    private func failure() -> Failure {
        let verdict = SSL_get_verify_result(pointer)
        if verdict != X509_V_OK {
            OpenSSLErrors.clear()
            return Failure(description: Self.words(for: verdict), isCertificate: true)
        }
        let isMissing = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE
        return Failure(description: OpenSSLErrors.take(or: "the peer broke off"), isCertificate: isMissing)
    }
}
