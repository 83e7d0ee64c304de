import Archive
import Domain
import Engine
import Journal
import NIOEmbedded
import Platform
import Service
import Transport

// The end of a process, and the beginning of the next.

extension Simulation {
    /// The process ends, and begins again on what is left.
    func restart(_ end: End) throws {
        guard let machine else { return }
        restarts += 1
        narrate?("-- \(end) at step \(steps)")
        transcript.add(restarts)
        if end == .stopped {
            note("ordered stop")
            try stopInOrder(machine)
        } else if end == .killed {
            note("process killed")
            CoverageMark.reach("process: it was killed")
        } else if end == .ended {
            note("process ended by the disk")
        }
        noteDigest(machine.engine)
        machine.abandon(links)
        try collect()
        for link in links { cut(link) }
        self.machine = nil
        bookkeeper.close()
        let wasGone = disk.isGone
        disk.processEnded()
        if end == .powerLost || (wasGone || end == .ended) && random.oneIn(2) {
            note("power lost")
            CoverageMark.reach("process: power was lost")
            disk.losePower()
        }
        // What the platter has is durable, told or not.
        try advance()
    }

    /// As `assentd` stops: drains, finishes the jobs, closes the journal.
    private func stopInOrder(_ machine: Machine) throws {
        CoverageMark.reach("process: it was stopped in order")
        machine.server.drain(graceMilliseconds: 1_000)
        machine.isDraining = true
        for _ in 0..<random.below(200) {
            clock.advance(Int64(random.below(2_000)))
            switch random.below(4) {
            case 0: carryToServer()
            case 1: machine.commitStep()
            case 2: _ = machine.service.runOneJob()
            default: machine.tick()
            }
            machine.loop.run()
            try collect()
        }
        machine.close()
        try collect()
        if let failure { throw failure }
        if machine.failure == nil {
            try advance()
            try SimulationFailure.require(
                auditor.durableLSN == machine.engine.journal.lastLSN,
                "closed in order, and record \(machine.engine.journal.lastLSN) is not on the disk"
            )
        }
    }

    /// The digest as the engine has it now: an engine recovered to the same record must have the same.
    func noteDigest(_ engine: Engine) {
        let digest = engine.digest()
        digests[digest.lsn.rawValue] = digest.digest
    }

    // MARK: Starting

    /// Starts the process; tries again where the disk fails or damage is found and mended.
    func start() throws {
        var last: EngineError?
        for attempt in 0..<100 {
            let damage = damageBeforeStart(attempt)
            if damage == nil, !isSettling, attempt < 20, random.oneIn(plan.openFailsOneIn) {
                note("failing disk at a start armed")
                disk.arm(random.oneIn(2) ? .error : .end, after: random.below(30))
            }
            disk.hasFailed = false
            do throws(EngineError) {
                let machine = try Machine(disk: disk, clock: clock, plan: plan, seed: seed)
                machine.onDurable = { [unowned self] in noteDurable($0) }
                machine.tellsEarly = plan.canary == .earlyAnswer
                if damage == nil || random.oneIn(2) { disk.disarm() }
                self.machine = machine
            } catch {
                last = error
                narrate?("-- it does not start: \(error)")
                try judge(error, damage)
                if disk.isFull, random.oneIn(4) {
                    CoverageMark.reach("process: a start waited until a full disk had room")
                    disk.isFull = false
                }
                damage?.mend()
                rot = nil
                let wasGone = disk.isGone
                disk.processEnded()
                if wasGone, random.oneIn(2) { disk.losePower() }
                try advance()
                continue
            }
            guard let machine else { return }
            if failure != nil { return }
            if let damage { try judge(machine, damage) }
            narrate?("-- started at record \(machine.engine.journal.lastLSN), \(machine.engine.recoverySource)")
            try compareRecovered(machine.engine)
            return
        }
        throw SimulationFailure("it does not start: \(last.map { "\($0)" } ?? "")")
    }

