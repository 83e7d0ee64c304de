import Backup
import Cryptography
import Domain
import Logging
import Platform
import Service

/// Keeps the journal's files for backups: all of them while one is being made, and those that are not in every
/// directory of backups yet.
///
/// What is in which directory is in DATA-DIR/backups, see `BackedUpRecords`.
final class BackupHolds: BackupKeeper {
    private struct Held {
        var records = BackedUpRecords()
        /// By the monotonic clock, nanoseconds.
        var until: Int64 = 0
    }

    static let repositoryCountMax = 16

    private let path: String
    private let held: Locked<Held>
    /// Held while the file is written, which may wait for the disk; the other lock is not.
    private let writing = Locked<Void>(())

    /// Reads what is backed up. A line that cannot be read keeps every file, and is said.
    init(dataDirectory: String, logger: Logger) throws(PlatformError) {
        path = "\(dataDirectory)/\(BackedUpRecords.fileName)"
        var records = BackedUpRecords()
        if FileSystem.exists(path) {
            let bytes = try FileSystem.contents(of: path, byteCountMax: BackedUpRecords.byteCountMax)
            records = BackedUpRecords(parsing: bytes)
            if records.unreadableCount > 0 {
                logger.error("\(path): a line that says nothing; no file of the journal is removed because of it")
            }
        }
        held = Locked(Held(records: records))
    }

    /// The oldest record that must stay for backups.
    var neededLSN: UInt64 {
        held.withLock { held in
            if held.until > Clock.monotonicNanoseconds() { return 0 }
            // The file may say anything.
            return held.records.directories.map { $0.lsn &+ 1 }.min() ?? .max
        }
    }

    var state: BackupState {
        let now = Clock.monotonicNanoseconds()
        return held.withLock { held in
            let left = held.until - now
            let directories = held.records.directories
            return BackupState(
                heldUntil: left > 0 ? Instant(microseconds: Clock.now() + left / 1_000) : .epoch,
                backedUpLSN: LogSequenceNumber(rawValue: directories.map(\.lsn).min() ?? 0),
                backedUpAt: Instant(microseconds: directories.map(\.time).max() ?? 0),
                repositoryCount: directories.count
            )
        }
    }

    func hold(seconds: UInt32) {
        let until = Clock.monotonicNanoseconds() + Int64(seconds) * 1_000_000_000
        held.withLock { $0.until = max($0.until, until) }
    }

    func remember(_ lsn: LogSequenceNumber?, repository: [UInt8]) throws(PlatformError) -> Bool {
        let id = Hexadecimal.text(repository)
        return try writing.withLock { _ throws(PlatformError) in
            var records = held.withLock { $0.records }
            let place = records.directories.firstIndex { $0.id == id }
            switch (lsn, place) {
            case (.none, .none): return true
            case (.none, .some(let place)): records.directories.remove(at: place)
            case (.some(let lsn), .some(let place)):
                records.directories[place] = .init(id: id, lsn: lsn.rawValue, time: Clock.now())
            case (.some(let lsn), .none):
                guard records.directories.count < Self.repositoryCountMax else { return false }
                records.directories.append(.init(id: id, lsn: lsn.rawValue, time: Clock.now()))
            }
            try FileSystem.replace(path, with: records.bytes, isDurable: true)
            held.withLock { $0.records = records }
            return true
        }
    }
}
