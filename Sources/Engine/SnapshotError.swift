public import Journal
public import Platform

/// Why no snapshot was made. What is served and what is durable stays as it was.
public enum SnapshotError: Error, Equatable, Sendable {
    /// The engine was opened without a storage for snapshots.
    case noStorage
    /// One is being made.
    case running
    /// The configuration was changed again and again meanwhile; try later.
    case configurationChanging
    /// The storage refused.
    case storage(PlatformError)
    /// The journal has stopped, or a record that is needed is gone.
    case journal(JournalError)
}

extension SnapshotError: CustomStringConvertible {
    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .noStorage: "there is no place for snapshots"
        case .running: "a snapshot is being made already"
        case .configurationChanging: "the configuration was changed while the snapshot was made, several times"
        case .storage(let error): "snapshot: \(error)"
        case .journal(let error): "snapshot: \(error)"
        }
    }
}
