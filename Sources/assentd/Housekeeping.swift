import Domain
import Engine
import Logging
import Platform

/// What a serving engine has to have done as time passes: ending holds that have expired.
struct Housekeeping {
    /// How often it looks.
    private static let intervalMilliseconds: Int64 = 1_000
    /// How many holds it ends before others have a turn at the journal.
    private static let budget = 1_000
    /// How long it waits before it goes on, when there is more to do.
    private static let pauseMilliseconds: Int64 = 2

    /// Looks from now on, on a thread of its own, until the process ends.
    ///
    /// - Throws: when the kernel gives no thread.
    static func start(_ engine: Engine, logger: Logger) throws(PlatformError) {
        _ = try WorkerThread(name: "housekeeping") {
            while true {
                Pause.milliseconds(intervalMilliseconds)
                let count = run(engine, now: Instant(microseconds: Clock.now())) {
                    Pause.milliseconds(pauseMilliseconds)
                }
                if count > 0 { logger.info("holds have expired", metadata: ["count": "\(count)"]) }
            }
        }
    }

    /// Ends every hold that is due at a time.
    ///
    /// - Parameters:
    ///   - pause: called between two portions.
    /// - Returns: how many were ended.
    static func run(_ engine: Engine, now: Instant, pause: () -> Void) -> Int {
        var sum = 0
        while true {
            let count = engine.tick(now: now, budget: budget)
            sum += count
            guard count == budget else { return sum }
            pause()
        }
    }
}
