public import Domain

/// Where a journal is not what the core makes of it.
public struct ReexecutionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first record that is not as it should be.
    public let lsn: LogSequenceNumber
    /// What is wrong with it.
    public let finding: Finding

    /// What can be wrong with a record.
    public enum Finding: Equatable, Sendable {
        /// It cannot be read.
        case unreadable(String)
        /// It is of a change that could not have been made when it says so.
        case impossible(String)
        /// It is of a decision that is another by the core: what is recorded, and what it should be.
        case differs(recorded: String, now: String)
    }

    /// One sentence with the record.
    public var description: String {
        switch finding {
        case .unreadable(let problem): "record \(lsn) cannot be read: \(problem)"
        case .impossible(let problem): "record \(lsn) could not have come about: \(problem)"
        case .differs(let recorded, let now): "record \(lsn) says: \(recorded); by the core it is: \(now)"
        }
    }
}
