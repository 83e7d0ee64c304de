import Foundation
import Journal
import Platform
import Testing

@testable import Backup

/// Backups of a journal that goes on, and what comes back from them.
@Suite struct BackupTests {
    private let harness: BackupHarness

    init() throws { harness = try BackupHarness() }

    @Test func everyRecordCanBeTheLastThatIsRestored() throws {
        try harness.append(30)
        let report = try harness.back()
        #expect(report.summary.lsn == 30)
        #expect(report.summary.recordTime == BackupHarness.time(30))
        #expect(report.summary.segmentCount >= 2, "the test wants several segments")
        let all = BackupHarness.records(harness.data)
        for lsn in UInt64(1)...30 where lsn < 4 || lsn > 21 || lsn % 5 == 0 {
            #expect(try harness.restore(.lsn(lsn), to: "restored").lsn == lsn)
            let restored = harness.directory + "/restored"
            #expect(BackupHarness.records(restored) == Array(all.prefix(Int(lsn))), "up to record \(lsn)")
            // And the journal goes on there.
            if lsn % 10 == 0 {
                let journal = try BackupHarness.open(restored)
                let bytes: [UInt8] = [1, 2, 3]
                let next = bytes.withUnsafeBytes { journal.append(kind: 9, time: 1, payload: $0) }
                #expect(next.lsn == lsn + 1)
                try journal.waitUntilDurable(next.lsn)
                journal.close()
                #expect(BackupHarness.records(restored).count == Int(lsn) + 1)
            }
            try harness.remove("restored")
        }
    }

