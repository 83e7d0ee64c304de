import Cryptography
import Foundation
import Journal
import Merkle
import Platform
import Testing

@testable import Audit

@Suite struct AuditLogTests {
    @Test(arguments: [1, 255, 256, 257, 700])
    func everyDurableRecordIsUnderASignedCheckpoint(count: Int) throws {
        let harness = try AuditHarness()
        try harness.append(count)
        try harness.settle()
        let report = try harness.verifyLog()
        #expect(report.entryCount == UInt64(count))
        #expect(report.journal == harness.journal.identity.bytes)
        #expect(harness.log.figures.signedSize == UInt64(count))
        #expect(harness.log.figures.lagRecordCount == 0)
    }

    @Test func theTreeGoesOnAfterEveryRestart() throws {
        let harness = try AuditHarness()
        var sizes: [UInt64] = []
        for count in [3, 200, 100, 1, 256, 300] {
            try harness.append(count)
            try harness.restart()
            try harness.settle()
            sizes.append(try harness.verifyLog().entryCount)
        }
        #expect(sizes == [3, 203, 303, 304, 560, 860])
        for size in sizes {
            let proof = try harness.log.reader.consistency(from: size)
            let old = try harness.log.reader.checkpoint(size: size)
            let policy = try TrustPolicy(logs: [harness.signer.verifier], witnesses: [])
            let (_, new) = try proof.verify(old: old, policy: policy, hasher: try TreeHasher())
            #expect(new.size == 860)
        }
    }

    @Test func theSameRecordsMakeTheSameTreeAgain() throws {
        let harness = try AuditHarness()
        try harness.append(600)
        try harness.settle()
        let before = try harness.log.reader.checkpoint()
        try harness.restart {
            for name in ["tile", "head", "checkpoint", "checkpoints"] {
                try FileManager.default.removeItem(atPath: harness.auditDirectory + "/" + name)
            }
        }
        try harness.settle()
        #expect(try harness.log.reader.checkpoint().text == before.text)
        #expect(try harness.verifyLog().entryCount == 600)
    }

    /// A crash leaves tiles behind the last head, or none where the disk lost them: they are written again.
    @Test func tilesBehindTheLastHeadAreWrittenAgain() throws {
        let harness = try AuditHarness()
        try harness.append(300)
        try harness.settle()
        try harness.append(300)
        try harness.settle()
        let names = ["head", "checkpoint", "checkpoints"]
        let before = names.map { harness.bytes($0) }
        try harness.append(300)
        try harness.restart {
            let url = URL(fileURLWithPath: harness.auditDirectory)
            for (name, bytes) in zip(names, before) { try Data(bytes).write(to: url.appending(path: name)) }
            try Data([1, 2, 3]).write(to: url.appending(path: "tile/entries/002"))
        }
        try harness.settle()
        #expect(try harness.verifyLog().entryCount == 900)
    }

    @Test func partialTilesGoWhenTheFullOneIsThere() throws {
        let harness = try AuditHarness()
        try harness.append(100)
        try harness.settle()
        let files = FileManager.default
        #expect(files.fileExists(atPath: harness.auditDirectory + "/tile/0/000.p/100"))
        #expect(files.fileExists(atPath: harness.auditDirectory + "/tile/entries/000.p/100"))
        try harness.append(50)
        try harness.settle()
        #expect(files.fileExists(atPath: harness.auditDirectory + "/tile/0/000.p/100"), "its checkpoint was signed")
        try harness.append(200)
        try harness.settle()
        #expect(!files.fileExists(atPath: harness.auditDirectory + "/tile/0/000.p"))
        #expect(!files.fileExists(atPath: harness.auditDirectory + "/tile/entries/000.p"))
        #expect(try harness.verifyLog().entryCount == 350)
    }

