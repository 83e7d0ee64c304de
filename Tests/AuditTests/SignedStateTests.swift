import Cryptography
import Foundation
import Journal
import Merkle
import Testing

@testable import Audit

/// What somebody who can write to the disk might do to the files in which the log says what it signed.
@Suite struct SignedStateTests {
    private static let count = 300

    private static func records(_ count: Int, fork: Int = .max) -> [AuditHarness.Record] {
        (1...count).map { $0 < fork ? AuditHarness.payload($0) : (0x1001, [1, 0, 9, UInt8(truncatingIfNeeded: $0)]) }
    }

    private static func signed(_ change: @escaping (inout AuditOptions) -> Void = { _ in }) throws -> AuditHarness {
        let harness = try AuditHarness(change)
        try harness.append(count)
        try harness.settle()
        return harness
    }

    private func check(_ harness: AuditHarness) throws {
        harness.log.stop()
        let storage = try FileJournalStorage(directory: harness.directory + "/journal")
        let last = harness.journal.lastLSN
        for all in [false, true] {
            try harness.checkHistory(last: last, storage, harness.journal.identity, all: all)
        }
    }

    private func waits(_ harness: AuditHarness, for error: AuditError) -> Bool {
        harness.log.wait(milliseconds: AuditHarness.waitMilliseconds) {
            harness.log.figures.problem == error.description
        }
    }

    @Test func removingTheCheckpointDoesNotForgetWhatWasSigned() throws {
        let harness = try Self.signed()
        let history = harness.bytes("checkpoints")
        try harness.restart(with: Self.records(100, fork: 50), removing: ["audit/checkpoint"])
        #expect(waits(harness, for: .truncated(journal: 100, signed: 300)))
        let storage = try FileJournalStorage(directory: harness.directory + "/journal")
        #expect(throws: AuditError.truncated(journal: 100, signed: 300)) {
            try harness.checkHistory(last: 100, storage, harness.journal.identity, all: false)
        }
        try harness.append(400)
        #expect(waits(harness, for: .changed(lsn: 50)))
        #expect(harness.bytes("checkpoints") == history, "nothing more was signed")
    }

    @Test func anHonestLogGoesOnWithoutItsCheckpointFile() throws {
        let harness = try Self.signed()
        try harness.restart { try FileManager.default.removeItem(atPath: harness.auditDirectory + "/checkpoint") }
        try harness.append(10)
        try harness.settle()
        #expect(try harness.verifyLog().entryCount == 310)
        try harness.restart { try FileManager.default.removeItem(atPath: harness.auditDirectory + "/checkpoints") }
        try harness.append(10)
        try harness.settle()
        #expect(try harness.verifyLog().entryCount == 320)
        try check(harness)
    }

    @Test(arguments: [250, 300, 301])
    func notesThatContradictEachOtherAreRefused(size: UInt64) throws {
        let harness = try Self.signed()
        try harness.append(20)
        harness.log.stop()
        var forged = SignedNote(text: Checkpoint(origin: harness.signer.verifier.name, size: size, root: .zero).text)
        try harness.signer.sign(&forged)
        try Data(forged.encoded.utf8).write(to: URL(fileURLWithPath: harness.auditDirectory + "/checkpoint"))
        let storage = try FileJournalStorage(directory: harness.directory + "/journal")
        for all in [false, true] {
            #expect(throws: AuditError.forked(size: size)) {
                try harness.checkHistory(last: 320, storage, harness.journal.identity, all: all)
            }
        }
    }

    /// Tiles and head say nothing that is signed: what will be is hashed again from the journal.
    @Test(arguments: [100, 300, 500])
    func tilesOfAnotherHistoryAreNeverSigned(count: Int) throws {
        let harness = try Self.signed()
        try harness.restart(
            with: Self.records(count, fork: 50),
            removing: ["audit/checkpoint", "audit/checkpoints"]
        )
        try harness.append(700 - count)
        try harness.settle()
        #expect(try harness.verifyLog().entryCount == 700)
        try check(harness)
    }

    @Test func tilesAheadOfTheJournalAreNeverSigned() throws {
        let harness = try Self.signed()
        let names = ["checkpoint", "checkpoints"]
        let before = names.map { harness.bytes($0) }
        try harness.append(200)
        try harness.settle()
        let url = URL(fileURLWithPath: harness.auditDirectory)
        try harness.restart {
            for (name, bytes) in zip(names, before) { try Data(bytes).write(to: url.appending(path: name)) }
        }
        try harness.restart(with: Self.records(320, fork: 301), removing: [])
        // The last stop signed 500 records again: another history may not follow.
        #expect(waits(harness, for: .truncated(journal: 320, signed: 500)))
        harness.log.stop()
        for (name, bytes) in zip(names, before) { try Data(bytes).write(to: url.appending(path: name)) }
        try harness.restart()
        try harness.append(400)
        try harness.settle()
        #expect(try harness.verifyLog().entryCount == 720)
        try check(harness)
    }

    @Test func aMissingSaltKeyIsSaidAndNotMadeAgain() throws {
        let harness = try Self.signed()
        let path = harness.directory + "/salt.key"
        harness.log.stop()
        let key = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: AuditError.saltKeyMissing(path: path)) { try check(harness) }
        #expect(throws: AuditError.saltKeyMissing(path: path)) { try harness.restart() }
        #expect(!FileManager.default.fileExists(atPath: path))
        try key.write(to: URL(fileURLWithPath: path))
        try harness.restart()
        try check(harness)
    }

    @Test func anotherSaltKeyIsNoAccusation() throws {
        let harness = try Self.signed()
        let path = harness.directory + "/salt.key"
        harness.log.stop()
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: path))
        #expect(throws: AuditError.otherSaltKey(path: path)) { try check(harness) }
        #expect(throws: AuditError.otherSaltKey(path: path)) { try harness.restart() }
    }

    @Test func theNameOfAnEndedLogIsNeverUsedAgain() throws {
        let harness = try Self.signed()
        harness.log.stop()
        let seed = try #require(SHA256Digest([UInt8](repeating: 5, count: 32)))
        let second = try SignerKey(name: "test.example/audit/2", algorithm: .ed25519, seed: seed)
        let restore = AcceptedRestore(dataDirectory: harness.directory)
        try restore.check(harness.signer.verifier)
        let ended = Checkpoint(origin: harness.signer.verifier.name, size: 300, root: .zero)
        _ = try restore.accept(
            ended: ended,
            finding: AuditError.truncated(journal: 1, signed: 300).description,
            signer: second,
            time: 1,
            user: 0,
            reason: "a test"
        )
        try restore.check(second.verifier)
        #expect(throws: AuditError.self) { try restore.check(harness.signer.verifier) }
        #expect(throws: AuditError.self, "nor as the third") {
            _ = try restore.accept(
                ended: Checkpoint(origin: second.verifier.name, size: 2, root: .zero),
                finding: AuditError.truncated(journal: 1, signed: 2).description,
                signer: harness.signer,
                time: 2,
                user: 0,
                reason: "a test"
            )
        }
        try FileManager.default.removeItem(atPath: harness.auditDirectory + "/accepted-restore")
        #expect(throws: AuditError.self) { try restore.check(harness.signer.verifier) }
    }
}
