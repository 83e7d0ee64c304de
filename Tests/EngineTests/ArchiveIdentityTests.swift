import Archive
import Authorization
import Domain
import Foundation
import Journal
import Platform
import Testing

@testable import Engine

/// A snapshot says which archive has what it leaves out; a start takes no other for it.
@Suite(.timeLimit(.minutes(20))) struct ArchiveIdentityTests {
    private static func copy(_ directory: String, _ name: String, to copy: String) throws {
        try? FileManager.default.removeItem(atPath: directory + "/" + copy)
        try FileManager.default.copyItem(atPath: directory + "/" + name, toPath: directory + "/" + copy)
    }

    private static func snapshot(_ machine: ArchiveMachine) throws {
        _ = try #require(try machine.engine.makeSnapshot())
    }

    /// Serves nothing of what it found, and has everything again once it is rebuilt.
    private static func expectRebuilding(_ machine: ArchiveMachine, _ made: [LogSequenceNumber], _ finding: String)
        throws
    {
        let archive = try #require(machine.engine.archive)
        #expect(machine.engine.recoverySource.snapshotLSN != nil)
        #expect(archive.archive.findings.first?.finding.contains(finding) ?? false, "\(archive.archive.findings)")
        #expect(!archive.isUsable && archive.archive.statistics.runCount == 0)
        try machine.archive()
        #expect(archive.archive.isComplete)
        for lsn in made {
            let payment = try machine.engine.newestPayment(lsn, of: EngineHarness.token(1))
            #expect(payment?.id == lsn.rawValue)
        }
    }

    @Test func anOlderCopyOfTheArchiveIsNoticedAndRebuilt() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        var made = try machine.pay(1, count: 1_500)
        try machine.archive()
        try machine.restart { try Self.copy($0, "archive", to: "older") }
        made += try machine.pay(1, count: 1_500)
        try machine.archive()
        try Self.snapshot(machine)
        let digest = machine.engine.digest().digest
        try machine.restart { try Self.copy($0, "older", to: "archive") }
        #expect(machine.engine.digest().digest == digest)
        try Self.expectRebuilding(machine, made, "older state")
        // And from then on it is the right one, for this snapshot and for the next.
        try machine.restart()
        #expect(try #require(machine.engine.archive).isUsable)
        _ = try machine.pay(1)
        try Self.snapshot(machine)
        try machine.restart()
        #expect(try #require(machine.engine.archive).isUsable)
    }

    @Test func theArchiveOfATwinIsNoticedAndRebuilt() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        // The twin has the same journal so far, and so the same identity, and then goes another way.
        try machine.restart { try Self.copy($0, "journal", to: "twin") }
        let made = try machine.pay(1, count: 1_200)
        try machine.archive()
        try Self.copy(machine.directory, "archive", to: "kept")
        try Self.snapshot(machine)
        try machine.restart { directory in
            try FileManager.default.removeItem(atPath: directory + "/archive")
            let twin = try Engine.open(
                options: EngineHarness.smallOptions,
                journalOptions: {
                    var options = JournalOptions()
                    options.segmentByteCount = 16 << 20
                    options.bufferByteCount = 2 << 20
                    return options
                }(),
                storage: FileJournalStorage(directory: directory + "/twin"),
                archiveStorage: FileArchiveStorage(directory: directory + "/archive")
            )
            twin.journal.close()
        }
        try Self.expectRebuilding(machine, made, "not the archive that the snapshot")
        // The right one is the right one still, if it is put back.
        try machine.restart { try Self.copy($0, "kept", to: "archive") }
        let archive = try #require(machine.engine.archive)
        #expect(archive.isUsable && archive.archive.findings.isEmpty)
    }

    @Test func aRebuiltArchiveServesTheSnapshotsFromBefore() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 1_200)
        try machine.archive()
        try Self.snapshot(machine)
        try machine.restart { try FileManager.default.removeItem(atPath: $0 + "/archive") }
        try machine.archive()
        let identity = try #require(machine.engine.archive).archive.identity
        try machine.restart()
        let archive = try #require(machine.engine.archive)
        #expect(archive.isUsable && archive.archive.identity == identity && archive.archive.findings.isEmpty)
        #expect(try archive.payment(made[77].rawValue)?.id == made[77].rawValue)
    }

    @Test func anArchiveThatCannotBeRebuiltIsRefusedAndLeftAsItIs() throws {
        for damage in 0..<3 {
            let machine = try ArchiveMachine(forgets: true)
            try machine.makeCard(1)
            _ = try machine.pay(1, count: 6_000)
            try machine.archive()
            try machine.restart { try Self.copy($0, "archive", to: "older") }
            _ = try machine.pay(1, count: 30_000)
            try machine.archive()
            for _ in 0..<3 {
                _ = try machine.pay(1)
                try Self.snapshot(machine)
            }
            let removed = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 1)
            try #require(removed > 0 && machine.engine.journal.firstLSN > 1)
            var names: [String] = []
            let failure = try machine.failingRestart { directory in
                try Self.copy(directory, "archive", to: "right")
                switch damage {
                case 0: try Self.copy(directory, "older", to: "archive")
                case 1: try FileManager.default.removeItem(atPath: directory + "/archive")
                default:
                    let run = try FileSystem.names(inDirectory: directory + "/archive").filter { $0.hasSuffix(".run") }
                    try FileManager.default.removeItem(atPath: directory + "/archive/" + #require(run.first))
                }
                names = (try? FileSystem.names(inDirectory: directory + "/archive")) ?? []
            }
            guard case .archive(.irreplaceable(let finding)) = failure else {
                Issue.record("damage \(damage): \(String(describing: failure))")
                continue
            }
            #expect(finding.file.hasPrefix("manifest") || finding.file.hasSuffix(".run"), "\(finding)")
            #expect(try FileSystem.names(inDirectory: machine.directory + "/archive") == names, "nothing was changed")
            // Put back, it serves.
            let repaired = try machine.failingRestart { try Self.copy($0, "right", to: "archive") }
            #expect(repaired == nil && machine.engine.archive?.isUsable ?? false, "damage \(damage)")
        }
    }

    @Test func aSnapshotThatLeavesNothingOutNeedsNoArchive() throws {
        let machine = try ArchiveMachine(forgets: true)
        try machine.makeCard(1)
        _ = try machine.pay(1, count: 30_000)
        for _ in 0..<3 {
            _ = try machine.pay(1)
            try Self.snapshot(machine)
        }
        let removed = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 1)
        try #require(removed > 0 && machine.engine.journal.firstLSN > 1)
        let digest = machine.engine.digest().digest
        try machine.restart { try FileManager.default.removeItem(atPath: $0 + "/archive") }
        #expect(machine.engine.digest().digest == digest)
        #expect(machine.engine.archive?.isUsable ?? false)
        try machine.archive()
        #expect(machine.paymentsInMemory == 0 && machine.engine.digest().digest == digest)
    }

    @Test func snapshotsAreListedWithTheirTimeAndSize() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        var reports: [SnapshotReport] = []
        for _ in 0..<2 {
            _ = try machine.pay(1, count: 10)
            reports.append(try #require(try machine.engine.makeSnapshot()))
        }
        let files = try machine.engine.snapshotFiles()
        #expect(files.map(\.lsn) == reports.reversed().map(\.lsn))
        #expect(files.map(\.madeAt) == reports.reversed().map { Optional($0.madeAt) })
        #expect(files.map(\.byteCount) == reports.reversed().map(\.byteCount))
        #expect(machine.engine.newestSnapshot == files.first)
        try machine.restart()
        #expect(machine.engine.newestSnapshot == files.first)
        #expect(try machine.engine.makeSnapshot() == nil, "nothing has happened since")
    }

    /// Also where no snapshot knows of them any more. Found by the simulation, seed 714.
    @Test func segmentsThatArePutBackLetTheArchiveBeRebuilt() throws {
        let machine = try ArchiveMachine(forgets: true)
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 30_000)
        try machine.archive()
        for _ in 0..<3 {
            _ = try machine.pay(1)
            try Self.snapshot(machine)
        }
        try Self.copy(machine.directory, "journal", to: "backup")
        let removed = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 1)
        try #require(removed > 0 && machine.engine.journal.firstLSN > 1)
        for _ in 0..<3 {
            _ = try machine.pay(1)
            try Self.snapshot(machine)
        }
        let digest = machine.engine.digest().digest
        try machine.restart { directory in
            try FileManager.default.removeItem(atPath: directory + "/archive")
            let kept = try FileSystem.names(inDirectory: directory + "/journal")
            for name in try FileSystem.names(inDirectory: directory + "/backup") where !kept.contains(name) {
                try Self.copy(directory, "backup/" + name, to: "journal/" + name)
            }
        }
        #expect(machine.engine.journal.firstLSN == 1 && machine.engine.recoverySource.snapshotLSN != nil)
        #expect(machine.engine.digest().digest == digest)
        try machine.archive()
        #expect(machine.engine.archive?.archive.isComplete ?? false)
        for lsn in [made[0], made[15_000], made[29_999]] {
            #expect(try machine.engine.newestPayment(lsn, of: EngineHarness.token(1))?.id == lsn.rawValue)
        }
    }
}
