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

    /// The newest error in the library's words with what it was about, and empties the queue.
    static func takeWithDetails(or otherwise: String) -> String {
        var details: UnsafePointer<CChar>?
        var flags: Int32 = 0
        let code = ERR_peek_last_error_all(nil, nil, nil, &details, &flags)
        let isText = flags & ERR_TXT_STRING != 0
        let suffix = isText ? details.map { String(cString: $0) } ?? "" : ""
        guard code != 0, let reason = ERR_reason_error_string(code) else {
            ERR_clear_error()
            return otherwise
        }
        let words = String(cString: reason) + (suffix.isEmpty ? "" : " (\(suffix))")
        ERR_clear_error()
        return words
    }
}