    private func damageBeforeStart(_ attempt: Int) -> Damage? {
        if var rot {
            rot.writeCount = disk.journalWriteCount
            return rot
        }
        guard !isSettling, restarts > 0, attempt == 0, random.oneIn(plan.damageOneIn) else { return nil }
        let damage: Damage?
        switch random.below(6) {
        case 0: damage = damageSnapshot()
        case 1: damage = damageArchive()
        default: damage = damageJournal(isLastSpared: false)
        }
        if damage != nil { note("damage before a start") }
        return damage
    }

    /// It started in spite of damage: allowed where what is damaged was not needed.
    private func judge(_ machine: Machine, _ damage: Damage) throws(SimulationFailure) {
        switch damage.place {
        case .journal(let firstLSN, _, _):
            let snapshot = machine.engine.recoverySource.snapshotLSN?.rawValue ?? 0
            try SimulationFailure.require(
                firstLSN <= snapshot,
                "\(damage.what) at \(damage.place): it starts all the same, from snapshot \(snapshot), up to record "
                    + "\(machine.engine.journal.lastLSN) of \(auditor.durableLSN)"
            )
            CoverageMark.reach("process: it started with damage in records that its snapshot has")
            damage.mend()
        case .snapshot(let lsn):
            // The padding behind a block says nothing; all else is compared below.
            if machine.engine.recoverySource.snapshotLSN?.rawValue != lsn {
                CoverageMark.reach("process: a damaged snapshot was passed over")
            }
        case .archive: break
        }
        rot = nil
    }

    /// Whether the start was refused for a reason that there was.
    private func judge(_ error: EngineError, _ damage: Damage?) throws(SimulationFailure) {
        if let damage, case .journal(.corrupt(let corruption)) = error,
            case .journal(_, let name, let range) = damage.place
        {
            try SimulationFailure.require(
                disk.journalWriteCount == damage.writeCount,
                "\(damage.what): refused, and written to"
            )
            // The chain breaks at the next block where the block itself is sound.
            try SimulationFailure.require(
                corruption.segment == name && range.contains(Int(corruption.offset)) || damage.isSoundInItself,
                "\(damage.what) at \(range) of \(name), and it says \(corruption)"
            )
            CoverageMark.reach("process: a damaged journal was refused")
            return
        }
        switch error {
        case .journal(.storage), .archive(.storage):
            try SimulationFailure.require(disk.hasFailed, "it does not start, and the disk is well: \(error)")
            CoverageMark.reach("process: a start failed for the disk")
        case .noUsableSnapshot(let problems):
            try judge(snapshotProblems: problems)
            CoverageMark.reach("process: a start failed for the disk")
        case .archive where archiveDamages > 0, .archiveNeeded where archiveDamages > 0:
            // Its records are in segments that were removed.
            disk.journal.restoreRemoved()
            CoverageMark.reach("process: removed segments were put back to rebuild the archive")
        case .journal(.corrupt(let corruption)) where disk.journal.files[corruption.segment]?.lostBitCount == 1:
            // Nothing can tell it from a changed bit in a durable block: an operator drops it, as nobody was answered.
            note("torn block that looks like a changed bit")
            disk.journal.files[corruption.segment]?.clear(from: Int(corruption.offset))
        default: throw SimulationFailure("it does not start: \(error)")
        }
    }

    /// The oldest segments are gone, and no snapshot was of use: right only where each of them is damaged or met a
    /// failing call, and at least one did. `damageSnapshot` leaves one that is whole.
    ///
    /// - Parameter problems: What the engine says of the snapshots, the newest first.
    private func judge(snapshotProblems problems: [String]) throws(SimulationFailure) {
        let names = disk.snapshots.sortedNames.filter { $0.hasSuffix(".snapshot") }
        let unread = zip(names.reversed(), problems).filter { !isSnapshotDamaged($0.0) }
        try SimulationFailure.require(
            !disk.journal.removed.isEmpty && disk.hasFailed && names.count == problems.count && !unread.isEmpty
                && unread.allSatisfy { $0.1.contains("the simulated disk") },
            "no snapshot can be used, and of \(names) only \(names.filter(isSnapshotDamaged)) are damaged: \(problems)"
        )
    }
}
