import Foundation
import Journal
import Platform
import Testing

@testable import Backup

/// What is damaged in a directory of backups is named, used no more, and keeps nothing else from being done.
@Suite struct DamagedRepositoryTests {
    private let harness: BackupHarness

    init() throws {
        harness = try BackupHarness()
        try harness.append(40)
        try harness.back()
    }

    private func flip(_ path: String, at place: Int? = nil) throws {
        let url = URL(fileURLWithPath: path)
        var bytes = Array(try Data(contentsOf: url))
        bytes[place ?? bytes.count / 2] ^= 1
        try Data(bytes).write(to: url)
    }

    private func path(_ segment: Int, of number: UInt64 = 1) throws -> String {
        harness.repository.objectPath(try harness.repository.manifest(number).segments[segment].object.digest)
    }

    // MARK: Manifests

    @Test func aManifestThatCannotBeReadStopsNeitherListsNorBackups() throws {
        try harness.append(10)
        try harness.back()
        let (first, second) = (harness.repository.manifestPath(1), harness.repository.manifestPath(2))
        for unreadable in [first, second] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: unreadable))
            try flip(unreadable)
            let listing = try harness.repository.listing()
            #expect(listing.summaries.count == (try harness.repository.numbers().count) - 1)
            #expect(listing.unreadable.count == 1)
            #expect("\(listing.unreadable)".contains(unreadable))
            try harness.append(5)
            let report = try harness.back()
            #expect(report.findings == listing.unreadable)
            #expect(report.reusedCount > 0, "what the others have is used")
            #expect(try harness.repository.numbers().first == report.summary.number)
            try harness.restore(of: report.summary.number, to: "r")
            #expect(BackupHarness.records(harness.directory + "/r") == BackupHarness.records(harness.data))
            try harness.remove("r")
            // What it needs nobody knows.
            #expect(throws: listing.unreadable[0]) { try BackupPruning(harness.repository).run(keeping: 9) }
            try bytes.write(to: URL(fileURLWithPath: unreadable))
        }
        #expect(try harness.back().findings.isEmpty)
    }

    @Test func theNewestThatCannotBeReadIsNotPassedOverInARestore() throws {
        try harness.append(10)
        try harness.back()
        try flip(harness.repository.manifestPath(2))
        let error = #expect(throws: BackupError.self) { try harness.restore(to: "r") }
        #expect("\(try #require(error))".contains(harness.repository.manifestPath(2)))
        #expect(try harness.restore(of: 1, to: "r").lsn == 40)
    }

    @Test func aFileThatIsNoManifestIsNamed() throws {
        let stranger = harness.repository.path + "/manifests/00000001.old"
        try Data([1]).write(to: URL(fileURLWithPath: stranger))
        let listing = try harness.repository.listing()
        #expect(listing.summaries.map(\.number) == [1])
        #expect("\(listing.unreadable)".contains(stranger))
        #expect(try harness.back().findings == listing.unreadable)
        #expect(throws: BackupError.self) { try BackupPruning(harness.repository).run(keeping: 1) }
        #expect(try harness.repository.numbers() == [2, 1])
    }

    // MARK: Objects

    @Test func aDamagedFileIsNotUsedAgainAndStoredAnew() throws {
        let damaged = try path(0)
        let slice = harness.repository.objectPath(try harness.repository.manifest(1).slices[0].digest)
        try flip(damaged)
        try flip(slice)
        let report = try harness.back()
        #expect(report.copiedCount == 1)
        #expect(Set(report.findings.map { "\($0)".split(separator: " ")[0] }) == [damaged[...], slice[...]])
        #expect(try path(0, of: 2) != damaged)
        _ = try BackupVerification(harness.repository).run(2, time: 1) { _ in }
        try harness.restore(of: 2, to: "r")
        #expect(BackupHarness.records(harness.directory + "/r") == BackupHarness.records(harness.data))
        // It is known now.
        #expect(try harness.repository.listing().summaries.map(\.damagedCount) == [0, 2])
        #expect(try harness.back().findings.isEmpty)
        #expect(throws: BackupError.self) { try harness.restore(of: 1, to: "old") }
    }

    @Test func whatVerifyNamesIsStoredAnewByTheNextBackupWithoutALook() throws {
        let damaged = try path(0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: damaged))
        try flip(damaged)
        let error = #expect(throws: BackupError.self) {
            try BackupVerification(harness.repository).run(1, time: 1) { _ in }
        }
        #expect("\(try #require(error))".contains(damaged))
        #expect(try harness.repository.listing().summaries.map(\.damagedCount) == [1])
        var creation = BackupCreation(harness.repository, dataDirectory: harness.data, checkedByteCountMax: 0)
        let report = try creation.run(time: 1, cut: { BackupCut(lsn: 40) }, watch: { _ in })
        #expect(report.copiedCount == 1)
        #expect(try path(0, of: 2) != damaged)
        // Put back from a copy it is whole again.
        try whole.write(to: URL(fileURLWithPath: damaged))
        _ = try BackupVerification(harness.repository).run(1, time: 1) { _ in }
        #expect(try harness.repository.listing().summaries.map(\.damagedCount) == [0, 0])
    }

    @Test func aFileThatIsGoneOrCutIsStoredAnew() throws {
        let (gone, cut) = (try path(0), try path(1))
        try FileManager.default.removeItem(atPath: gone)
        let handle = try #require(FileHandle(forUpdatingAtPath: cut))
        try handle.truncate(atOffset: 1_000)
        try handle.close()
        var creation = BackupCreation(harness.repository, dataDirectory: harness.data, checkedByteCountMax: 0)
        let report = try creation.run(time: 1, cut: { BackupCut(lsn: 40) }, watch: { _ in })
        #expect(report.copiedCount == 2)
        #expect(report.findings.first == .missing(file: gone))
        #expect("\(report.findings.last.map { "\($0)" } ?? "")".contains("it has 1000 bytes"))
        _ = try BackupVerification(harness.repository).run(2, time: 1) { _ in }
    }

    @Test func aDamagedCopyOfASegmentThatTheJournalHasNoMoreIsSaid() throws {
        try harness.append(20)
        let damaged = try path(0)
        #expect(try harness.journal.removeSegments(before: 30, keeping: 1) > 0)
        try flip(damaged)
        let error = #expect(throws: BackupError.self) { try harness.back() }
        #expect(
            "\(try #require(error))".contains("\(damaged), the copy of it in this directory of backups, is damaged")
        )
        #expect(try harness.repository.numbers() == [1])
    }

    @Test func everyFileOfALargeDirectoryHasItsTurn() throws {
        let objects = try harness.repository.manifest(1).objects
        let total = objects.reduce(0) { $0 + $1.byteCount }
        #expect(objects.count >= 3)
        var seen: UInt64 = 0
        let rounds = UInt64(4)
        for number in 0..<rounds {
            let check = try ReuseCheck(
                harness.repository,
                number: number,
                objects: objects,
                byteCountMax: (total + rounds - 1) / rounds
            )
            for object in objects { #expect(try check.allows(object)) }
            for object in objects { #expect(try check.allows(object), "and is read once") }
            seen += check.readByteCount
        }
        #expect(seen == total)
    }

    // MARK: Locks

    @Test func nothingIsRemovedWhileABackupIsRead() throws {
        try harness.append(10)
        try harness.back()
        let prune = { try BackupPruning(harness.repository).run(keeping: 1) }
        var refusedCount = 0
        let watch: BackupWatcher = { _ in
            do {
                _ = try prune()
                Issue.record("it was pruned meanwhile")
            } catch BackupError.storage(.locked) {
                refusedCount += 1
            } catch {
                Issue.record("\(error)")
            }
        }
        _ = try BackupVerification(harness.repository).run(1, time: 1, watch: watch)
        let verified = refusedCount
        #expect(verified > 0)
        try harness.restore(of: 1, to: "r", watch: watch)
        let restored = refusedCount
        #expect(restored > verified)
        try harness.append(5)
        try harness.back(watch: watch)
        #expect(refusedCount > restored)
        #expect(try harness.repository.numbers() == [3, 2, 1])
        // And nothing is read while something is removed; but backups are made while others are read.
        try holding(try harness.repository.use(.removing)) {
            #expect(throws: BackupError.self) { try BackupVerification(harness.repository).run(1, time: 1) { _ in } }
            #expect(throws: BackupError.self) { try harness.restore(of: 1, to: "s") }
            #expect(throws: BackupError.self) { try BackupVerification.checkStored(harness.repository.path) }
        }
        try holding(try harness.repository.use(.reading)) {
            _ = try BackupVerification(harness.repository).run(1, time: 1) { _ in }
            try harness.back()
            #expect(throws: BackupError.self) { try prune() }
        }
        #expect(try prune().removed == [3, 2, 1])
    }

    /// Holds a lock to the end of the body.
    private func holding(_ use: consuming DirectoryUse, _ body: () throws -> Void) throws {
        try body()
        _ = consume use
    }

    // MARK: Directories

    @Test func aDiskThatWasJustMountedIsEmpty() throws {
        let path = harness.directory + "/disk"
        try FileManager.default.createDirectory(atPath: path + "/lost+found", withIntermediateDirectories: true)
        let repository = try Repository.make(path, key: harness.key)
        #expect(try repository.listing() == BackupListing())
        let target = harness.directory + "/restored"
        try FileManager.default.createDirectory(atPath: target + "/lost+found", withIntermediateDirectories: true)
        // And one into which a restore was killed before its mark had its name.
        try Data([1]).write(to: URL(fileURLWithPath: target + "/restoring.new"))
        #expect(try harness.restore(to: "restored").lsn == 40)
        #expect(!FileManager.default.fileExists(atPath: target + "/restoring.new"))
    }

    @Test func withoutAManifestThereIsNoBackupWhateverTheFilesAre() throws {
        let found = try BackupVerification.checkStored(harness.repository.path)
        #expect(found.backupCount == 1 && found.objectCount > 0)
        try FileManager.default.removeItem(atPath: harness.repository.manifestPath(1))
        let error = #expect(throws: BackupError.self) { try BackupVerification.checkStored(harness.repository.path) }
        if case .noBackup = error {} else { Issue.record("\(String(describing: error))") }
    }

    @Test func aRestoredDirectoryKnowsWhatItsBackupsHave() throws {
        let line = "\(harness.repository.id) 12 5\n"
        try Data("\(line)aabb 40 7\nccdd 3 8\n".utf8)
            .write(to: URL(fileURLWithPath: harness.data + "/" + BackedUpRecords.fileName))
        let time = try harness.back().summary.time
        for (target, own) in [(RestoreTarget.end, UInt64(40)), (.lsn(20), 20)] {
            try harness.restore(target, to: "r")
            let path = harness.directory + "/r/" + BackedUpRecords.fileName
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
            #expect(text == "aabb \(own) 7\nccdd 3 8\n\(harness.repository.id) \(own) \(time)\n")
            try harness.remove("r")
        }
        // Of a backup that was made before any directory was known.
        try harness.restore(of: 1, to: "r")
        let path = harness.directory + "/r/" + BackedUpRecords.fileName
        let records = BackedUpRecords(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        #expect(records.directories.map(\.id) == ["\(harness.repository.id)"] && records.directories[0].lsn == 40)
        #expect(BackedUpRecords(parsing: Array("what\n".utf8)).directories == [.init(id: "what", lsn: 0, time: 0)])
    }

    @Test func aLogThatMayHaveBegunAfterTheBackupWaits() throws {
        #expect(try harness.restore(to: "r").needsAcceptance)
        let path = harness.directory + "/r/audit/restored"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text == "up to record 40; nothing was signed when the backup was made\n")
        let restoration = BackupRestoration(
            harness.repository,
            dataDirectory: harness.directory + "/s",
            continuesLog: true
        )
        #expect(try !restoration.run(try restoration.plan(.end)) { _ in }.needsAcceptance)
        #expect(!FileManager.default.fileExists(atPath: harness.directory + "/s/audit/restored"))
    }
}
