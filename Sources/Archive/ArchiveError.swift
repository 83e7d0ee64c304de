public import Platform

/// Why an archive did not do what it was asked.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The options cannot be used; the text says what would be right.
    case options(String)
    /// The storage refused. What was there before is still there; it may be tried again.
    case storage(PlatformError)
    /// A run was damaged or is missing, or the archive is new beside an older journal: an answer could miss something.
    /// Rebuild it from the journal.
    case incomplete
    /// It is missing, damaged, or not the one that its owner's snapshot needs, and what it would be rebuilt from is
    /// gone. Nothing was changed: put back the archive that belongs to the snapshot.
    case irreplaceable(ArchiveFinding)
    /// The archive has as many runs as it can have.
    case full(runCount: Int)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .options(let text): "archive: \(text)"
        case .storage(let error): "archive: \(error)"
        case .incomplete: "archive: it is incomplete and must be rebuilt from the journal"
        case .irreplaceable(let finding):
            "\(finding); it cannot be rebuilt, because the journal's oldest segments were removed: put back the "
                + "archive, or these segments, from a copy"
        case .full(let runCount): "archive: it has \(runCount) runs, and cannot have more"
        }
    }
}

/// A file of an archive that is not what was written, and what was found.
public struct ArchiveFinding: Equatable, Sendable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// Bytes from the file's start.
    public let offset: UInt64
    /// What was found, in words.
    public let finding: String

    /// One line, without a full stop.
    public var description: String { "archive: \(file), byte \(offset): \(finding)" }
}

/// What reading a run can come to.
enum RunProblem: Error, Equatable {
    case storage(PlatformError)
    case damaged(offset: UInt64, finding: String)
}
