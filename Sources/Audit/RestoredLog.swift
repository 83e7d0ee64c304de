internal import Platform

/// The mark of an audit log that came from a backup: nobody here knows whether more was signed after it, and one name
/// never has two histories.
public enum RestoredLog {
    private static let name = "restored"

    /// Marks a log, durably.
    ///
    /// - Parameters:
    ///   - directory: DATA/audit.
    ///   - text: What was restored; one line.
    public static func mark(_ directory: String, _ text: String) throws(AuditError) {
        try AuditFiles(directory).replace(name, with: Array((text + "\n").utf8), isDurable: true)
    }

    /// What was restored, when the log is marked.
    static func mark(in files: AuditFiles) throws(AuditError) -> String? {
        guard let bytes = try files.contents(name) else { return nil }
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }
}

extension HistoryCheck {
    /// That the log did not come from a backup; `audit accept-restore` ends one that did.
    ///
    /// - Throws: `.restored`.
    public func checkNotRestored() throws(AuditError) {
        if let text = try restoredMark() { throw .restored(text) }
    }
}
