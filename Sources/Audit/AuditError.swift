public import Journal
public import Merkle
public import Platform

/// Why the audit log does not go on, or why a daemon must not start.
public enum AuditError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kernel refused.
    case storage(PlatformError)
    /// The journal cannot be read.
    case journal(JournalError)
    /// A part of the tree cannot be read, or is not what it should be.
    case tree(MerkleError)
    /// A file of the audit log cannot be used.
    case unusable(String)
    /// The file system is kept for the journal.
    case spaceReserved(free: UInt64, reserve: UInt64)
    /// The journal does not have all that was signed: it was cut off or an older one was put in its place.
    case truncated(journal: UInt64, signed: UInt64)
    /// A record of the journal is not the one that was signed.
    case changed(lsn: UInt64)
    /// The journal is another one than was signed.
    case otherJournal(signed: String, found: String)
    /// All of the journal's records together are not what was signed: another history.
    case forked(size: UInt64)
    /// The log came from a backup, and whether more was signed after it is not known here.
    case restored(String)
    /// The key is not the one that the log goes on with, or has not signed what was signed.
    case otherKey(String)
    /// Records were hashed with a salt key that is not there any more.
    case saltKeyMissing(path: String)
    /// The salt key is not the one that the log's records were hashed with.
    case otherSaltKey(path: String)
    /// There is no such record, or none in a checkpoint yet.
    case notFound(String)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .storage(let error): "audit log: \(error)"
        case .journal(let error): "audit log: \(error)"
        case .tree(let error): "audit log: \(error)"
        case .unusable(let problem): "audit log: \(problem)"
        case .spaceReserved(let free, let reserve):
            "audit log: \(free) bytes are free, and \(reserve) are kept for the journal"
        case .truncated(let journal, let signed):
            "the history was rolled back: the journal ends with record \(journal), and a checkpoint over \(signed) "
                + "records was signed; it was truncated, or an older copy was restored"
        case .changed(let lsn):
            "the history was changed: record \(lsn) of the journal is not the one whose hash was signed"
        case .otherJournal(let signed, let found):
            "the history was replaced: this is journal \(found), and journal \(signed) was signed"
        case .forked(let size):
            "the history was changed: the first \(size) records of the journal do not have the root that was signed"
        case .restored(let text):
            "a backup was restored (\(text)), and more may have been signed after it than is known here"
        case .otherKey(let problem): "the key is not the audit log's: \(problem)"
        case .saltKeyMissing(let path):
            "the salt key \(path) is missing: without it the journal cannot be compared with what was signed; put it "
                + "back from a copy"
        case .otherSaltKey(let path):
            "the salt key \(path) is another than the one that this log was made with (audit/salt-commitment): with it "
                + "the journal cannot be compared with what was signed; put the right one back from a copy"
        case .notFound(let problem): problem
        }
    }

    /// Whether it says that the history is not the one that was signed.
    public var isTampering: Bool {
        switch self {
        case .truncated, .changed, .otherJournal, .forked, .restored: true
        case .storage, .journal, .tree, .unusable, .spaceReserved, .otherKey, .saltKeyMissing, .otherSaltKey, .notFound:
            false
        }
    }
}
