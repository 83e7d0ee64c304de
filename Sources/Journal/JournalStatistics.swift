/// What a journal has done since it was opened.
public struct JournalStatistics: Equatable, Sendable {
    /// Group commits.
    public var commits: UInt64 = 0
    /// Records made durable.
    public var records: UInt64 = 0
    /// Bytes written, with headers and padding.
    public var bytes: UInt64 = 0
    /// Microseconds from taking over the buffer to durable, in the last commit.
    public var lastCommitMicroseconds: UInt64 { UInt64((latestCommit.durableAt - latestCommit.takenAt) / 1_000) }
    /// The longest of these.
    public var maxCommitMicroseconds: UInt64 = 0
    /// When the last commit did what.
    public var latestCommit = CommitTimes()
    /// Times that less was taken in because the next segment was not prepared yet.
    public var segmentWaits: UInt64 = 0
    /// Why the next segment could not be prepared at the last attempt that ended; nil when it could.
    public var preparationProblem: String?
}

/// When one group commit did what, in nanoseconds of the monotonic clock.
public struct CommitTimes: Equatable, Sendable {
    /// The last record that it made durable; 0 for none.
    public var lastLSN: UInt64 = 0
    /// When it took the filled buffer over.
    public var takenAt: Int64 = 0
    /// When the block was written.
    public var writtenAt: Int64 = 0
    /// When it was durable.
    public var durableAt: Int64 = 0
}

/// What opening a journal found.
public struct RecoveryReport: Equatable, Sendable {
    /// Records replayed.
    public var records: UInt64 = 0
    /// The first of them.
    public var firstLSN: UInt64 = 1
    /// Blocks they came in.
    public var blocks: UInt64 = 0
    /// Bytes of these blocks.
    public var bytes: UInt64 = 0
    /// Segments, with the prepared one.
    public var segments: Int = 0
    /// Bytes of a torn last write that were dropped; nobody was told that they are durable.
    public var tornTailByteCount: UInt64 = 0
    /// Whether the journal was closed in order; false after a crash, and for a new journal.
    public var wasClosed = false
    /// Whether there was no journal before.
    public var isNew = false
}
