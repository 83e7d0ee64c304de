public import Journal
public import Merkle

/// Where the audit log is, and how it is kept.
public struct AuditOptions: Sendable {
    /// The directory that auditors get a copy of.
    public var directory: String
    /// The file with the salt key, outside of it.
    public var saltKeyPath: String
    /// The key that signs checkpoints; nil: the tree is kept, and nothing is signed.
    public var signer: SignerKey?
    /// What the log is called while there is no key.
    public var unsignedName = "unsigned"
    /// How often a checkpoint is signed, if records came; milliseconds.
    public var intervalMilliseconds: Int64 = 10_000
    /// How often it looks for records when it has all; milliseconds.
    public var pollMilliseconds: Int64 = 50
    /// How long it waits after a failure, doubling; milliseconds.
    public var retryMilliseconds: Int64 = 500
    /// How long stopping may take for records that are not in the tree yet; milliseconds.
    public var stopMilliseconds: Int64 = 1_000
    /// How many records it hashes before it looks around.
    public var recordCountMax: UInt64 = 4_096
    /// Records at the end of what was signed that a start hashes again from the journal.
    public var startCheckRecordCount: UInt64 = 65_536
    /// Space on the file system that is left to the journal: so many bytes, or this share of all of it if that is less.
    public var reserveByteCount: UInt64 = 256 << 20
    /// The share of the file system.
    public var reserveShare: UInt64 = 20

    /// - Parameters:
    ///   - directory: DATA/audit.
    ///   - saltKeyPath: DATA/salt.key.
    public init(directory: String, saltKeyPath: String) {
        self.directory = directory
        self.saltKeyPath = saltKeyPath
    }

    /// The log's name.
    public var origin: String { signer?.verifier.name ?? unsignedName }

    /// The journal that is audited, with what was signed over it.
    ///
    /// - Throws: `.storage`, when the directory cannot be used.
    public func audited(
        _ storage: any JournalStorage,
        _ identity: JournalIdentity
    ) throws(AuditError) -> AuditedJournal {
        try AuditedJournal(directory: directory, saltKeyPath: saltKeyPath, storage: storage, identity: identity)
    }
}
