public import Audit
public import Cryptography
public import Journal
public import Platform

/// Why a backup is not made, not believed or not restored.
public enum BackupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kernel refused.
    case storage(PlatformError)
    /// OpenSSL refused.
    case cryptography(CryptographyError)
    /// The journal that should be backed up, or that was restored, is not what was written.
    case journal(JournalError)
    /// What was restored is not what was signed, or what is signed cannot be read.
    case audit(AuditError)
    /// The file with the key cannot be used.
    case unusableKey(String)
    /// The repository is of another key.
    case otherKey(path: String, needed: String, given: String)
    /// There is no repository in the directory, or something else.
    case notARepository(path: String, finding: String)
    /// A file of the repository is not what was written.
    case damaged(file: String, byte: UInt64, finding: String)
    /// A file of the repository is missing.
    case missing(file: String)
    /// There is no such backup.
    case noBackup(String)
    /// The journal does not go on from what is backed up, or records are gone that no backup has.
    case gap(String)
    /// The record or time is not in the backup.
    case outOfReach(String)
    /// The directory is not empty.
    case notEmpty(path: String, name: String)
    /// Another restore into the directory was begun.
    case otherRestore(path: String, wanted: String, begun: String)
    /// The file system has not room enough.
    case noRoom(path: String, needed: UInt64, free: UInt64)
    /// The daemon did not say what it was asked.
    case daemon(String)
    /// What was asked for cannot be: says why, and what could.
    case refused(String)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .cryptography(let error): "\(error)"
        case .journal(let error): "\(error)"
        case .audit(let error): "\(error)"
        case .unusableKey(let problem): "the backup key: \(problem)"
        case .otherKey(let path, let needed, let given):
            "\(path) is encrypted with the key \(needed), and the key given is \(given)"
        case .notARepository(let path, let finding): "\(path) is no directory of backups: \(finding)"
        case .damaged(let file, let byte, let finding): "\(file) is damaged at byte \(byte): \(finding)"
        case .missing(let file): "\(file) is missing"
        case .noBackup(let problem): problem
        case .gap(let problem): problem
        case .outOfReach(let problem): problem
        case .notEmpty(let path, let name):
            "\(path) is not empty (there is \(name)): a backup is restored into an empty directory only"
        case .otherRestore(let path, let wanted, let begun):
            "in \(path) a restore of \(begun) was begun, and this is \(wanted): finish that one, or empty the directory"
        case .noRoom(let path, let needed, let free): "\(path) has \(free) bytes free, and \(needed) are needed"
        case .daemon(let problem): problem
        case .refused(let problem): problem
        }
    }
}

/// Runs what the kernel may refuse.
func kernel<Result: ~Copyable>(_ body: () throws(PlatformError) -> Result) throws(BackupError) -> Result {
    do throws(PlatformError) { return try body() } catch { throw .storage(error) }
}

/// Lends the bytes of an array; the standard library's function of this kind does not say what it throws.
func lend(_ bytes: [UInt8], to body: (UnsafeRawBufferPointer) throws(BackupError) -> Void) throws(BackupError) {
    let outcome = bytes.withUnsafeBytes { bytes in
        Result { () throws(BackupError) in try body(bytes) }
    }
    try outcome.get()
}