    @Test func aTimeMeansTheLastRecordAtOrBeforeIt() throws {
        try harness.append(12)
        try harness.back()
        let restoration = BackupRestoration(harness.repository, dataDirectory: harness.directory + "/r")
        for lsn in UInt64(1)...12 {
            #expect(try restoration.plan(.time(BackupHarness.time(lsn))).lsn == lsn)
            if lsn < 12 { #expect(try restoration.plan(.time(BackupHarness.time(lsn) + 999_999)).lsn == lsn) }
        }
        #expect(throws: BackupError.self) { try restoration.plan(.time(BackupHarness.time(1) - 1)) }
        let late = #expect(throws: BackupError.self) { try restoration.plan(.time(BackupHarness.time(13))) }
        #expect("\(late.map { "\($0)" } ?? "")".contains("begun before that time"))
        #expect(throws: BackupError.self) { try restoration.plan(.lsn(13)) }
        #expect(throws: BackupError.self) { try restoration.plan(.lsn(0)) }
        #expect(throws: BackupError.self) { try restoration.plan(.end, of: 2) }
    }

    @Test func anotherBackupCopiesWhatIsNewAlone() throws {
        try harness.append(24)
        let first = try harness.back()
        #expect(first.copiedCount == first.summary.segmentCount && first.reusedCount == 0)
        let same = try harness.back()
        #expect(same.copiedCount == 0 && same.reusedCount == first.summary.segmentCount)
        #expect(same.writtenByteCount < 1_000)
        try harness.append(24)
        let second = try harness.back()
        #expect(second.reusedCount == first.summary.segmentCount - 1)
        #expect(second.copiedCount == second.summary.segmentCount - second.reusedCount)
        let reread = try harness.back(rereads: true)
        #expect(reread.copiedCount == 0, "what was read again is what is stored")
        try harness.restore(.lsn(20), to: "old")
        try harness.restore(to: "new")
        let all = BackupHarness.records(harness.data)
        #expect(BackupHarness.records(harness.directory + "/old") == Array(all.prefix(20)))
        #expect(BackupHarness.records(harness.directory + "/new") == all)
    }

    @Test func aBackupEndsAtItsCutWhateverTheJournalHasBehindIt() throws {
        try harness.append(20)
        let records = BackupHarness.records(harness.data)
        // Group commits bring several records at once, and a cut may come between them.
        for cut in UInt64(8)...20 {
            try harness.back(up: cut)
            try harness.restore(to: "r")
            #expect(BackupHarness.records(harness.directory + "/r") == Array(records.prefix(Int(cut))))
            try harness.remove("r")
        }
        let again = try harness.back(up: 20)
        #expect(again.copiedCount == 0)
    }

    @Test func segmentsThatAreRemovedComeFromEarlierBackups() throws {
        try harness.append(40)
        try harness.back()
        try harness.append(20)
        let all = BackupHarness.records(harness.data)
        #expect(try harness.journal.removeSegments(before: 30, keeping: 1) > 0)
        let report = try harness.back()
        #expect(report.summary.lsn == 60)
        try harness.restore(to: "r")
        #expect(BackupHarness.records(harness.directory + "/r") == all)
        // A directory without them says so, and has no half of a backup.
        let other = try Repository.make(harness.directory + "/other", key: harness.key)
        var creation = BackupCreation(other, dataDirectory: harness.data)
        let error = #expect(throws: BackupError.self) {
            try creation.run(time: 1, cut: { BackupCut(lsn: 60) }, watch: { _ in })
        }
        if case .gap = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try other.listing().summaries.isEmpty)
    }

    @Test func aHistoryThatForksAfterARestoreIsKeptApart() throws {
        try harness.append(30)
        try harness.back()
        let before = BackupHarness.records(harness.data)
        try harness.restore(.lsn(10), to: "fork")
        try harness.turn(to: harness.directory + "/fork")
        try harness.append(35, salt: 0x55)
        let forked = BackupHarness.records(harness.data)
        let report = try harness.back()
        #expect(report.summary.number == 2)
        try harness.restore(of: 2, to: "second")
        #expect(BackupHarness.records(harness.directory + "/second") == forked)
        try harness.restore(of: 1, to: "first")
        #expect(BackupHarness.records(harness.directory + "/first") == before)
        #expect(forked[9] == before[9] && forked[10] != before[10])
    }

    @Test func twoJournalsNeedTwoDirectories() throws {
        try harness.append(5)
        try harness.back()
        let other = harness.directory + "/other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try harness.turn(to: other)
        try harness.append(5, salt: 1)
        let error = #expect(throws: BackupError.self) { try harness.back() }
        #expect("\(try #require(error))".contains("each journal needs a directory of its own"))
        #expect(try harness.repository.numbers() == [1])
    }

    @Test func aDamagedJournalIsNotBackedUp() throws {
        try harness.append(24)
        let segment = harness.data + "/journal/" + SegmentFiles.name(index: 0)
        let handle = try #require(FileHandle(forUpdatingAtPath: segment))
        try handle.seek(toOffset: 200_000)
        let byte = try #require(try handle.read(upToCount: 1))
        try handle.seek(toOffset: 200_000)
        try handle.write(contentsOf: Data([byte[0] ^ 1]))
        try handle.close()
        let error = #expect(throws: BackupError.self) { try harness.back() }
        if case .journal(.corrupt(let place)) = error {
            #expect(place.segment == SegmentFiles.name(index: 0))
        } else {
            Issue.record("\(String(describing: error))")
        }
        #expect(try harness.repository.listing().summaries.isEmpty)
    }

    // MARK: Interruptions

    private struct Interruption: Error {}

    /// Stops at one call after the other until it is not stopped any more.
    private func interrupting(_ body: (@escaping BackupWatcher) throws -> Void) throws -> Int {
        for wanted in 1... {
            var count = 0
            do {
                try body { _ throws(BackupError) in
                    count += 1
                    if count == wanted { throw .refused("interrupted") }
                }
                return wanted - 1
            } catch BackupError.refused("interrupted") {
                continue
            }
        }
        return 0
    }

    @Test func anInterruptedBackupGoesOnAndNeverLooksWhole() throws {
        try harness.append(55)
        var reused = 0
        let count = try interrupting { watch in
            let report = try harness.back(watch: watch)
            reused = report.reusedCount
        }
        #expect(count > 5, "it was interrupted often")
        #expect(reused >= 2, "what an interrupted one had stored was used")
        #expect(try harness.repository.listing().summaries.map(\.number) == [1])
        #expect(try harness.files(in: "progress").isEmpty)
        _ = try BackupVerification(harness.repository).run(1, time: 1) { _ in }
        try harness.restore(to: "r")
        #expect(BackupHarness.records(harness.directory + "/r") == BackupHarness.records(harness.data))
    }

    @Test func anInterruptedRestoreGoesOnAndNoDaemonStartsBefore() throws {
        try harness.append(55)
        try harness.back()
        let target = harness.directory + "/r"
        var kept = 0
        let count = try interrupting { watch in
            if FileManager.default.fileExists(atPath: target) {
                #expect(RestoreMarks.isUnfinished(target))
                #expect(!FileManager.default.fileExists(atPath: target + "/journal"))
            }
            kept = try harness.restore(to: "r", watch: watch).keptCount
        }
        #expect(count > 5)
        #expect(kept >= 2)
        #expect(!RestoreMarks.isUnfinished(target))
        #expect(BackupHarness.records(target) == BackupHarness.records(harness.data))
        #expect(throws: BackupError.notEmpty(path: target, name: "audit")) { try harness.restore(to: "r") }
    }

    @Test func aRestoreGoesIntoAnEmptyDirectoryOnly() throws {
        try harness.append(6)
        try harness.back()
        try harness.append(6)
        try harness.back()
        let path = harness.directory + "/full"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: path + "/something"))
        #expect(throws: BackupError.notEmpty(path: path, name: "something")) { try harness.restore(to: "full") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["something"])
        // Another restore was begun there.
        _ = try? harness.restore(.lsn(3), to: "r") { _ throws(BackupError) in throw .refused("interrupted") }
        let other = #expect(throws: BackupError.self) { try harness.restore(.lsn(4), to: "r") }
        if case .otherRestore = other {} else { Issue.record("\(String(describing: other))") }
        #expect(try harness.restore(.lsn(3), to: "r").lsn == 3)
    }

    // MARK: Keeping house

    @Test func pruningLeavesWhatKeptBackupsNeed() throws {
        for _ in 0..<4 {
            try harness.append(14)
            try harness.back()
        }
        let trial = try BackupPruning(harness.repository).run(keeping: 2, isTrial: true)
        #expect(try harness.repository.numbers() == [4, 3, 2, 1])
        let report = try BackupPruning(harness.repository).run(keeping: 2)
        #expect(report == trial)
        #expect(report.removed == [2, 1] && report.kept == [4, 3])
        #expect(report.objectCount > 0)
        for number in [UInt64(4), 3] {
            _ = try BackupVerification(harness.repository).run(number, time: 5) { _ in }
            try harness.restore(of: number, to: "r")
            #expect(BackupHarness.records(harness.directory + "/r").count == Int(number) * 14)
            try harness.remove("r")
        }
        #expect(try BackupPruning(harness.repository).run(keeping: 2).objectCount == 0)
        #expect(try harness.repository.listing().summaries.map(\.verifiedAt) == [5, 5])
        #expect(try harness.back().summary.number == 5, "a number is never given twice while one is left")
    }

    @Test func aKeyThatOthersCanReadIsRefused() throws {
        let path = harness.directory + "/key"
        try Data(harness.key.text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: BackupError.self) { try BackupKey(file: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try BackupKey(file: path).id == harness.key.id)
        for text in ["", "assent-backup-key/v1 ", "assent-backup-key/v1 AAAA\n", harness.key.text + "x"] {
            #expect(throws: BackupError.self) { try BackupKey(Array(text.utf8), from: "a test") }
        }
    }

    @Test func aDirectoryThatIsNoRepositoryIsRefused() throws {
        let path = harness.directory + "/none"
        #expect(throws: BackupError.self) { try Repository(path, key: harness.key) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(throws: BackupError.self) { try Repository(path, key: harness.key) }
        try Data([1]).write(to: URL(fileURLWithPath: path + "/x"))
        #expect(throws: BackupError.notEmpty(path: path, name: "x")) { try Repository.make(path, key: harness.key) }
        #expect(throws: BackupError.self) { try Repository.make(harness.repository.path, key: harness.key) }
    }
}
