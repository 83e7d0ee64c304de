import Cryptography
import Domain
import Logging
import Platform
import Service

/// Keeps the journal's files for backups: all of them while one is being made, and those that are not in every
/// directory of backups yet.
///
/// What is in which directory is in DATA-DIR/backups, a line for each: its id, the record, the time in microseconds.
final class BackupHolds: BackupKeeper {
    /// A directory of backups.
    private struct Repository: Equatable {
        let id: String
        var lsn: UInt64
        var time: Int64
    }

    private struct Held {
        var repositories: [Repository] = []
        /// By the monotonic clock, nanoseconds.
        var until: Int64 = 0
    }

    static let fileName = "backups"
    static let repositoryCountMax = 16
    private static let byteCountMax = 8_192

    private let path: String
    private let held: Locked<Held>
    /// Held while the file is written, which may wait for the disk; the other lock is not.
    private let writing = Locked<Void>(())

    /// Reads what is backed up. A line that cannot be read keeps every file, and is said.
    init(dataDirectory: String, logger: Logger) throws(PlatformError) {
        path = "\(dataDirectory)/\(Self.fileName)"
        var repositories: [Repository] = []
        if FileSystem.exists(path) {
            let bytes = try FileSystem.contents(of: path, byteCountMax: Self.byteCountMax)
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 3, let lsn = UInt64(words[1]), let time = Int64(words[2]) {
                    repositories.append(Repository(id: String(words[0]), lsn: lsn, time: time))
                } else {
                    logger.error("\(path): a line that says nothing; no file of the journal is removed because of it")
                    repositories.append(Repository(id: String(words.first ?? "?"), lsn: 0, time: 0))
                }
            }
        }
        held = Locked(Held(repositories: repositories))
    }

    /// The oldest record that must stay for backups.
    var neededLSN: UInt64 {
        held.withLock { held in
            if held.until > Clock.monotonicNanoseconds() { return 0 }
            // The file may say anything.
            return held.repositories.map { $0.lsn &+ 1 }.min() ?? .max
        }
    }

    var state: BackupState {
        let now = Clock.monotonicNanoseconds()
        return held.withLock { held in
            let left = held.until - now
            return BackupState(
                heldUntil: left > 0 ? Instant(microseconds: Clock.now() + left / 1_000) : .epoch,
                backedUpLSN: LogSequenceNumber(rawValue: held.repositories.map(\.lsn).min() ?? 0),
                backedUpAt: Instant(microseconds: held.repositories.map(\.time).max() ?? 0),
                repositoryCount: held.repositories.count
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
            var repositories = held.withLock { $0.repositories }
            let place = repositories.firstIndex { $0.id == id }
            switch (lsn, place) {
            case (.none, .none): return true
            case (.none, .some(let place)): repositories.remove(at: place)
            case (.some(let lsn), .some(let place)):
                repositories[place] = Repository(id: id, lsn: lsn.rawValue, time: Clock.now())
            case (.some(let lsn), .none):
                guard repositories.count < Self.repositoryCountMax else { return false }
                repositories.append(Repository(id: id, lsn: lsn.rawValue, time: Clock.now()))
            }
            let text = repositories.map { "\($0.id) \($0.lsn) \($0.time)\n" }.joined()
            try FileSystem.replace(path, with: Array(text.utf8), isDurable: true)
            held.withLock { $0.repositories = repositories }
            return true
        }
    }
}
