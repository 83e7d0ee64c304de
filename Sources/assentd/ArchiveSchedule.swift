import Archive
import Domain
import Engine
import Logging
import Platform

/// Moves closed payments out of memory and rebuilds the archive where that is needed, on a thread of its own.
struct ArchiveSchedule {
    /// It works so long at a time, and rests as long.
    private static let workMilliseconds: Int64 = 4
    /// How long it rests when there is nothing to do.
    private static let idleMilliseconds: Int64 = 1_000
    /// How long after something failed.
    private static let failureMilliseconds: Int64 = 10_000

    private let engine: Engine
    private let archive: PaymentArchive
    private let steps: ArchiverSteps
    private let logger: Logger
    private var findingCount = 0
    private var lastFailure: String?
    private var wasComplete = true

    private init(_ engine: Engine, _ archive: PaymentArchive, _ steps: ArchiverSteps, logger: Logger) {
        self.engine = engine
        self.archive = archive
        self.steps = steps
        self.logger = logger
    }

    /// Archives from now on until the process ends.
    ///
    /// - Throws: when the kernel gives no thread.
    static func start(_ engine: Engine, _ options: ArchiverOptions, logger: Logger) throws(PlatformError) {
        guard let archive = engine.archive else { return }
        _ = try WorkerThread(name: "archive") {
            guard let steps = engine.makeArchiver(options) else { return }
            var schedule = ArchiveSchedule(engine, archive, steps, logger: logger)
            while true { Pause.milliseconds(schedule.work()) }
        }
    }

    /// Works for a moment.
    ///
    /// - Returns: for how many milliseconds to rest.
    private mutating func work() -> Int64 {
        report()
        let began = Clock.monotonicNanoseconds()
        do throws(ArchiverError) {
            while Clock.monotonicNanoseconds() - began < Self.workMilliseconds * 1_000_000 {
                if try steps.step(clock: Instant(microseconds: Clock.now())) == .idle {
                    lastFailure = nil
                    return Self.idleMilliseconds
                }
            }
            return Self.workMilliseconds
        } catch {
            let failure = "\(error)"
            if failure != lastFailure {
                logger.error(
                    "closed payments stay in memory: the archive cannot be written",
                    metadata: ["cause": "\(failure)"]
                )
            }
            lastFailure = failure
            return Self.failureMilliseconds
        }
    }

    /// Says what was found damaged since the last time, and when the archive is whole again.
    private mutating func report() {
        let isComplete = archive.archive.isComplete
        guard isComplete != wasComplete || archive.archive.damageCount > 0 else { return }
        let findings = archive.archive.findings
        for finding in findings.dropFirst(findingCount) {
            logger.event(
                .archiveDamaged,
                .error,
                "a file of the archive was set aside",
                metadata: ["cause": "\(finding)"]
            )
        }
        findingCount = findings.count
        guard isComplete != wasComplete else { return }
        wasComplete = isComplete
        logger.notice(
            isComplete ? "the archive is complete again" : "the archive is being rebuilt from the journal",
            metadata: ["payments_served": "\(archive.isUsable ? "all" : "those in memory")"]
        )
    }
}
