import Archive
import Authorization
import Domain
import Engine
import Journal
import Platform
import Reexecution

// What recovery must bring back.

extension Simulation {
    /// What a recovered engine must hold: every durable record and nothing else but what was written behind them; every
    /// answer that a client has; the sums of all that.
    func compareRecovered(_ engine: Engine) throws {
        let seen = try JournalAuditor.readAll(disk, .seen)
        let lastLSN = engine.journal.lastLSN
        try SimulationFailure.require(
            lastLSN >= auditor.durableLSN && lastLSN == seen.durableLSN,
            "recovered up to record \(lastLSN); durable were \(auditor.durableLSN), on the disk are \(seen.durableLSN)"
        )
        try SimulationFailure.require(
            seen.records.starts(with: auditor.records),
            "a durable record is another after recovery"
        )
        if lastLSN > auditor.durableLSN { CoverageMark.reach("process: more was recovered than was known as durable") }
        // What was decided and lost may be decided otherwise now.
        digests = digests.filter { $0.key <= lastLSN }
        var recovered = model
        for record in seen.records.dropFirst(auditor.records.count) { try recovered.apply(record) }
        try compareCards(engine, recovered)
        try comparePayments(engine, recovered)
        for operation in operations where operation.answer != nil { try compareFate(of: operation, in: engine) }
        // Recovery may have made durable what it found.
        try advance()
        try compareDigest(engine)
        if engine.recoverySource.snapshotLSN != nil { CoverageMark.reach("process: it was recovered from a snapshot") }
        let wants = engine.recoverySource.snapshotLSN == nil ? 4 : 2
        if random.oneIn(wants) { try compareFullReplay(engine) }
    }

    private func compareDigest(_ engine: Engine) throws(SimulationFailure) {
        let digest = engine.digest()
        guard let before = digests[digest.lsn.rawValue] else { return }
        CoverageMark.reach("process: the digest is the same after a recovery")
        try SimulationFailure.require(
            before == digest.digest,
            "the digest at record \(digest.lsn) is another after recovery"
        )
    }

    /// An answered request is remembered where its answer says.
    private func compareFate(of operation: Operation, in engine: Engine) throws(SimulationFailure) {
        switch engine.fate(of: operation.id, transmissionTime: operation.transmissionTime) {
        case .remembered(let place):
            try SimulationFailure.require(
                place.lsn.rawValue == operation.answerLSN,
                "request \(operation.id) was answered from record \(operation.answerLSN) and lies in \(place.lsn)"
            )
        // It left behind as many others as one shard remembers.
        case .tooOld where engine.journal.lastLSN - operation.answerLSN >= UInt64(plan.rememberedCount / 2): break
        case .tooOld, .unknown:
            throw SimulationFailure(
                "request \(operation.id) was answered from record \(operation.answerLSN) and is not known"
            )
        }
    }

    /// Every payment that the books have is found, in memory or in the archive, as it is.
    ///
    /// - Parameter isStrict: Whether the archive must be whole.
    private func comparePayments(
        _ engine: Engine,
        _ model: BankModel,
        isStrict: Bool = false
    ) throws(SimulationFailure) {
        for payment in model.payments.suffix(plan.floods ? 200 : .max) {
            let found: PaymentRecord?
            do throws(ArchiveError) {
                found = try engine.newestPayment(LogSequenceNumber(rawValue: payment.id), of: payment.account)
            } catch {
                // Not while it is rebuilt.
                try SimulationFailure.require(
                    !isStrict && (archiveDamages > 0 || disk.hasFailed),
                    "payment \(payment.id) cannot be found: \(error)"
                )
                guard case .incomplete = error else { continue }
                CoverageMark.reach("process: a payment cannot be said while the archive is rebuilt")
                continue
            }
            try SimulationFailure.require(
                found.map { payment.agrees(with: $0) } ?? false,
                "payment \(payment.id) is \(String(describing: found)), and by the books \(payment.amounts)"
            )
        }
    }

