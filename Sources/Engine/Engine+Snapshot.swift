import Archive
public import Domain
import Journal
import Platform

extension Engine {
    /// Makes a snapshot while serving, on the calling thread, and removes the oldest beyond
    /// `EngineOptions.snapshotKeptCount`.
    ///
    /// Decisions go on: no lock is held for more than a piece of a shard. When it returns, the snapshot is durable.
    ///
    /// - Parameter pace: called between pieces with the bytes written by now; may sleep, to leave the disk to others.
    /// - Returns: what was made; `nil` when there is nothing new since the last one.
    /// - Throws: `SnapshotError`; nothing has changed then.
    @discardableResult
    public func makeSnapshot(
        pace: (_ byteCount: UInt64) -> Void = { _ in }
    ) throws(SnapshotError) -> SnapshotReport? {
        guard let steps = try beginSnapshot() else { return nil }
        while true {
            switch try steps.step() {
            case .working: pace(steps.byteCount)
            case .waiting(let lsn):
                do throws(JournalError) {
                    try journal.waitUntilDurable(lsn)
                } catch {
                    steps.abandon()
                    throw .journal(error)
                }
            case .done(let report): return report
            }
        }
    }

    /// Begins a snapshot that is made in steps, for simulations on one thread.
    ///
    /// - Parameter time: When the snapshot says that it was made; `nil`: now.
    /// - Returns: the steps; `nil` when there is nothing new since the last one.
    package func beginSnapshot(at time: Instant? = nil) throws(SnapshotError) -> SnapshotSteps? {
        guard let snapshotStorage else { throw .noStorage }
        let lsn = journal.lastLSN
        let isNew = try snapshots.withLock { snapshots throws(SnapshotError) in
            if snapshots.isRunning { throw .running }
            guard lsn > 0, snapshots.newestLSN != lsn else { return false }
            snapshots.isRunning = true
            return true
        }
        guard isNew else { return nil }
        do throws(SnapshotError) {
            return SnapshotSteps(
                self,
                try SnapshotWriter(
                    engine: self,
                    storage: snapshotStorage,
                    madeAt: time ?? Instant(microseconds: Clock.now())
                ),
                snapshotStorage
            )
        } catch {
            endSnapshot(nil)
            throw error
        }
    }

    func endSnapshot(_ report: SnapshotReport?) {
        snapshots.withLock { snapshots in
            snapshots.isRunning = false
            guard let report else {
                snapshots.statistics.failedCount += 1
                return
            }
            snapshots.newestLSN = report.lsn.rawValue
            snapshots.newest = SnapshotFile(lsn: report.lsn, byteCount: report.byteCount, madeAt: report.madeAt)
            snapshots.statistics.madeCount += 1
            snapshots.statistics.latest = report
            snapshots.statistics.longestPauseNanoseconds = max(
                snapshots.statistics.longestPauseNanoseconds,
                report.longestPauseNanoseconds
            )
        }
    }

    /// The newest snapshot, made now or by a process before; `nil` while there is none.
    public var newestSnapshot: SnapshotFile? { snapshots.withLock { $0.newest } }

    /// Whether one is being made.
    public var isMakingSnapshot: Bool { snapshots.withLock { $0.isRunning } }

    /// What snapshots have come to since the engine was opened.
    public var snapshotStatistics: SnapshotStatistics { snapshots.withLock { $0.statistics } }

    /// The newest records of the snapshots that there are, newest first.
    public func snapshotList() throws(SnapshotError) -> [LogSequenceNumber] {
        guard let snapshotStorage else { throw .noStorage }
        do throws(PlatformError) {
            return try SnapshotFiles.list(in: snapshotStorage).map { LogSequenceNumber(rawValue: $0) }
        } catch {
            throw .storage(error)
        }
    }

    /// The snapshots that there are, newest first; of one whose beginning cannot be read the time is unknown.
    ///
    /// - Complexity: reads a page of each; not for an event loop.
    public func snapshotFiles() throws(SnapshotError) -> [SnapshotFile] {
        guard let snapshotStorage else { throw .noStorage }
        var files: [SnapshotFile] = []
        for lsn in try snapshotList() {
            do throws(JournalError) {
                let reader = try SnapshotFileReader(
                    storage: snapshotStorage,
                    lsn: lsn.rawValue,
                    identity: journal.identity,
                    isWholeWanted: false
                )
                files.append(SnapshotFile(lsn: lsn, byteCount: reader.fileByteCount, madeAt: Self.madeAt(reader)))
            } catch {
                // Removed meanwhile, as the oldest are, or unreadable: the next start will say so.
                CoverageMark.reach("snapshot: one could not be listed")
            }
        }
        return files
    }

