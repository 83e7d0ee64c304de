internal import CLoadSockets
internal import Client
internal import LoadDriver
internal import Platform
internal import Synchronization
internal import Wire

/// Looks at the daemon while it is attacked: what memory it has, and how honest newcomers fare.
final class HostileWitness: Sendable {
    /// How honest connects went.
    struct Newcomers: Sendable {
        var servedCount = 0
        var failedCount = 0
        /// From connecting to the answer to a Ping.
        var slowestNanoseconds: UInt64 = 0
    }

    private struct State {
        var residentMax: UInt64 = 0
        var isAttacked = false
        var newcomers = Newcomers()
    }

    private let daemon: Endpoint
    private let administration: Endpoint
    private let state = Locked(State())
    private let isOver = Atomic<Bool>(false)

    private static let pauseNanoseconds: Int64 = 50_000_000

    init(_ daemon: DaemonProcess) {
        self.daemon = daemon.gateway
        administration = daemon.administration
    }

    /// The most memory that was seen, in bytes.
    var residentMax: UInt64 { state.withLock { $0.residentMax } }

    var newcomers: Newcomers { state.withLock { $0.newcomers } }

    /// Whether the daemon is attacked now: else there is nothing to see.
    func isAttacked(_ isAttacked: Bool) { state.withLock { $0.isAttacked = isAttacked } }

    /// Looks until it is told to end.
    func look() {
        guard let link = try? GatewayLink(to: administration) else { return }
        while !isOver.load(ordering: .relaxed) {
            guard state.withLock({ $0.isAttacked }) else {
                cls_pause(Self.pauseNanoseconds)
                continue
            }
            if let status = try? link.call(Status(), StatusReply.self) {
                state.withLock { $0.residentMax = max($0.residentMax, status.residentBytes) }
            }
            come()
            cls_pause(Self.pauseNanoseconds)
        }
    }

    private func come() {
        let began = Clock.monotonicNanoseconds()
        do throws(ClientError) {
            var connection = try Connection(to: daemon, options: ConnectionOptions(clientName: "newcomer"))
            _ = try connection.ping()
            let passed = UInt64(max(0, Clock.monotonicNanoseconds() - began))
            state.withLock {
                $0.newcomers.servedCount += 1
                $0.newcomers.slowestNanoseconds = max($0.newcomers.slowestNanoseconds, passed)
            }
        } catch {
            state.withLock { $0.newcomers.failedCount += 1 }
        }
    }

    func end() { isOver.store(true, ordering: .relaxed) }
}

/// A witness on a thread of its own.
final class HostileLook {
    private let witness: HostileWitness
    private let thread: HostileThread

    init(_ witness: HostileWitness) throws(PlatformError) {
        self.witness = witness
        thread = HostileThread(try WorkerThread(name: "witness") { witness.look() })
    }

    /// Ends it, and waits until it is gone.
    func end() {
        witness.end()
        thread.join()
    }
}

/// The threads of one attack.
final class HostileCrew {
    private let attack: HostileAttack
    private let field: HostileField
    private let score: HostileAttacker.Score
    private let count: Int
    private var threads: [HostileThread] = []
    private var isOver = false

    init(
        _ attack: HostileAttack,
        _ field: HostileField,
        _ score: HostileAttacker.Score,
        count: Int
    ) {
        self.attack = attack
        self.field = field
        self.score = score
        self.count = count
    }

    /// Starts, once.
    func start() {
        guard threads.isEmpty, !isOver else { return }
        for _ in 0..<count {
            if let thread = try? HostileAttacker.start(attack, field, score) { threads.append(HostileThread(thread)) }
        }
    }

    /// Ends, and waits until all are gone.
    func end() {
        isOver = true
        score.end()
        for thread in threads { thread.join() }
        threads = []
    }
}

/// A thread that an array can hold.
private final class HostileThread {
    private var thread: WorkerThread?

    init(_ thread: consuming WorkerThread) { self.thread = consume thread }

    func join() {
        guard let thread = thread.take() else { return }
        thread.join()
    }
}
