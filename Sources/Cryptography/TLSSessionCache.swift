private import COpenSSL

/// The latest session that a client may go on with.
final class TLSSessionCache: Sendable {
    // SAFETY: read and replaced under the library's own lock alone.
    private nonisolated(unsafe) var session: OpaquePointer?
    // SAFETY: made once, never changed.
    private nonisolated(unsafe) let lock = CRYPTO_THREAD_lock_new()

    deinit {
        SSL_SESSION_free(session)
        CRYPTO_THREAD_lock_free(lock)
    }

    func resume(_ connection: TLSSession) {
        guard CRYPTO_THREAD_write_lock(lock) == 1 else { return }
        defer { CRYPTO_THREAD_unlock(lock) }
        // The library counts the reference. A ticket is used once: a second connection takes the next one.
        if let session, SSL_SESSION_is_resumable(session) == 1 { SSL_set_session(connection.pointer, session) }
    }

    func keep(_ connection: TLSSession) {
        guard let newest = SSL_get1_session(connection.pointer) else { return }
        guard SSL_SESSION_is_resumable(newest) == 1, CRYPTO_THREAD_write_lock(lock) == 1 else {
            SSL_SESSION_free(newest)
            return
        }
        SSL_SESSION_free(session)
        session = newest
        CRYPTO_THREAD_unlock(lock)
    }
}
