import Journal
import Logging
import Platform

/// Says in the log when the journal's next file cannot be prepared, when requests are refused for it, and when it and
/// they can again. Until the file in use is
/// full nobody notices; from then on what needs room is refused, nothing is lost, and service resumes by itself.
struct DiskWatch {
    /// How often it looks; preparing is tried about as often.
    private static let intervalMilliseconds: Int64 = 1_000

    private let logger: Logger
    private var lastProblem: String?
    private var wasFull = false

    init(logger: Logger) { self.logger = logger }

    /// Looks from now on, on a thread of its own, until the process ends.
    ///
    /// - Throws: when the kernel gives no thread.
    static func start(_ journal: Journal, logger: Logger) throws(PlatformError) {
        _ = try WorkerThread(name: "disk-watch") {
            var watch = DiskWatch(logger: logger)
            while true {
                watch.note(journal.statistics.preparationProblem, isFull: journal.isOutOfSpace)
                Pause.milliseconds(intervalMilliseconds)
            }
        }
    }

    /// Logs what is new.
    mutating func note(_ problem: String?, isFull: Bool) {
        defer { lastProblem = problem }
        noteRefusals(isFull)
        guard problem != lastProblem else { return }
        if let problem {
            logger.event(
                .diskTrouble,
                .error,
                """
                the next journal file cannot be prepared: make room before the one in use is full; from then on new \
                requests are refused
                """,
                metadata: ["cause": "\(problem)"]
            )
        } else {
            logger.notice("the next journal file is prepared again")
        }
    }

    private mutating func noteRefusals(_ isFull: Bool) {
        defer { wasFull = isFull }
        guard isFull != wasFull else { return }
        if isFull {
            logger.event(
                .diskTrouble,
                .error,
                "the journal is full: requests that need room in it are refused (406) until there is some"
            )
        } else {
            logger.notice("there is room in the journal again, requests are taken")
        }
    }
}
