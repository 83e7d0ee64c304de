import Engine
import Journal
import Logging
import Platform
import Transport

/// Tells the service manager that the daemon lives, as long as every event loop and the journal's thread do: each is
/// asked for a sign, and only when all have given one is the watchdog fed and the next sign asked for.
struct Heartbeat {
    /// How often it looks where nobody wants a sign of life.
    private static let statusMilliseconds: Int64 = 5_000
    /// A status line is for people: more often than this nobody reads one.
    private static let shortestMilliseconds: Int64 = 1_000

    private let server: Server
    private let engine: Engine?
    private let supervisor: Supervisor
    private let liveness: Liveness
    private let logger: Logger
    private var beats: [UInt64]
    private var turns: UInt64
    private var missedCount = 0
    private var decisionsBefore: UInt64 = 0
    private var lastAt = Clock.monotonicNanoseconds()

    /// Begins, on a thread of its own, and goes on until the process ends.
    ///
    /// - Throws: when the kernel gives no thread.
    static func start(
        _ server: Server,
        _ engine: Engine?,
        _ supervisor: Supervisor,
        _ liveness: Liveness,
        logger: Logger
    ) throws(PlatformError) {
        let pause = pauseMilliseconds(watchdogMicroseconds: supervisor.watchdogMicroseconds)
        _ = try WorkerThread(name: "heartbeat") {
            var heartbeat = Heartbeat(server, engine, supervisor, liveness, logger: logger)
            while true {
                Pause.milliseconds(pause)
                heartbeat.look()
            }
        }
    }

    /// How long it waits between two looks: a quarter of what the manager allows, but not so short that status lines
    /// come more than once a second, unless that were too long.
    static func pauseMilliseconds(watchdogMicroseconds: UInt64?) -> Int64 {
        guard let watchdogMicroseconds else { return statusMilliseconds }
        let allowed = Int64(clamping: watchdogMicroseconds / 1_000)
        return max(1, min(allowed / 2, max(shortestMilliseconds, min(statusMilliseconds, allowed / 4))))
    }

    private init(
        _ server: Server,
        _ engine: Engine?,
        _ supervisor: Supervisor,
        _ liveness: Liveness,
        logger: Logger
    ) {
        self.liveness = liveness
        self.server = server
        self.engine = engine
        self.supervisor = supervisor
        self.logger = logger
        beats = server.beatCounts
        turns = engine?.journal.turnCount ?? 0
        ask()
    }

    private func ask() {
        server.requestBeats()
        engine?.journal.prod()
    }

    /// Feeds the watchdog if all have answered, else says once who has not.
    private mutating func look() {
        let silent = silentParts()
        guard silent.isEmpty else {
            missedCount += 1
            if missedCount >= 2 { liveness.note(silentParts: silent) }
            if missedCount == 2 {
                logger.event(
                    .heartbeatMissed,
                    .error,
                    "a part of the daemon does not answer; the service manager will end it if that goes on",
                    metadata: ["parts": "\(silent.joined(separator: ", "))"]
                )
            }
            return
        }
        if missedCount >= 2 { liveness.note(silentParts: []) }
        missedCount = 0
        supervisor.alive(status())
        beats = server.beatCounts
        turns = engine?.journal.turnCount ?? 0
        ask()
    }

    private func silentParts() -> [String] {
        var silent: [String] = []
        for (index, count) in server.beatCounts.enumerated() where count == beats[index] {
            silent.append(index == beats.count - 1 ? "the door" : "event loop \(index)")
        }
        if let engine, engine.journal.turnCount == turns { silent.append("the journal's thread") }
        return silent
    }

    private mutating func status() -> String {
        let now = Clock.monotonicNanoseconds()
        let decisions = engine?.counts.total ?? 0
        let elapsed = max(1, (now - lastAt) / 1_000_000)
        let rate = (decisions - min(decisions, decisionsBefore)) * 1_000 / UInt64(elapsed)
        decisionsBefore = decisions
        lastAt = now
        return Self.line(
            connections: server.counters.connections,
            cards: engine?.cardCount ?? 0,
            decisionsPerSecond: rate,
            isOutOfSpace: engine?.isOutOfSpace ?? false
        )
    }

    /// What `systemctl status` shows.
    static func line(connections: UInt32, cards: Int, decisionsPerSecond: UInt64, isOutOfSpace: Bool) -> String {
        let figures = "\(connections) connections, \(cards) cards, \(decisionsPerSecond) decisions/s"
        return isOutOfSpace ? "refusing requests, the disk is full: \(figures)" : "serving: \(figures)"
    }
}