    private static func madeAt(_ reader: SnapshotFileReader) -> Instant? {
        guard let head = try? reader.next(), head.content.kind == SnapshotKind.head.rawValue,
            head.payload.count >= 8
        else { return nil }
        return Instant(microseconds: Int64(littleEndian: head.payload.loadUnaligned(as: Int64.self)))
    }

    /// Removes the oldest segments of the journal, as far as nobody needs a record in them: they come before all kept
    /// snapshots and before the answers to all remembered requests. What was in them can be asked for no more.
    ///
    /// - Parameters:
    ///   - lsn: a record that somebody else still needs, and all after it.
    ///   - keptCount: how many segments stay at least.
    /// - Returns: how many segments were removed.
    public func removeOldSegments(
        before lsn: LogSequenceNumber,
        keeping keptCount: Int
    ) throws(SnapshotError) -> Int {
        // An archive comes back from the records alone.
        if let archive, !archive.archive.isComplete { return 0 }
        guard let oldest = try snapshotList().last, let resume = try resumeLSN(of: oldest) else { return 0 }
        var needed = min(lsn.rawValue, resume)
        for shard in 0..<state.requests.count {
            if let place = state.requests.withLock(shard, { $0.oldestPlace }) {
                needed = min(needed, place.lsn.rawValue)
            }
        }
        do throws(JournalError) {
            return try journal.removeSegments(before: max(1, needed), keeping: max(1, keptCount))
        } catch {
            throw .journal(error)
        }
    }

    /// From which record on the journal is needed with a snapshot; `nil` when the snapshot is damaged.
    ///
    /// All of it is read: a snapshot that cannot be restored must not be the reason to remove what it came from.
    private func resumeLSN(of snapshot: LogSequenceNumber) throws(SnapshotError) -> UInt64? {
        guard let snapshotStorage else { throw .noStorage }
        do throws(JournalError) {
            let reader = try SnapshotFileReader(
                storage: snapshotStorage,
                lsn: snapshot.rawValue,
                identity: journal.identity
            )
            var lsn: UInt64?
            while let block = try reader.next() {
                guard block.content.kind == SnapshotKind.resume.rawValue, block.payload.count >= 16 else { continue }
                lsn = block.payload.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            }
            return lsn
        } catch {
            if case .storage(let error) = error { throw .storage(error) }
            return nil
        }
    }
}

/// A snapshot that is being made.
package final class SnapshotSteps {
    /// What one step came to.
    package enum Step: Equatable {
        /// More steps are needed.
        case working
        /// More steps are needed once this record is durable.
        case waiting(UInt64)
        /// The snapshot is durable.
        case done(SnapshotReport)
    }

    private let engine: Engine
    private let writer: SnapshotWriter
    private let storage: any JournalStorage

    init(_ engine: Engine, _ writer: SnapshotWriter, _ storage: any JournalStorage) {
        self.engine = engine
        self.writer = writer
        self.storage = storage
    }

    /// Bytes written by now.
    package var byteCount: UInt64 { writer.byteCount }

    /// Goes one step on; not to be called again after `done` or an error.
    package func step() throws(SnapshotError) -> Step {
        do throws(SnapshotError) {
            switch try writer.step() {
            case .working: return .working
            case .waiting(let lsn): return .waiting(lsn)
            case .done: break
            }
        } catch {
            CoverageMark.reach("snapshot: one could not be made")
            abandon()
            throw error
        }
        engine.endSnapshot(writer.report)
        // The new one is durable. If old ones cannot be removed now, they can be next time.
        try? SnapshotFiles.removeOldest(in: storage, keeping: engine.options.snapshotKeptCount)
        return .done(writer.report)
    }

    /// Ends without a snapshot.
    package func abandon() {
        writer.abandon()
        engine.endSnapshot(nil)
    }
}

/// What an engine knows of its snapshots.
struct SnapshotState {
    var isRunning = false
    /// The newest record of the newest one made or restored.
    var newestLSN: UInt64?
    /// The newest there is.
    var newest: SnapshotFile?
    var statistics = SnapshotStatistics()
}
