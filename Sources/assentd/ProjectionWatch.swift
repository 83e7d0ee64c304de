import Logging
import Platform
import Projection

/// Says in the log what becomes of the projection: that it cannot go on, that it was made anew, that it has caught up.
struct ProjectionWatch {
    /// How often it looks.
    private static let intervalMilliseconds: Int64 = 1_000
    /// How far behind is worth a word when it has caught up.
    private static let recordCountMin: UInt64 = 100_000

    private let logger: Logger
    private var problem = ""
    private var rebuildCount: UInt64 = 0
    private var isCatchingUp = false
    private var hasSaidFirstRecord = false

    init(logger: Logger) { self.logger = logger }

    /// Looks from now on, on a thread of its own, until the process ends.
    ///
    /// - Throws: when the kernel gives no thread.
    static func start(_ projection: Projection, logger: Logger) throws(PlatformError) {
        _ = try WorkerThread(name: "proj-watch") {
            var watch = ProjectionWatch(logger: logger)
            while true {
                watch.note(projection.figures)
                Pause.milliseconds(intervalMilliseconds)
            }
        }
    }

    /// Logs what is new.
    mutating func note(_ figures: ProjectionFigures) {
        noteProblem(figures)
        if figures.rebuildCount > rebuildCount {
            rebuildCount = figures.rebuildCount
            isCatchingUp = true
            hasSaidFirstRecord = false
            logger.notice(
                "the projection is made anew from the journal",
                metadata: ["cause": "\(figures.reason)", "records": "\(figures.lagRecordCount)"]
            )
        }
        if figures.state == .catchingUp, figures.lagRecordCount >= Self.recordCountMin { isCatchingUp = true }
        if figures.state == .following, isCatchingUp {
            isCatchingUp = false
            logger.info("the projection has caught up", metadata: ["lsn": "\(figures.lsn)"])
        }
        if figures.state == .following, figures.firstLSN > 1, !hasSaidFirstRecord {
            hasSaidFirstRecord = true
            logger.warning(
                "the projection lacks what was removed from the journal before it was made",
                metadata: ["first_record": "\(figures.firstLSN)"]
            )
        }
    }

    private mutating func noteProblem(_ figures: ProjectionFigures) {
        guard figures.problem != problem else { return }
        problem = figures.problem
        if !problem.isEmpty {
            logger.error(
                "the projection does not follow; searches and the ledger stay behind, decisions do not notice",
                metadata: [
                    "cause": "\(problem)", "lsn": "\(figures.lsn)", "records_behind": "\(figures.lagRecordCount)",
                ]
            )
        } else if figures.rebuildCount == rebuildCount {
            logger.notice("the projection follows again", metadata: ["lsn": "\(figures.lsn)"])
        }
    }
}
