import Domain
import Engine
import Journal
import Logging
import Platform

/// Makes snapshots of a serving engine every so often, on a thread of its own, and removes what is no longer needed.
struct SnapshotSchedule {
    /// When snapshots are made, and what they may cost.
    struct Options: Equatable {
        /// Seconds from one to the next, if anything has happened; 0 for never.
        var intervalSeconds = 900
        /// Records after which one is made before its time; 0 for no such number.
        var recordCount = 10_000_000
        /// How fast it is written, so that the disk has time for commits; 0 for as fast as it goes.
        var bytesPerSecond: UInt64 = 128 << 20
        /// Segments of the journal that stay when older ones are removed; 0 keeps all of them.
        var keptSegmentCount = 0
    }

    /// How often it looks whether one is due.
    private static let lookMilliseconds: Int64 = 1_000
    /// How long a piece of writing may go ahead of the rate before it waits.
    private static let paceMilliseconds: Int64 = 2

    private let engine: Engine
    private var options: Options
    /// The oldest record that somebody else than the engine needs of the journal.
    private let oldestNeeded: @Sendable () -> UInt64
    private let logger: Logger
    private var lastAt = Clock.monotonicNanoseconds()
    private var lastLSN: UInt64

    init(
        _ engine: Engine,
        _ options: Options,
        oldestNeeded: @escaping @Sendable () -> UInt64 = { .max },
        logger: Logger
    ) {
        self.engine = engine
        self.oldestNeeded = oldestNeeded
        self.options = options
        self.logger = logger
        lastLSN = engine.recoverySource.snapshotLSN?.rawValue ?? 0
    }

    /// Makes snapshots from now on until the process ends: when they are due, and when somebody asks.
    ///
    /// - Parameter options: Looked at each time, so that they can change.
    /// - Throws: when the kernel gives no thread.
    static func start(
        _ engine: Engine,
        _ options: @escaping @Sendable () -> Options,
        _ requests: SnapshotRequests,
        oldestNeeded: @escaping @Sendable () -> UInt64 = { .max },
        logger: Logger
    ) throws(PlatformError) {
        _ = try WorkerThread(name: "snapshot") {
            var schedule = SnapshotSchedule(engine, options(), oldestNeeded: oldestNeeded, logger: logger)
            while true {
                let asking = requests.wait(milliseconds: lookMilliseconds)
                schedule.options = options()
                schedule.look(asking)
            }
        }
    }

    /// Makes one if it is due or somebody has asked, and tells them.
    mutating func look(_ asking: [SnapshotRequests.Completion]) {
        let isDue = isDue(at: Clock.monotonicNanoseconds(), lastLSN: engine.journal.lastLSN)
        guard isDue || !asking.isEmpty else { return }
        let result = make()
        for completion in asking { completion(result) }
    }

    /// Whether one should be made; with an interval of 0 never.
    func isDue(at now: Int64, lastLSN: UInt64) -> Bool {
        guard options.intervalSeconds > 0 else { return false }
        let records = lastLSN - min(lastLSN, self.lastLSN)
        guard records > 0 else { return false }
        if options.recordCount > 0, records >= UInt64(options.recordCount) { return true }
        return now - lastAt >= Int64(options.intervalSeconds) * 1_000_000_000
    }

    /// Makes one now, and removes segments that the options no longer keep.
    @discardableResult
    mutating func make() -> Result<SnapshotReport?, SnapshotError> {
        let began = Clock.monotonicNanoseconds()
        lastLSN = engine.journal.lastLSN
        lastAt = began
        do throws(SnapshotError) {
            let report = try engine.makeSnapshot { pace($0, began) }
            lastAt = Clock.monotonicNanoseconds()
            if let report { log(report) }
            removeSegments()
            return .success(report)
        } catch {
            logger.error("no snapshot was made: a start would replay more records", metadata: ["cause": "\(error)"])
            return .failure(error)
        }
    }

    private func removeSegments() {
        guard options.keptSegmentCount > 0 else { return }
        do throws(SnapshotError) {
            let removed = try engine.removeOldSegments(
                before: LogSequenceNumber(rawValue: oldestNeeded()),
                keeping: options.keptSegmentCount
            )
            if removed > 0 {
                logger.notice(
                    "journal segments that no snapshot and no answer needs were removed",
                    metadata: ["segments": "\(removed)", "oldest_record": "\(engine.journal.firstLSN)"]
                )
            }
        } catch {
            logger.error("old journal segments could not be removed", metadata: ["cause": "\(error)"])
        }
    }

    /// Waits while more was written than the rate allows.
    private func pace(_ byteCount: UInt64, _ began: Int64) {
        guard options.bytesPerSecond > 0 else { return }
        let due = Int64(byteCount * 1_000 / options.bytesPerSecond)
        let ahead = due - (Clock.monotonicNanoseconds() - began) / 1_000_000
        if ahead >= Self.paceMilliseconds { Pause.milliseconds(ahead) }
    }

    private func log(_ report: SnapshotReport) {
        logger.info(
            "snapshot",
            metadata: [
                "lsn": "\(report.lsn)", "replay_from": "\(report.resumeLSN.rawValue + 1)",
                "bytes": "\(report.byteCount)", "microseconds": "\(report.microseconds)",
                "long_lock_waits": "\(report.longWaitCount)",
                "longest_pause_microseconds": "\(report.longestPauseNanoseconds / 1_000)",
                "longest_work_microseconds": "\(report.longestWorkNanoseconds / 1_000)",
                "longest_work_in": "\(report.longestWorkPart.rawValue)",
                "cards": "\(report.cardCount)", "payments": "\(report.paymentCount)",
                "remembered_ids": "\(report.rememberedRequestCount)",
            ]
        )
    }
}
