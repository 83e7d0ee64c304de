import Engine
import Journal
import Platform

// Who reads the journal beside its writer.

extension Simulation {
    /// The books take in some of what is durable.
    func follow() throws {
        guard let machine else { return }
        disk.hasFailed = false
        let before = bookkeeper.lastLSN
        var finding: String?
        do throws(JournalError) {
            finding = try bookkeeper.read(
                disk.journal,
                machine.engine.journal.identity,
                through: machine.engine.journal.durableLSN,
                countMax: random.pick([1, 8, 1_000]),
                comparing: auditor.records
            )
        } catch {
            bookkeeper.close()
            guard case .storage = error else { return try tolerateDamage("\(error)") }
            try SimulationFailure.require(disk.hasFailed, "a follower cannot read, and the disk is well: \(error)")
            CoverageMark.reach("process: a follower met a failing disk")
        }
        if let finding { try tolerateDamage(finding) }
        if bookkeeper.lastLSN > before { CoverageMark.reach("process: a follower read the journal beside its writer") }
    }

    private func tolerateDamage(_ finding: String) throws(SimulationFailure) {
        try SimulationFailure.require(rot != nil, "a follower reads what is not there: \(finding)")
        CoverageMark.reach("process: a follower met damage")
    }

    /// At the end the books have everything.
    func closeBooks() throws {
        while bookkeeper.lastLSN < auditor.durableLSN {
            let before = bookkeeper.lastLSN
            try follow()
            try SimulationFailure.require(bookkeeper.lastLSN > before, "a follower stands still at record \(before)")
        }
        try bookkeeper.compare(model)
    }
}
