internal import CLoadSockets
internal import Client
public import Cryptography
public import LoadModel
internal import LoadReport
public import Platform
internal import Synchronization

/// Carries a load out: connects, spreads the connections over threads, waits for the last answer and adds up.
public struct LoadRunner: Sendable {
    /// Where the gateway listens.
    public let gateway: Endpoint
    /// What TLS is spoken with there; `nil` for plaintext.
    public let tls: TLSClientContext?
    /// How many connections, 1 to 10,000.
    public let connections: Int
    /// Requests in flight on each, 1 to 65,535.
    public let depth: Int
    /// How many threads generate; at most one for each connection.
    public let threads: Int

    /// A runner for a gateway.
    public init(
        gateway: Endpoint,
        tls: TLSClientContext? = nil,
        connections: Int,
        depth: Int,
        threads: Int = 1
    ) throws(LoadFailure) {
        guard (1...10_000).contains(connections) else { throw .usage("connections: 1 to 10,000") }
        guard (1...65_535).contains(depth) else { throw .usage("depth: 1 to 65,535") }
        guard (1...64).contains(threads) else { throw .usage("threads: 1 to 64") }
        self.gateway = gateway
        self.tls = tls
        self.connections = connections
        self.depth = depth
        self.threads = min(threads, connections)
    }

    /// Runs the plan; the model holds the cards' balances before it.
    ///
    /// - Parameter watch: Called about ten times a second with the share of time that is over and the answers so far.
    public func run(
        _ plan: LoadPlan,
        model: borrowing LedgerModel,
        watch: ((Double, Int) -> Void)? = nil
    ) throws(LoadFailure) -> LoadResult {
        var sockets = SocketList()
        for _ in 0..<connections { try sockets.append(GatewaySocket(to: gateway, depth: depth, tls: tls)) }
        let sampler = KeySampler(skew: plan.skew, count: plan.cardCount)
        let progress = LoadProgress()
        let clock = LoadClock(plan: plan)
        var boxes: [LoopBox] = []
        for thread in 0..<threads {
            let share = stride(from: thread, to: connections, by: threads).map { sockets.links[$0] }
            let loop = try LoadLoop(
                plan: plan,
                clock: clock,
                model: model.forkedBase(),
                links: share,
                depth: depth,
                thread: thread,
                threadCount: threads,
                sampler: sampler,
                progress: progress
            )
            boxes.append(LoopBox(loop))
        }
        let before = cls_processor_microseconds()
        try execute(boxes, clock, progress, watch)
        let spent = Double(cls_processor_microseconds() - before) / 1e6
        for box in boxes { if let failure = box.failure { throw failure } }
        var result = LoadResult(
            model: model.forkedBase(),
            tally: Tally(),
            latencies: LatencyRecorder(),
            lateness: boxes[0].loop.lateness,
            measured: 0,
            seconds: clock.measuredSeconds,
            discrepancies: [],
            discrepancyCount: 0,
            sawGoAway: false,
            processorSeconds: spent
        )
        result.slices = plan.slices
        for (index, box) in boxes.enumerated() { box.addUp(to: &result, isFirst: index == 0) }
        sockets.close()
        return result
    }

    private func execute(
        _ boxes: [LoopBox],
        _ clock: LoadClock,
        _ progress: LoadProgress,
        _ watch: ((Double, Int) -> Void)?
    ) throws(LoadFailure) {
        for box in boxes {
            do throws(PlatformError) {
                box.thread = try WorkerThread(name: "load") { box.run() }
            } catch {
                throw .system(error)
            }
        }
        if let watch {
            let total = Double(clock.end - clock.start)
            while boxes.contains(where: { !$0.isDone }) {
                let now = cls_monotonic_nanoseconds()
                watch(now > clock.start ? Double(now - clock.start) / total : 0, progress.count)
                cls_pause(100_000_000)
            }
        }
        for box in boxes { box.join() }
    }
}

/// The sockets of a run, which close together.
private struct SocketList: ~Copyable {
    private(set) var links: [Link] = []
    private var first: Node?

    private final class Node {
        let socket: GatewaySocket
        let next: Node?

        init(_ socket: consuming GatewaySocket, _ next: Node?) {
            self.socket = socket
            self.next = next
        }
    }

    mutating func append(_ socket: consuming GatewaySocket) throws(LoadFailure) {
        links.append(Link(descriptor: socket.link.socket.descriptor.rawValue, tls: socket.link.tls))
        first = Node(socket, first)
    }

    mutating func close() { first = nil }
}

/// A loop on its way through a thread.
private final class LoopBox: @unchecked Sendable {
    // SAFETY: the loop is touched by its thread alone from `run` until `join` returned, and by the runner before and
    // after; `done` orders what the watching thread reads.
    var loop: LoadLoop
    var failure: LoadFailure?
    var thread: WorkerThread?
    private let done = Atomic<Bool>(false)

    init(_ loop: consuming LoadLoop) { self.loop = loop }

    var isDone: Bool { done.load(ordering: .acquiring) }

    func run() {
        do throws(LoadFailure) {
            try loop.run()
        } catch {
            failure = error
        }
        done.store(true, ordering: .releasing)
    }

    func join() {
        guard let thread = thread.take() else { return }
        thread.join()
    }

    func addUp(to result: inout LoadResult, isFirst: Bool) {
        result.model.merge(loop.model)
        result.tally.add(loop.tally)
        result.latencies.add(loop.latencies)
        result.acceptances.add(loop.acceptances)
        result.refusals.add(loop.refusals)
        if let slices = loop.slices { result.slices?.add(slices) }
        if !isFirst { result.lateness.add(loop.lateness) }
        result.measured += loop.measured
        result.discrepancies = Array((result.discrepancies + loop.discrepancies).prefix(10))
        result.discrepancyCount += loop.discrepancyCount
        result.sawGoAway = result.sawGoAway || loop.sawGoAway
    }
}
