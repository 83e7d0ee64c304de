import Domain
import Engine
import Journal
import Logging
import Platform

/// What an operator should look at after recovery, though the daemon can go on.
struct StartWarnings {
    /// How far the newest record may be ahead of the clock without a word: more than clocks are corrected by.
    static let secondsAheadMax: Int64 = 10

    let engine: Engine
    /// Whether a daemon has used the data directory before.
    let wasUsedBefore: Bool

    func log(to logger: Logger) {
        let report = engine.journal.recovery
        if report.tornTailByteCount > 0 {
            logger.event(
                .tornTail,
                .warning,
                "a torn last write was dropped; nobody was told that it is durable",
                metadata: ["bytes": "\(report.tornTailByteCount)"]
            )
        }
        if report.isNew, wasUsedBefore {
            logger.warning("no journal was found where a daemon ran before; a new one was made")
        }
        let newest = engine.newestTime
        let ahead = Self.secondsAhead(of: Instant(microseconds: Clock.now()), newest: newest)
        if !engine.options.simulatedClock, ahead > Self.secondsAheadMax {
            logger.event(
                .clockBehind,
                .warning,
                "the clock is behind the newest record; decisions are dated at that record's time until it catches up",
                metadata: ["seconds": "\(ahead)", "newest": "\(newest)"]
            )
        }
    }

    /// By how many whole seconds a record is ahead of the clock; 0 where it is not.
    static func secondsAhead(of clock: Instant, newest: Instant) -> Int64 {
        max(0, newest.microseconds - clock.microseconds) / 1_000_000
    }
}
