public import Domain

/// Where an engine's state came from when it was opened.
public struct RecoverySource: Equatable, Sendable {
    /// The snapshot that was used, by its newest record; `nil` when all records were replayed.
    public internal(set) var snapshotLSN: LogSequenceNumber?
    /// Newer snapshots that could not be used, newest first, and why.
    public internal(set) var problems: [String] = []
    /// Microseconds that reading the snapshot took.
    public internal(set) var snapshotMicroseconds: UInt64 = 0
}
