import Authorization
import Domain
import Engine
import Journal
import NIOEmbedded
import Platform
import Service
import Wire

/// The whole engine on one thread: model gateways, a network, the daemon's parts, a disk, and faults in all of them.
///
/// Everything follows from the seed. Each step the scheduler picks who goes on; after it, what came out is checked.
package final class Simulation {
    /// Who goes on in a step.
    enum Action: Int, CaseIterable {
        case act, toServer, toClient, commit, work, prepare, tick, snapshot, archive, expire, follow
    }

    /// Something that is broken on purpose, so that a test can see the simulation notice.
    package enum Canary: String, CaseIterable, Sendable {
        /// Clients are answered when a block is written, not when it is durable.
        case earlyAnswer
        /// The disk says that it has synchronized, and has not.
        case lyingDisk
    }

    /// What a run came to.
    package struct Result: Sendable, Equatable {
        package let seed: UInt64
        /// Over every byte written and sent.
        package let transcript: UInt64
        package let steps: Int
        package let records: UInt64
        package let restarts: Int
        package let snapshots: Int
        package let archived: UInt64
        package let faults: [String: Int]
        package let answers: Int
    }

    let seed: UInt64
    var random: SeededRandom
    let plan: Plan
    /// Told each record and each end of a process, for whoever looks into a failure.
    let narrate: ((String) -> Void)?
    let clock = SimulatedClock()
    let disk: SimulatedDisk
    var machine: Machine?
    var links: [Link] = []
    var operations: [Operation] = []
    var cards: [SimulatedCard] = []
    var stories: [Story] = []
    var requestCount: UInt64 = 0
    /// How many frames the clients have sent.
    var sentCount = 0
    /// What is durable, read off the disk by code of its own.
    var auditor = JournalAuditor()
    /// What that adds up to.
    var model: BankModel
    /// What follows the journal.
    let bookkeeper = Bookkeeper()
    var transcript = Transcript()
    /// The first failure inside a callback that cannot throw.
    var failure: SimulationFailure?
    /// The digest of the state at a record, as a client was told.
    var toldDigests: [UInt64: [UInt8]] = [:]
    /// The same, as an engine had it.
    var digests: [UInt64: Digest128] = [:]
    /// What went wrong, by kind.
    var faults: [String: Int] = [:]
    /// Damage that was done to the disk and has not been mended.
    var rot: Damage?
    /// How often the archive was damaged.
    var archiveDamages = 0
    var snapshots = 0
    var archived: UInt64 = 0
    /// How often an operator was asked to put removed segments back.
    var restorations = 0
    /// No request before this one is open.
    var firstOpenOperation = 0
    var steps = 0
    var restarts = 0
    var answers = 0
    /// Whether nothing goes wrong any more, and all must come to an end.
    var isSettling = false
    private let actions: [Action]

    /// - Parameter canary: Something that is broken on purpose, for a test that the simulation notices.
    package init(seed: UInt64, canary: Canary? = nil, narrate: ((String) -> Void)? = nil) {
        self.seed = seed
        self.narrate = narrate
        random = SeededRandom(seed: seed)
        plan = Plan(&random, canary)
        model = BankModel(forgets: plan.forgets)
        disk = SimulatedDisk(seed: random.next())
        disk.slowOneIn = plan.slowOneIn
        disk.liesAboutSynchronizing = plan.canary == .lyingDisk
        actions = Action.allCases.flatMap { [plan] action in
            Array(repeating: action, count: plan.weights[action] ?? 1)
        }
    }

    /// Runs to the end.
    ///
    /// - Throws: `SimulationFailure` when something does not hold.
    package func run() throws -> Result {
        CoverageMark.record()
        disk.passTime = { [clock] in clock.advance($0) }
        try start()
        while operations.count < plan.operationCount {
            try step()
            if steps > 1_000_000 { break }
        }
        isSettling = true
        disk.isFull = false
        disk.disarm()
        rot?.mend()
        rot = nil
        for link in links {
            link.setWritable(true)
            link.stillUntil = 0
            // Where a length was spoilt, both may wait for the rest of a frame until the server asks who is there.
            if link.isSpoilt { lose(link) }
        }
        let limit = steps + 400_000
        while hasOpenOperation {
            try step()
            try SimulationFailure.require(
                steps < limit,
                "it does not come to an end after the last fault: \(standstill)"
            )
        }
        try endAllHolds()
        try archiveAll()
        try finish()
        transcript.add(disk.transcript.value)
        return Result(
            seed: seed,
            transcript: transcript.value,
            steps: steps,
            records: auditor.durableLSN,
            restarts: restarts,
            snapshots: snapshots,
            archived: archived,
            faults: faults,
            answers: answers
        )
    }

    private func step() throws {
        steps += 1
        clock.advance(Int64(random.below(100)))
        if !isSettling { try misfortune() }
        let action = random.pick(actions)
        transcript.add(action.rawValue)
        switch action {
        case .act: act()
        case .toServer: carryToServer()
        case .toClient: try carryToClient()
        case .commit: machine?.commitStep()
        case .work: work()
        case .prepare: machine?.prepareSegment(retries: random.oneIn(4))
        case .tick: machine?.tick()
        case .snapshot: try makeSnapshot()
        case .archive: try archive()
        case .expire: machine?.expire()
        case .follow: try follow()
        }
        machine?.loop.run()
        try collect()
        if let failure { throw failure }
        if machine?.failure != nil || disk.isGone { try restart(.ended) }
        if machine == nil { try start() }
    }

    /// What is still open, in words.
    private var standstill: String {
        let open = operations.indices.filter { !operations[$0].isSettled }
        let counts = links.map {
            "\($0.role) open \($0.isOpen) finished \($0.isFinished) greeted \($0.isGreeted) "
                + "to server \($0.toServer.count) to client \($0.toClient.count) wants \($0.isReadWanted)"
        }
        return
            "open requests \(open.prefix(3).map { "\(operations[$0].id) \(operations[$0].lastRefusal)" }), "
            + "links \(counts), journal \(machine?.engine.journal.lastLSN ?? 0) "
            + "durable \(auditor.durableLSN), \(machine.map { "\($0.engine.journal.statistics)" } ?? "none")"
    }

    private func work() {
        guard let machine else { return }
        // In the end also what connections have left behind that are gone.
        for _ in 0..<(isSettling ? 16 : 1) where !machine.service.runOneJob() { break }
    }

    private func makeSnapshot() throws {
        guard let machine, machine.isMakingSnapshot || random.oneIn(plan.snapshotOneIn) else { return }
        disk.hasFailed = false
        switch machine.snapshotStep() {
        case .working, .idle: break
        case .done:
            snapshots += 1
            narrate?("-- a snapshot was made")
            CoverageMark.reach("process: a snapshot was made under load")
            let needed = bookkeeper.lastLSN + 1
            if random.oneIn(plan.removeOneIn), rot == nil, machine.removeSegments(before: needed) ?? 0 > 0 {
                CoverageMark.reach("process: old segments were removed")
            }
        case .failed(let reason):
            // One that is made while everything changes may have to give up; nothing else may be the reason.
            let isExcused = disk.hasFailed || disk.isGone || machine.failure != nil
            let isConfiguration = reason.contains("configuration")
            try SimulationFailure.require(isExcused || isConfiguration, "no snapshot was made: \(reason)")
        }
    }

    /// - Returns: whether nothing is left to do.
    @discardableResult
    func archive() throws -> Bool {
        guard let machine else { return false }
        disk.hasFailed = false
        let before = machine.archivedCount
        let progress = machine.archiveStep()
        guard case .failed(let reason) = progress else {
            if machine.archivedCount > before {
                archived += machine.archivedCount - before
                narrate?("-- \(machine.archivedCount - before) payments left memory")
                CoverageMark.reach("process: a payment left memory")
            }
            if case .done = progress { return true }
            return false
        }
        if reason.contains("the older segments") {
            restorations += 1
            CoverageMark.reach("process: removed segments were put back to rebuild the archive")
            try SimulationFailure.require(restorations < 20, "putting the segments back does not help: \(reason)")
            try restart(.stopped)
            return false
        }
        let isExcused = disk.hasFailed || disk.isGone || machine.failure != nil || rot != nil || archiveDamages > 0
        try SimulationFailure.require(isExcused, "a step of the archive failed: \(reason)")
        return false
    }

    /// What went to the server's sockets is judged before it is on its way.
    func collect() throws {
        for link in links {
            let bytes = try link.takeOutput()
            guard !bytes.isEmpty else { continue }
            transcript.add(bytes)
            try check(bytes, of: link)
            if !link.isCut { link.toClient += bytes }
            if link.toClient.count > 2_048, !isSettling, plan.stallOneIn > 0 { link.setWritable(false) }
        }
        if links.contains(where: \.isOver) {
            for link in links where link.isOver { lose(link) }
            links.removeAll(where: \.isOver)
        }
    }

    // MARK: Durability

    /// Reads what the disk has made durable, and has the model follow.
    func advance() throws(SimulationFailure) {
        try auditor.advance(disk)
        while model.lastLSN < auditor.durableLSN {
            let record = auditor.records[Int(model.lastLSN)]
            narrate?(record.text)
            try model.apply(record)
        }
    }

    func noteDurable(_ lsn: UInt64) {
        do throws(SimulationFailure) {
            try advance()
            try SimulationFailure.require(
                auditor.durableLSN >= lsn,
                "the journal says that record \(lsn) is durable, and the disk has \(auditor.durableLSN)"
            )
            if let machine, !machine.isWaiting, machine.engine.journal.lastLSN == auditor.durableLSN {
                try compareCards(machine.engine, model)
            }
        } catch {
            failure = failure ?? error
        }
    }

    /// The engine's cards against the model's.
    func compareCards(_ engine: Engine, _ model: BankModel) throws(SimulationFailure) {
        for token in cards.map(\.token) {
            let view = engine.card(token)
            let card = view.map {
                BankModel.Card(
                    limit: $0.balances.limit,
                    posted: $0.balances.posted,
                    held: $0.balances.held,
                    status: $0.status
                )
            }
            try SimulationFailure.require(
                card == model.card(token),
                "card \(token) is \(String(describing: card)) and by the records "
                    + "\(String(describing: model.card(token))) at record \(model.lastLSN)"
            )
        }
    }
}