    /// A second engine, which decides everything again, comes to the same state.
    func compareFullReplay(_ engine: Engine) throws {
        var options = Machine.engineOptions(plan)
        options.verifiesDecisions = true
        let copy = disk.copy(isWhole: true)
        let second = try Engine.open(
            options: options,
            journalOptions: Machine.journalOptions(plan.segmentByteCount, seed: seed) {},
            storage: copy.journal
        )
        let (here, there) = withExtendedLifetime(copy) { (engine.digest(), second.digest()) }
        try SimulationFailure.require(here == there, "the state is \(here), and by full replay \(there)")
        transcript.add(here.digest.low)
        CoverageMark.reach("process: a full replay came to the same state")
        try compareReexecution()
    }

    /// The core alone, which believes nothing of a decision, comes to the same records.
    private func compareReexecution() throws {
        var reexecution = Reexecution()
        for (index, record) in try JournalAuditor.readAll(disk, .seen).records.enumerated() {
            let failure = record.payload.withUnsafeBytes { payload -> ReexecutionError? in
                let lsn = UInt64(index) + 1
                let view = JournalRecordView(
                    lsn: lsn,
                    position: 0,
                    kind: record.kind,
                    time: record.time,
                    payload: payload
                )
                do throws(ReexecutionError) { try reexecution.take(view) } catch { return error }
                return nil
            }
            if let failure { throw SimulationFailure("\(failure)") }
        }
        CoverageMark.reach("process: the core alone came to the same records")
    }

    /// Time passes until every hold is due: all of them must be released.
    func endAllHolds() throws {
        clock.advance(Self.holdDaysMax * BookedPayment.day)
        var lastLSN: UInt64?
        while let machine, machine.engine.journal.lastLSN != lastLSN {
            lastLSN = machine.engine.journal.lastLSN
            machine.prepareSegment(retries: true)
            while machine.commitStep() != .nothing { if let failure { throw failure } }
            machine.expire()
        }
        if let held = model.payments.first(where: { $0.amounts.hold != 0 }) {
            throw SimulationFailure(
                "payment \(held.id) of \(held.account) holds \(held.amounts.hold), \(Self.holdDaysMax) days later"
            )
        }
    }

    /// Longer than any hold stands.
    private static let holdDaysMax: Int64 = 31

    /// Everything that may leave memory does; a damaged archive is rebuilt before.
    func archiveAll() throws {
        for _ in 0..<3 {
            // Those that are few wait for others, for a while.
            clock.advance(1_000_000)
            var stepCount = 0
            while try !archive() {
                if machine == nil { try start() }
                stepCount += 1
                try SimulationFailure.require(stepCount < 100_000, "archiving does not come to an end")
            }
        }
    }

    /// All is answered: the records, the answers and the state must agree.
    func finish() throws {
        guard let machine else { throw SimulationFailure("it does not run at the end") }
        rot?.mend()
        while machine.engine.journal.lastLSN > auditor.durableLSN {
            try SimulationFailure.require(machine.commitStep() != .nothing, "the journal stands still")
            if let failure { throw failure }
        }
        try compareCards(machine.engine, model)
        try comparePayments(machine.engine, model, isStrict: true)
        for operation in operations {
            let lsn = model.lsnByRequest[operation.id]
            if operation.answer != nil {
                try SimulationFailure.require(
                    lsn == operation.answerLSN,
                    "request \(operation.id) was answered from record \(operation.answerLSN) and is record "
                        + "\(String(describing: lsn))"
                )
                try compareFate(of: operation, in: machine.engine)
            }
        }
        try closeBooks()
        let whole = try JournalAuditor.readAll(disk, .durable)
        try SimulationFailure.require(whole.records == auditor.records, "a durable record has changed")
        try compareFullReplay(machine.engine)
        machine.abandon(links)
    }
}
