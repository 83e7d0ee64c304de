internal import Cryptography
public import Journal
internal import Platform

/// A journal, what was signed over it, and the secret that its closed parts are opened with.
public struct AuditedJournal: Sendable {
    let files: AuditFiles
    let saltKeyPath: String
    private let storage: any JournalStorage
    let identity: JournalIdentity

    /// - Parameters:
    ///   - directory: DATA/audit.
    ///   - saltKeyPath: DATA/salt.key; read when records are hashed again or closed parts are opened.
    ///   - storage: Where the journal's files are.
    ///   - identity: The journal's.
    /// - Throws: `.storage`, when the directory cannot be used.
    public init(
        directory: String,
        saltKeyPath: String,
        storage: any JournalStorage,
        identity: JournalIdentity
    ) throws(AuditError) {
        files = try AuditFiles(directory)
        self.saltKeyPath = saltKeyPath
        self.storage = storage
        self.identity = identity
    }

    /// Whether others than the daemon's user may read the salt key.
    var isSaltKeyOpen: Bool { FileSystem.isOpenToOthers(saltKeyPath) }

    /// What makes the tree's entries from records.
    ///
    /// - Parameter configuration: The digest over the configuration behind the record before the first one to come.
    func entryMaker(configuration: SHA256Digest = .zero) throws(AuditError) -> EntryMaker {
        try EntryMaker(try SaltKey(path: saltKeyPath, of: files), journal: identity, configuration: configuration)
    }

    /// Visits records in order.
    func read(
        from first: UInt64,
        to last: UInt64,
        visit: (JournalRecordView) -> ScanStep
    ) throws(AuditError) {
        var follower = JournalFollower(storage, identity: identity, from: first)
        do throws(JournalError) {
            try follower.read(upTo: last, visit: visit)
        } catch {
            throw .journal(error)
        }
    }
}
