private import COpenSSL

/// The library's queue of errors, one for each thread.
enum OpenSSLErrors {
    /// Empties it: to be called before whatever is judged by it.
    static func clear() { ERR_clear_error() }

    /// The newest error in the library's words, and empties the queue.
    static func take(or otherwise: String) -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return otherwise }
        return String(cString: reason)
    }
}
