public import Platform

/// Why a journal cannot be opened, written or read.
public enum JournalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The storage refused. After a failed write or synchronization the contents are unknown: stop.
    case storage(PlatformError)
    /// Bytes are not what was written. Nothing was changed; restore the file from a copy.
    case corrupt(JournalCorruption)
    /// A segment's file is missing although there are later ones.
    case missingSegment(name: String)
    /// A file was written by a program with another format.
    case unknownFormat(segment: String, version: UInt32)
    /// The journal carries another mark than the owner expects.
    case otherVariant(found: UInt32, expected: UInt32)
    /// The owner of the state refused a record while it was replayed.
    case refused(lsn: UInt64, reason: String)
    /// No such record, or none yet that is durable.
    case notFound(lsn: UInt64)
    /// The disk has no room for the next segment; nothing was appended.
    case outOfSpace
    /// The journal has failed or is closed; nothing more becomes durable.
    case stopped

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .storage(let error): "journal: \(error)"
        case .corrupt(let corruption): "journal: \(corruption)"
        case .missingSegment(let name): "journal: the segment \(name) is missing"
        case .unknownFormat(let segment, let version):
            "journal: \(segment) has format version \(version), which this program does not know"
        case .otherVariant(let found, let expected):
            "journal: it is marked \(found), and \(expected) is expected"
        case .refused(let lsn, let reason): "journal: record \(lsn) cannot be applied: \(reason)"
        case .notFound(let lsn): "journal: there is no durable record \(lsn)"
        case .outOfSpace: "journal: there is no room for its next file"
        case .stopped: "journal: it has stopped"
        }
    }
}

/// A place in a journal that is not what was written there, and what was found.
public struct JournalCorruption: Equatable, Sendable, CustomStringConvertible {
    /// The file's name.
    public let segment: String
    /// Bytes from the file's start.
    public let offset: UInt64
    /// The log sequence number that was expected there.
    public let lsn: UInt64
    /// What was found, in words.
    public let finding: String

    /// One line, without a full stop.
    public var description: String {
        "corrupt at byte \(offset) of \(segment), where record \(lsn) was expected: \(finding)"
    }
}
