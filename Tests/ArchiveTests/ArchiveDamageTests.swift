import Archive
import Randomness
import Testing

@Suite struct ArchiveDamageTests {
    /// An archive of several runs and what is in it.
    private func sample() throws -> (storage: FaultyStorage, model: ArchiveModel) {
        var random = SeededRandom(seed: 5)
        let storage = FaultyStorage()
        let archive = try ArchiveModel.open(storage)
        var model = ArchiveModel()
        for size in [900, 200] {
            let additions = model.randomBatch(size, using: &random)
            try ArchiveModel.append(additions, to: archive)
            model.add(additions)
        }
        return (storage, model)
    }

    @Test(arguments: [0, 1 << 20])
    func aFlippedBitIsNoticedAndNamedAndNeverAnswers(filterByteCountMax: Int) throws {
        let seed = SeededRandom.freshSeed()
        var random = SeededRandom(seed: seed)
        let (storage, model) = try sample()
        let runs = storage.allNames.filter { $0.hasSuffix(".run") }
        for _ in 0..<150 {
            let copy = storage.copy()
            let name = try #require(runs.randomElement(using: &random))
            let offset = Int.random(in: 0..<(copy[name]?.count ?? 1), using: &random)
            copy[name]?[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let archive = try ArchiveModel.open(copy, filterByteCountMax: filterByteCountMax)
            do {
                try model.expectSame(archive, "seed \(seed), \(name) at \(offset)")
            } catch {
                #expect(error as? ArchiveError == .incomplete)
            }
            try archive.verify()
            #expect(!archive.isComplete, "seed \(seed), \(name) at \(offset)")
            #expect(archive.findings.map(\.file) == [name], "seed \(seed), \(name) at \(offset)")
            #expect(throws: ArchiveError.incomplete) { try archive.ids(ofFingerprint: 1) }
            try archive.setAsideDamaged()
            #expect(copy.allNames.contains(name + ".damaged") && !copy.allNames.contains(name))
            #expect(try !ArchiveModel.open(copy).isComplete)
        }
    }

    @Test func aRunThatIsMissingOrCutOrAnothersIsNamed() throws {
        let (storage, _) = try sample()
        let runs = storage.allNames.filter { $0.hasSuffix(".run") }
        try #require(runs.count == 2)
        let changes: [(FaultyStorage) -> Void] = [
            { $0[runs[0]] = nil },
            { $0[runs[0]]?.removeLast() },
            { $0[runs[0]]?.append(0) },
            { $0[runs[0]] = [] },
            { $0[runs[0]]?.removeLast(($0[runs[0]]?.count ?? 0) - 5_000) },
            { $0[runs[0]] = $0[runs[1]] },
        ]
        for (number, change) in changes.enumerated() {
            let copy = storage.copy()
            change(copy)
            let archive = try ArchiveModel.open(copy)
            #expect(!archive.isComplete && !archive.isNew, "change \(number)")
            #expect(archive.findings.map(\.file) == [runs[0]], "change \(number)")
            #expect(archive.statistics.runCount == 1, "change \(number)")
        }
    }

    @Test func oneWholeCopyOfTheManifestIsEnough() throws {
        let (storage, model) = try sample()
        for name in ["manifest.0", "manifest.1"] {
            for change in [{ $0 = nil }, { $0 = [] }, { $0?[20] ^= 4 }] as [(inout [UInt8]?) -> Void] {
                let copy = storage.copy()
                change(&copy[name])
                let archive = try ArchiveModel.open(copy)
                #expect(archive.isComplete && archive.findings.isEmpty)
                try model.expectSame(archive, "\(name)")
                #expect(copy["manifest.0"] == copy["manifest.1"] && copy["manifest.0"] != nil)
            }
        }
    }

    @Test func withoutAManifestAllIsSetAside() throws {
        let (storage, _) = try sample()
        storage["manifest.0"] = nil
        storage["manifest.1"]?[9] ^= 1
        let archive = try ArchiveModel.open(storage)
        #expect(!archive.isComplete && archive.findings.count == 1 && archive.statistics.runCount == 0)
        #expect(storage.allNames.filter { $0.hasSuffix(".run.damaged") }.count == 2)
    }

    @Test func theArchiveOfAnotherJournalIsNeverRead() throws {
        let (storage, _) = try sample()
        let other = ArchiveOwner(high: 1, low: 2)
        let archive = try Archive.open(options: ArchiveModel.options(), owner: other, storage: storage)
        #expect(!archive.isComplete && archive.statistics.runCount == 0)
        #expect(archive.findings.first?.finding == "it belongs to another journal")
    }

    @Test func anArchiveThatIsAheadOfItsOwnerIsNeverRead() throws {
        let (storage, model) = try sample()
        for (limit, isRead) in [(model.version, true), (model.version - 1, false)] {
            let archive = try Archive.open(
                options: ArchiveModel.options(),
                owner: ArchiveModel.owner,
                versionLimit: limit,
                storage: storage
            )
            #expect(archive.isComplete == isRead && archive.findings.isEmpty == isRead)
            #expect((archive.statistics.runCount == 0) == !isRead)
        }
    }

    @Test func aRebuildingGoesOnAfterARestartAndEndsComplete() throws {
        let (storage, model) = try sample()
        let name = try #require(storage.allNames.first { $0.hasSuffix(".run") })
        storage[name] = nil
        var archive = try ArchiveModel.open(storage)
        var rebuild = try #require(archive.rebuild)
        #expect(rebuild.rebuiltThrough == 0)
        #expect(try archive.note(&rebuild, through: 77))
        archive = try ArchiveModel.open(storage)
        rebuild = try #require(archive.rebuild)
        #expect(rebuild.rebuiltThrough == 77 && archive.findings.isEmpty)
        // The same batches again; what is there already is none the worse for it.
        var random = SeededRandom(seed: 5)
        var again = ArchiveModel()
        for size in [900, 200] {
            let additions = again.randomBatch(size, using: &random)
            try ArchiveModel.append(additions, to: archive)
            again.add(additions)
        }
        #expect(throws: ArchiveError.incomplete) { try ArchiveModel.find(1, in: archive) }
        #expect(try archive.complete(rebuild))
        try model.expectSame(archive, "rebuilt")
        try model.expectSame(try ArchiveModel.open(storage), "rebuilt, reopened")
    }

    @Test func damageDuringARebuildingBeginsItAnew() throws {
        let (storage, _) = try sample()
        let runs = storage.allNames.filter { $0.hasSuffix(".run") }
        storage[runs[0]] = nil
        let archive = try ArchiveModel.open(storage)
        var rebuild = try #require(archive.rebuild)
        // Under the open archive, as a disk goes bad.
        for offset in 4_096..<20_000 { storage[runs[1]]?[offset] = 0 }
        try archive.verify()
        #expect(archive.findings.count == 2)
        #expect(try !archive.note(&rebuild, through: 50))
        #expect(try !archive.complete(rebuild))
        #expect(try #require(archive.rebuild).rebuiltThrough == 0)
        #expect(!archive.isComplete)
    }

    @Test func aMergeThatMeetsDamageSetsTheRunAsideAndKeepsTheOthers() throws {
        var random = SeededRandom(seed: 6)
        let storage = FaultyStorage()
        let archive = try ArchiveModel.open(storage)
        for _ in 0..<3 { try ArchiveModel.append(ArchiveModel().randomBatch(200, using: &random), to: archive) }
        let name = try #require(storage.allNames.filter { $0.hasSuffix(".run") }.last)
        storage[name]?[5_000] ^= 1
        #expect(throws: ArchiveError.incomplete) {
            while try archive.mergeStep(itemCountMax: 1_000) != .idle {}
        }
        #expect(try archive.mergeStep(itemCountMax: 1_000) == .idle)
        #expect(archive.findings.map(\.file) == [name] && archive.statistics.runCount == 2)
        #expect(storage.allNames.filter { $0.hasSuffix(".new") }.isEmpty)
    }
}
