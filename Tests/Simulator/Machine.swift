import Archive
import Authorization
import Domain
import Engine
import Journal
import NIOCore
import NIOEmbedded
import Platform
import Service
import Transport
import Wire

/// One life of the daemon's process: engine, journal, service and server as `assentd` joins them, without threads.
final class Machine {
    /// What one of the background threads came to.
    enum Progress {
        case working, done, idle, failed(String)
    }

    let engine: Engine
    let server: SteppedServer
    let service: DecisionService
    let loop = EmbeddedEventLoop()
    private let stepper: JournalStepper
    private let archiver: ArchiverSteps?
    private var snapshot: SnapshotSteps?
    private let clock: SimulatedClock
    private let hook: Hook
    private let disk: SimulatedDisk
    private var waitCount = 0
    private var lastTick: Int64
    /// Called when the journal says that it is durable up to an LSN, before anybody is told.
    var onDurable: (UInt64) -> Void = { _ in }
    /// Whether everybody is told before it is so: no daemon may do this, and a simulation must notice.
    var tellsEarly = false
    /// What ended the journal.
    private(set) var failure: JournalError?
    var isDraining = false
    /// Whether somebody waits for the journal, who may hold locks: nothing may be asked of the engine then.
    private(set) var isWaiting = false

    /// How a waiting worker has the journal come further.
    // SAFETY: a simulation runs on one thread.
    private final class Hook: @unchecked Sendable {
        weak var machine: Machine?
    }

    /// What every life has in common.
    static func engineOptions(_ plan: Plan) -> EngineOptions {
        var options = EngineOptions()
        options.cardShardCount = 2
        options.requestShardCount = 2
        options.rememberedRequestCountMin = 1
        options.rememberedRequestCount = plan.rememberedCount
        options.cardCountMax = 64
        options.appenderCount = 1
        options.readyMemoryByteCount = 0
        options.snapshotKeptCount = 2
        options.archive.mergeFanIn = 2
        options.cardMemory = .heap
        return options
    }

    static func journalOptions(_ segmentByteCount: UInt64, seed: UInt64, _ whileWaiting: @escaping @Sendable () -> Void)
        -> JournalOptions
    {
        var options = JournalOptions()
        options.segmentByteCount = segmentByteCount
        options.bufferByteCount = 32_768
        options.largePayloadByteCountMax = 16_384
        options.loadedCommitInterval = 0
        options.openSegmentCountMax = 2
        options.newIdentity = JournalIdentity(high: seed, low: 0xA55E)
        options.whileWaiting = whileWaiting
        return options
    }

    /// Opens the disk and starts to serve.
    init(
        disk: SimulatedDisk,
        clock: SimulatedClock,
        plan: Plan,
        seed: UInt64
    ) throws(EngineError) {
        let hook = Hook()
        self.hook = hook
        self.disk = disk
        self.clock = clock
        lastTick = clock.now
        var options = Self.engineOptions(plan)
        options.archive.newIdentity = ArchiveIdentity(high: disk.random.next(), low: disk.random.next())
        engine = try Engine.open(
            options: options,
            journalOptions: Self.journalOptions(plan.segmentByteCount, seed: seed) { hook.machine?.stepWhileWaiting() },
            storage: disk.journal,
            snapshotStorage: disk.snapshots,
            archiveStorage: plan.archives ? SimulatedArchiveStorage(disk.archive) : nil
        )
        do throws(PlatformError) {
            service = try DecisionService(stepping: engine, startedAt: Instant(microseconds: clock.wall))
        } catch {
            throw .memory(error)
        }
        var archiverOptions = ArchiverOptions()
        archiverOptions.quietMicroseconds = plan.archiveQuietMicroseconds
        archiverOptions.batchCountMin = 4
        archiverOptions.waitMicrosecondsMax = 20_000
        archiver = engine.makeArchiver(archiverOptions)
        var limits = TransportLimits()
        limits.creditMax = plan.creditMax
        // Small, so that ordinary traffic reaches them.
        limits.pendingByteCountMax = plan.pendingByteCountMax
        limits.totalPendingByteCountMax = 2 * plan.pendingByteCountMax
        server = SteppedServer(
            limits: limits,
            identity: ServerIdentity(
                clusterID: engine.instanceID,
                instanceID: engine.instanceID,
                serverName: "simulated",
                features: []
            ),
            handler: service,
            eventLoop: loop,
            monotonic: { clock.look() },
            wall: { clock.wall },
            nonce: { [UInt8](repeating: 7, count: 32) },
            report: { _ in }
        )
        stepper = JournalStepper(engine.journal)
        hook.machine = self
        server.durableAdvanced(to: engine.journal.durableLSN)
    }

