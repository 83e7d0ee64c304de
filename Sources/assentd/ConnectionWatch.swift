import Logging
import Platform
import Transport

/// Says in the log what single connections do not show: that very many come, that handshakes wait, that what is held
/// for them takes as much memory as it may, that some have to rest all the time, and how many events were left out.
struct ConnectionWatch {
    /// How often it looks.
    private static let intervalMilliseconds: Int64 = 1_000
    /// Connections in a second that are worth a word: no gateway that keeps its connections comes near it.
    static let connectionsPerSecondMany: UInt64 = 500
    /// Rests in a second that are worth a word: who asks now and then whether the daemon is there needs none.
    static let restsPerSecondMany: UInt64 = 100
    /// TLS handshakes in a second that had to wait, from which on they are worth a word.
    static let waitedHandshakesPerSecondMany: UInt64 = 50
    /// While it goes on there is one more word in so many seconds.
    static let quietSeconds = 60

    private let logger: Logger
    private let pendingByteCountMany: UInt64
    private var arrivals: Rise
    private var rests: Rise
    private var handshakeWaits: Rise
    private var scarcity = Spell()

    /// Something that lasts: said when it begins, and every minute while it goes on.
    struct Spell {
        /// It is over when it was not so for as long.
        static let pauseSeconds = 3

        private var lastSaid: Int?
        private var lastSo = 0
        private var second = 0

        /// Whether to say so in this second; asked once in each.
        mutating func isSaid(_ isSo: Bool) -> Bool {
            second += 1
            if lastSaid != nil, second - lastSo > Self.pauseSeconds { lastSaid = nil }
            guard isSo else { return false }
            lastSo = second
            if let lastSaid, second - lastSaid < ConnectionWatch.quietSeconds { return false }
            lastSaid = second
            return true
        }
    }

    /// A count that only grows, of which many in a second are worth a word.
    private struct Rise {
        private let many: UInt64
        private var last: UInt64
        private var spell = Spell()

        init(_ now: UInt64, many: UInt64) {
            last = now
            self.many = many
        }

        /// By how much it grew in this second, if that is to be said; asked once in each.
        mutating func said(_ now: UInt64) -> UInt64? {
            let growth = now - min(last, now)
            last = now
            return spell.isSaid(growth >= many) ? growth : nil
        }
    }

    /// - Parameter pendingByteCountMax: What may be held for all connections.
    init(_ counters: ServerCounters, pendingByteCountMax: Int, logger: Logger) {
        self.logger = logger
        arrivals = Rise(counters.accepted, many: Self.connectionsPerSecondMany)
        rests = Rise(counters.rests, many: Self.restsPerSecondMany)
        handshakeWaits = Rise(counters.waitedHandshakes, many: Self.waitedHandshakesPerSecondMany)
        // Beyond the half not everybody gets more.
        pendingByteCountMany = UInt64(max(0, pendingByteCountMax)) / 2
    }

    /// Looks from now on, on a thread of its own, until the process ends.
    ///
    /// - Throws: when the kernel gives no thread.
    static func start(
        _ server: Server,
        _ log: TransportLog,
        pendingByteCountMax: Int,
        logger: Logger
    ) throws(PlatformError) {
        _ = try WorkerThread(name: "conn-watch") {
            var watch = ConnectionWatch(server.counters, pendingByteCountMax: pendingByteCountMax, logger: logger)
            while true {
                Pause.milliseconds(intervalMilliseconds)
                watch.note(server.counters)
                log.settle()
            }
        }
    }

    /// Logs what a second has brought.
    mutating func note(_ counters: ServerCounters) {
        if let count = arrivals.said(counters.accepted) {
            logger.warning(
                "many connections come",
                metadata: [
                    "in_a_second": "\(count)", "open": "\(counters.connections)",
                    "refused_ever": "\(counters.connectionRefusals.sum)",
                ]
            )
        }
        if let count = rests.said(counters.rests) {
            logger.warning(
                "connections send much that is no request; they have to rest in between",
                metadata: ["rests_in_a_second": "\(count)", "open": "\(counters.connections)"]
            )
        }
        if let count = handshakeWaits.said(counters.waitedHandshakes) {
            logger.warning(
                "more TLS handshakes come than begin in a second (handshake-rate); they wait",
                metadata: ["waited_in_a_second": "\(count)", "open": "\(counters.connections)"]
            )
        }
        if scarcity.isSaid(counters.pendingBytes > pendingByteCountMany) {
            logger.warning(
                "connections leave much unread or unfinished; those that hold most are not read for now",
                metadata: ["bytes": "\(counters.pendingBytes)", "open": "\(counters.connections)"]
            )
        }
    }
}
