/// How far something is that takes its time.
public struct BackupProgress: Equatable, Sendable {
    /// What is being done.
    public enum Phase: String, Sendable {
        /// Segments are encrypted into the repository, or compared with what it has.
        case copying
        /// Segments are read from the repository and checked.
        case verifying
        /// Segments are decrypted into a data directory.
        case restoring
        /// What was restored is read again, as a start would.
        case checking
    }

    /// What is being done.
    public var phase: Phase
    /// The newest record that it came to.
    public var lsn: UInt64
    /// The record that it goes to.
    public var lastLSN: UInt64
    /// Bytes read or written by now.
    public var byteCount: UInt64

    /// Joins the fields.
    public init(phase: Phase, lsn: UInt64, lastLSN: UInt64, byteCount: UInt64) {
        self.phase = phase
        self.lsn = lsn
        self.lastLSN = lastLSN
        self.byteCount = byteCount
    }
}

/// Told how far it is, several times a second; may take its time, to leave the disk to others, and stop it by throwing.
public typealias BackupWatcher = (BackupProgress) throws(BackupError) -> Void
