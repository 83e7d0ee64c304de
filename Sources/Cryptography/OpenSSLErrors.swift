private import COpenSSL

/// The library's queue of errors, one for each thread.
enum OpenSSLErrors {
    /// Empties it: to be called before whatever is judged by it.
    static func clear() { ERR_clear_error() }

    /// The newest error in the library's words, and empties the queue.
    static func take(or otherwise: String) -> String { taken()?.words ?? otherwise }

    /// The newest error in the library's words with what it was about, and empties the queue.
    static func takeWithDetails(or otherwise: String) -> String {
        guard let (words, details) = taken() else { return otherwise }
        return details.isEmpty ? words : "\(words) (\(details))"
    }

    private static func taken() -> (words: String, details: String)? {
        var details: UnsafePointer<CChar>?
        var flags: Int32 = 0
        let code = ERR_peek_last_error_all(nil, nil, nil, &details, &flags)
        // What it was about lies in the queue.
        defer { ERR_clear_error() }
        guard code != 0, let reason = ERR_reason_error_string(code) else { return nil }
        let isText = flags & ERR_TXT_STRING != 0
        return (String(cString: reason), isText ? details.map { String(cString: $0) } ?? "" : "")
    }
}
