import Archive
import Randomness
import Testing

@Suite struct ArchiveFaultTests {
    /// What is done with an archive while a call fails: appends, and merges until there is nothing to merge.
    private struct Script {
        var model = ArchiveModel()
        /// What was being appended when a call failed: it may be there or not, but all of it or nothing.
        var pending: [ArchiveModel.Addition] = []
        private(set) var failureCount = 0

        mutating func run(_ archive: Archive, retrying: Bool) throws {
            var random = SeededRandom(seed: 3)
            for _ in 0..<4 {
                let additions = model.randomBatch(60, using: &random)
                pending = additions
                try attempt(retrying) { () throws(ArchiveError) in
                    try ArchiveModel.append(additions, to: archive)
                }
                model.add(additions)
                pending = []
                var progress = MergeProgress.working
                while progress != .idle {
                    try attempt(retrying) { () throws(ArchiveError) in
                        progress = try archive.mergeStep(itemCountMax: 50)
                    }
                }
            }
        }

        private mutating func attempt(_ retrying: Bool, _ body: () throws(ArchiveError) -> Void) throws {
            do throws(ArchiveError) {
                try body()
            } catch {
                guard case .storage = error else {
                    Issue.record("\(error)")
                    throw error
                }
                failureCount += 1
                guard retrying else { throw error }
                try body()
            }
        }
    }

    @Test func aCallThatFailsOnceHarmsNothing() throws {
        var faulted: Set<FaultyStorage.Call> = []
        for number in 1... {
            let storage = FaultyStorage()
            let archive = try ArchiveModel.open(storage)
            storage.fail(call: number, .errorOnce)
            var script = Script()
            try script.run(archive, retrying: true)
            guard let call = storage.faultedCall else {
                #expect(number > 100)
                break
            }
            faulted.insert(call)
            try script.model.expectSame(archive, "call \(number) (\(call.rawValue))")
            #expect(archive.isComplete && archive.findings.isEmpty, "call \(number)")
            let reopened = try ArchiveModel.open(storage)
            try script.model.expectSame(reopened, "call \(number) (\(call.rawValue)), reopened")
            #expect(reopened.isComplete && reopened.findings.isEmpty, "call \(number)")
            #expect(storage.allNames.count == reopened.statistics.runCount + 2, "call \(number)")
        }
        #expect(faulted.isSuperset(of: [.create, .write, .synchronize, .rename, .synchronizeNames, .remove, .read]))
    }

    @Test func aCrashAtAnyCallLeavesWhatWasAppended() throws {
        for number in 1... {
            let storage = FaultyStorage()
            let archive = try ArchiveModel.open(storage)
            storage.fail(call: number, .crash)
            var script = Script()
            do { try script.run(archive, retrying: false) } catch {}
            guard let call = storage.faultedCall else {
                #expect(number > 100)
                break
            }
            for seed in UInt64(1)...4 {
                let image = storage.imageAfterPowerLoss(seed: seed &* 1_000 &+ UInt64(number))
                let comment = "call \(number) (\(call.rawValue)), seed \(seed)"
                let after = try ArchiveModel.open(image)
                #expect(after.isComplete && after.findings.isEmpty && !after.isNew, "\(comment)")
                var model = script.model
                if let first = script.pending.first,
                    try ArchiveModel.find(first.id, in: after)?.version ?? 0 >= first.version
                {
                    model.add(script.pending)
                }
                try model.expectSame(after, "\(comment)")
                #expect(image.allNames.count == after.statistics.runCount + 2, "\(comment)")
                // And it goes on.
                try ArchiveModel.append(script.pending, to: after)
                model.add(script.pending)
                while try after.mergeStep(itemCountMax: 10_000) != .idle {}
                try model.expectSame(after, "\(comment), gone on")
            }
        }
    }

    @Test func aCrashWhileItIsMadeLeavesNothingOrAnEmptyOne() throws {
        for number in 1... {
            let storage = FaultyStorage()
            storage.fail(call: number, .crash)
            do { _ = try ArchiveModel.open(storage) } catch {}
            guard storage.faultedCall != nil else {
                #expect(number > 10)
                break
            }
            for seed in UInt64(1)...4 {
                let after = try ArchiveModel.open(storage.imageAfterPowerLoss(seed: seed))
                #expect(after.findings.isEmpty && after.statistics.runCount == 0, "call \(number), seed \(seed)")
            }
        }
    }

    @Test func aCrashAtAnyCallOfOpeningADamagedOneStillSaysThatItIsDamaged() throws {
        let storage = FaultyStorage()
        var script = Script()
        try script.run(try ArchiveModel.open(storage), retrying: false)
        let name = try #require(storage.allNames.first { $0.hasSuffix(".run") })
        storage[name]?[100] ^= 1
        for number in 1... {
            let copy = storage.copy()
            copy.fail(call: number, .crash)
            do { _ = try ArchiveModel.open(copy) } catch {}
            guard copy.faultedCall != nil else {
                #expect(number > 10)
                break
            }
            for seed in UInt64(1)...4 {
                let after = try ArchiveModel.open(copy.imageAfterPowerLoss(seed: seed))
                #expect(!after.isComplete, "call \(number), seed \(seed)")
            }
        }
    }
}
