import Archive
import Platform
import Randomness
import Testing

@Suite struct ArchiveModelTests {
    @Test(arguments: [0, 1 << 20])
    func itSaysWhatADictionarySaysThroughMergesAndRestarts(filterByteCountMax: Int) throws {
        let seed = SeededRandom.freshSeed()
        var random = SeededRandom(seed: seed)
        let storage = FaultyStorage()
        var archive = try ArchiveModel.open(storage, filterByteCountMax: filterByteCountMax)
        var model = ArchiveModel()
        var merged = 0
        for step in 0..<120 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<4:
                let size = [1, 5, 40, 300, 900][Int.random(in: 0..<5, using: &random)]
                let additions = model.randomBatch(size, using: &random)
                try ArchiveModel.append(additions, to: archive)
                model.add(additions)
            case 4..<7:
                let itemCountMax = Int.random(in: 1...2_000, using: &random)
                if try archive.mergeStep(itemCountMax: itemCountMax) == .merged { merged += 1 }
            default:
                archive = try ArchiveModel.open(storage, filterByteCountMax: filterByteCountMax)
            }
            if step % 10 == 9 { try model.expectSame(archive, "seed \(seed), step \(step)") }
        }
        #expect(merged > 0, "seed \(seed)")
        #expect(archive.isComplete && archive.findings.isEmpty)
        #expect(archive.versionMax == model.version)
        try archive.verify()
        #expect(archive.findings.isEmpty)
        #expect((archive.statistics.filterByteCount == 0) == (filterByteCountMax == 0))
    }

    @Test func manyRunsBecomeFewAndNothingIsLeftBehind() throws {
        var random = SeededRandom(seed: 7)
        let storage = FaultyStorage()
        let archive = try ArchiveModel.open(storage)
        var model = ArchiveModel()
        for _ in 0..<81 {
            let additions = model.randomBatch(20, using: &random)
            try ArchiveModel.append(additions, to: archive)
            model.add(additions)
            while try archive.mergeStep(itemCountMax: 1_000) != .idle {}
        }
        try model.expectSame(archive, "merged")
        // At most two of each order of magnitude, in steps of three, of at most 2,000 ids.
        #expect(archive.statistics.runCount <= 14)
        #expect(storage.allNames.filter { $0.hasSuffix(".run") }.count == archive.statistics.runCount)
        #expect(storage.allNames.count == archive.statistics.runCount + 2)
    }

    @Test func aMergeDoesNoMoreThanAskedAtATime() throws {
        var random = SeededRandom(seed: 8)
        let archive = try ArchiveModel.open(FaultyStorage())
        let model = ArchiveModel()
        for _ in 0..<3 { try ArchiveModel.append(model.randomBatch(100, using: &random), to: archive) }
        var steps = 0
        while try archive.mergeStep(itemCountMax: 10) == .working { steps += 1 }
        #expect(steps >= 10 && archive.statistics.runCount == 1)
        #expect(try archive.mergeStep(itemCountMax: 10) == .idle)
    }

    @Test func runsAreNotMergedBeyondTheLimit() throws {
        var options = ArchiveModel.options()
        options.runEntryCountMax = 1_024
        let archive = try Archive.open(options: options, owner: ArchiveModel.owner, storage: FaultyStorage())
        var id: UInt64 = 0
        for _ in 0..<20 {
            var additions: [ArchiveModel.Addition] = []
            for _ in 0..<300 {
                id += 1
                additions.append(
                    ArchiveModel.Addition(
                        id: id,
                        version: id,
                        fingerprints: [0, 0, 0, 0],
                        image: Array(repeating: 1, count: 24)
                    )
                )
            }
            try ArchiveModel.append(additions, to: archive)
            while try archive.mergeStep(itemCountMax: 100_000) != .idle {}
        }
        #expect(archive.statistics.entryCount == 6_000)
        #expect(archive.statistics.runCount >= 6)
    }

    @Test func afterTheLastRunThereIsRoomForNothingMore() throws {
        var options = ArchiveModel.options()
        options.runCountMax = 16
        let archive = try Archive.open(options: options, owner: ArchiveModel.owner, storage: FaultyStorage())
        let rebuild = try #require(archive.rebuild)
        #expect(try archive.complete(rebuild))
        var random = SeededRandom(seed: 9)
        let additions = ArchiveModel().randomBatch(1, using: &random)
        for _ in 0..<16 { try ArchiveModel.append(additions, to: archive) }
        #expect(throws: ArchiveError.full(runCount: 16)) {
            try ArchiveModel.append(additions, to: archive)
        }
        #expect(try ArchiveModel.find(additions[0].id, in: archive)?.image == additions[0].image)
        // Merging makes room, although for a moment it needs one more.
        while try archive.mergeStep(itemCountMax: 1_000) != .idle {}
        try ArchiveModel.append(additions, to: archive)
    }

    @Test func optionsOutOfRangeAreRefused() {
        for change in [
            { $0.mergeFanIn = 1 }, { $0.runEntryCountMax = 0 }, { $0.filterByteCountMax = -1 },
            { $0.runCountMax = 5_000 },
        ]
            as [(inout ArchiveOptions) -> Void]
        {
            var options = ArchiveModel.options()
            change(&options)
            #expect(throws: ArchiveError.self) {
                try Archive.open(options: options, owner: ArchiveModel.owner, storage: FaultyStorage())
            }
        }
        #expect(ArchiveOptions(imageByteCount: 9).complaint != nil)
    }

    @Test func filesOfADirectorySayTheSameAfterARestart() throws {
        let directory = "/tmp/assent-archive-\(RandomBytes.word())"
        defer {
            do {
                for name in try FileSystem.names(inDirectory: directory) {
                    try FileSystem.remove(directory + "/" + name)
                }
                try FileSystem.removeDirectory(directory)
            } catch {
                Issue.record(error)
            }
        }
        var random = SeededRandom(seed: 10)
        var model = ArchiveModel()
        for round in 0..<5 {
            let archive = try Archive.open(
                options: ArchiveModel.options(),
                owner: ArchiveModel.owner,
                storage: FileArchiveStorage(directory: directory)
            )
            if let rebuild = archive.rebuild { #expect(try archive.complete(rebuild)) }
            #expect(archive.isNew == (round == 0))
            let additions = model.randomBatch(700, using: &random)
            try ArchiveModel.append(additions, to: archive)
            model.add(additions)
            while try archive.mergeStep(itemCountMax: 500) != .idle {}
            try model.expectSame(archive, "round \(round)")
        }
    }
}