    @Test func withoutAKeyTheTreeIsKeptAndNothingIsSigned() throws {
        let harness = try AuditHarness { $0.signer = nil }
        try harness.append(300)
        #expect(!harness.log.waitForCheckpoint(over: 300, milliseconds: 0))
        #expect(harness.log.wait(milliseconds: AuditHarness.waitMilliseconds) { harness.log.figures.size == 300 })
        harness.log.stop()
        #expect(harness.log.figures.key == nil)
        #expect(harness.bytes("checkpoint").isEmpty)
        #expect(String(decoding: harness.bytes("head"), as: UTF8.self).hasPrefix("unsigned\n300\n"))
        #expect(throws: AuditError.notFound("no checkpoint has been signed yet")) {
            try harness.log.reader.checkpoint()
        }
    }

    @Test func aProofShowsTheWholeRecord() throws {
        let harness = try AuditHarness()
        try harness.append(400)
        try harness.settle()
        let policy = try TrustPolicy(logs: [harness.signer.verifier], witnesses: [])
        let hasher = try TreeHasher()
        for lsn in [UInt64(1), 3, 256, 257, 393, 400] {
            let proof = try harness.log.reader.proof(of: lsn, discloses: true)
            let parsed = try InclusionProof(parsing: Array(proof.encoded.utf8))
            let checked = try RecordProof(verifying: parsed, policy: policy, hasher: hasher)
            let (kind, bytes) = AuditHarness.payload(Int(lsn))
            #expect(checked.record.entry.kind == kind)
            #expect(try checked.record.payload() == bytes)
            #expect(checked.record.entry.time == 1_763_000_000_000_000)
            let closed = try harness.log.reader.proof(of: lsn, discloses: false)
            let hidden = try RecordProof(verifying: closed, policy: policy, hasher: hasher)
            #expect(try hidden.record.payload() == (kind == 0x1041 ? nil : bytes))
            #expect(hidden.record.entry == checked.record.entry)
        }
        #expect(throws: AuditError.self) { try harness.log.reader.proof(of: 401, discloses: true) }
        #expect(throws: AuditError.self) { try harness.log.reader.proof(of: 0, discloses: true) }
        #expect(throws: AuditError.notFound("no checkpoint over exactly 7 records was signed")) {
            try harness.log.reader.checkpoint(size: 7)
        }
    }

    /// It is not the salt alone that hides a text, but that nobody has it: another salt key makes another leaf.
    @Test func anotherSaltKeyMakesOtherCommitmentsOfTheSameRecords() throws {
        let roots = try (0..<2).map { _ in
            let harness = try AuditHarness()
            try harness.append(3)
            try harness.settle()
            let entries = try EntryBundle.entries(harness.bytes("tile/entries/000.p/3"), count: 3)
            let entry = try RecordEntry(parsing: Array(harness.bytes("tile/entries/000.p/3")[entries[2]]))
            #expect(entry.commitments.count == 1)
            return entry.commitments[0]
        }
        #expect(roots[0] != roots[1])
    }

    @Test func theDaemonDoesNotSignWhatContradictsItsLastCheckpoint() throws {
        let harness = try AuditHarness { $0.recordCountMax = 64 }
        try harness.append(300)
        try harness.settle()
        // Somebody puts a checkpoint of another history in its place, signed by the daemon's own key.
        var forged = SignedNote(
            text: Checkpoint(origin: harness.signer.verifier.name, size: 290, root: .zero).text
        )
        try harness.signer.sign(&forged)
        let url = URL(fileURLWithPath: harness.auditDirectory + "/checkpoint")
        try Data(forged.encoded.utf8).write(to: url)
        try harness.append(10)
        #expect(!harness.log.waitForCheckpoint(over: 310, milliseconds: 0))
        let waits = harness.log.wait(milliseconds: AuditHarness.waitMilliseconds) {
            harness.log.figures.state == .waiting
        }
        #expect(waits)
        #expect(harness.log.figures.problem == AuditError.forked(size: 290).description)
        #expect(try Data(contentsOf: url) == Data(forged.encoded.utf8))
    }
}
