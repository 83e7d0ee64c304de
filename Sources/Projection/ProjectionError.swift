public import Journal
public import Platform
internal import GRDB
internal import GRDBSQLite

/// Why the projection cannot follow or answer. Nothing is lost by it: the journal has everything.
public enum ProjectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// SQLite refused: its result code (sqlite3.h) and its words.
    case sqlite(code: Int32, message: String)
    /// The file could not be made, opened or removed.
    case file(PlatformError)
    /// The file is not what this program wrote: it has to be made anew.
    case unusable(String)
    /// The journal could not be read.
    case journal(JournalError)
    /// A record is none that this program knows.
    case record(lsn: UInt64, detail: String)
    /// The disk has no more room than the journal may need.
    case spaceReserved(free: UInt64, reserve: UInt64)
    /// There is nothing to ask yet: the file is being opened or made anew.
    case notReady
    /// Answering would take longer than a question may.
    case outOfTime(milliseconds: Int64)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .sqlite(let code, let message): "SQLite: \(message) (result code \(code))"
        case .file(let error): "\(error)"
        case .unusable(let reason): "the file must be made anew: \(reason)"
        case .journal(let error): "\(error)"
        case .record(let lsn, let detail): "record \(lsn) cannot be read: \(detail)"
        case .spaceReserved(let free, let reserve):
            "\(free) bytes are free, and \(reserve) are left for the journal"
        case .notReady: "the projection is being opened"
        case .outOfTime(let milliseconds): "the question takes longer than \(milliseconds) ms"
        }
    }

    /// Whether the file is certainly not what was written.
    var isDamage: Bool {
        switch self {
        case .unusable: true
        case .sqlite(let code, _): code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB
        case .file, .journal, .record, .spaceReserved, .notReady, .outOfTime: false
        }
    }

    /// Whether only a new file helps.
    var needsNewFile: Bool {
        switch self {
        case .unusable: true
        case .sqlite(let code, _):
            switch code & 0xFF {
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_SCHEMA,
                SQLITE_FORMAT:
                true
            default: false
            }
        case .file, .journal, .record, .spaceReserved, .notReady, .outOfTime: false
        }
    }
}

/// Runs what throws GRDB's errors, and gives them as ours.
func translated<Result>(_ body: () throws -> Result) throws(ProjectionError) -> Result {
    do {
        return try body()
    } catch let error as ProjectionError {
        throw error
    } catch let error as DatabaseError {
        throw .sqlite(code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
    } catch {
        throw .unusable("\(error)")
    }
}
