import Archive
public import Domain

/// Where an engine's state came from when it was opened.
public struct RecoverySource: Equatable, Sendable {
    /// The snapshot that was used, by its newest record; `nil` when all records were replayed.
    public internal(set) var snapshotLSN: LogSequenceNumber?
    /// Newer snapshots that could not be used, newest first, and why.
    public internal(set) var problems: [String] = []
    /// Which archive the snapshot was made with; `nil` where it does not say.
    var archive: ArchiveRequirement?
    /// Whether payments are neither in the snapshot nor in the records after it, so that only the archive has them.
    var hasAbsentPayments = false
    /// Microseconds that reading the snapshot took.
    public internal(set) var snapshotMicroseconds: UInt64 = 0
    /// Microseconds from then on until every record behind it was applied.
    public internal(set) var journalMicroseconds: UInt64 = 0
}