    // MARK: The journal

    /// The journal's threads go on while a worker waits for them; in the end somebody makes room on a full disk.
    private func stepWhileWaiting() {
        isWaiting = true
        defer { isWaiting = false }
        waitCount += 1
        if waitCount % 8 == 0, disk.isFull {
            CoverageMark.reach("process: a worker waited until a full disk had room")
            disk.isFull = false
        }
        commitStep()
        stepper.prepareSegment(retries: true)
    }

    /// One step of the journal's thread.
    @discardableResult
    func commitStep() -> JournalStepper.Step {
        guard failure == nil else { return .nothing }
        do throws(JournalError) {
            let step = try stepper.step()
            if case .durable(let lsn) = step {
                onDurable(lsn)
                tell(lsn)
            } else if tellsEarly {
                tell(engine.journal.lastLSN)
            }
            return step
        } catch {
            failure = error
            return .nothing
        }
    }

    private func tell(_ lsn: UInt64) {
        server.durableAdvanced(to: lsn)
        service.durableAdvanced(to: LogSequenceNumber(rawValue: lsn))
    }

    func prepareSegment(retries: Bool) { stepper.prepareSegment(retries: retries) }

    // MARK: The other threads

    /// The server's timer, when its time has come.
    func tick() {
        server.wakeResting()
        guard clock.now - lastTick >= server.tickMilliseconds * 1_000 else { return }
        lastTick = clock.now
        server.tick()
    }

    /// Ends holds that are due.
    func expire() { if failure == nil { _ = engine.tick(now: Instant(microseconds: clock.wall), budget: 4) } }

    /// Goes on with a snapshot, or begins one.
    func snapshotStep() -> Progress {
        guard failure == nil else { return .idle }
        do throws(SnapshotError) {
            if snapshot == nil { snapshot = try engine.beginSnapshot(at: Instant(microseconds: clock.wall)) }
            guard let steps = snapshot else { return .idle }
            guard case .done = try steps.step() else { return .working }
            snapshot = nil
            return .done
        } catch {
            snapshot = nil
            return .failed("\(error)")
        }
    }

    var isMakingSnapshot: Bool { snapshot != nil }

    /// Removes segments that no snapshot and no answer needs.
    ///
    /// - Parameter lsn: The first record that somebody else needs.
    /// - Returns: how many, or nil when the disk failed.
    func removeSegments(before lsn: UInt64) -> Int? {
        try? engine.removeOldSegments(before: LogSequenceNumber(rawValue: lsn), keeping: 1)
    }

    /// Moves closed payments out of memory, or rebuilds the archive.
    func archiveStep() -> Progress {
        guard failure == nil, let archiver else { return .done }
        do throws(ArchiverError) {
            return try archiver.step(clock: Instant(microseconds: clock.wall)) == .idle ? .done : .working
        } catch {
            if case .journalBegins = error { disk.journal.restoreRemoved() }
            return .failed("\(error)")
        }
    }

    /// How many payments have left memory in this life.
    var archivedCount: UInt64 { archiver?.archivedCount ?? 0 }

    // MARK: The end

    /// Makes all durable and closes the journal in order.
    func close() {
        while failure == nil, service.runOneJob() {}
        guard failure == nil else { return }
        while case let step = commitStep(), step != .nothing {}
        guard failure == nil else { return }
        do throws(JournalError) { try stepper.close() } catch { failure = error }
    }

    /// Forgets it, as the kernel does with a process that has ended.
    func abandon(_ links: [Link]) {
        for link in links { link.close() }
        service.abandonJobs()
        loop.run()
        server.abandon()
        try? loop.syncShutdownGracefully()
    }
}
