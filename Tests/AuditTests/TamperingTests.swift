import Cryptography
import Foundation
import Journal
import Merkle
import Platform
import Testing

@testable import Audit

/// What somebody who can write to the disk might do to the journal, with all checksums made right again.
@Suite struct TamperingTests {
    private typealias Record = AuditHarness.Record

    private static let count = 600

    private func check(_ change: (inout [Record]) -> Void, all: Bool) throws -> AuditError? {
        let harness = try AuditHarness()
        try harness.append(Self.count)
        try harness.settle()
        harness.log.stop()
        var records = (1...Self.count).map { AuditHarness.payload($0) as Record }
        change(&records)
        let forged = try AuditHarness.forged(records, like: harness.journal, in: harness.directory + "/forged")
        do {
            try harness.checkHistory(
                last: UInt64(records.count),
                forged,
                harness.journal.identity,
                all: all
            )
            return nil
        } catch let error as AuditError {
            return error
        }
    }

    @Test(arguments: [false, true])
    func theSameRecordsAreTheSameHistory(all: Bool) throws {
        #expect(try check({ _ in }, all: all) == nil)
    }

    @Test(arguments: [1, 77, 256, 600])
    func anEditedRecordIsNamed(lsn: Int) throws {
        #expect(try check({ $0[lsn - 1].bytes[5] ^= 1 }, all: true) == .changed(lsn: UInt64(lsn)))
        #expect(try check({ $0[lsn - 1].kind = 0x1002 }, all: true) == .changed(lsn: UInt64(lsn)))
    }

    /// A closed text: not in the entry, but what commits to it is.
    @Test func anEditedTextIsNamed() throws {
        #expect(try check({ $0[492].bytes[60] ^= 1 }, all: true) == .changed(lsn: 493))
    }

    @Test func aStartFindsWhatIsNewEnough() throws {
        #expect(try check({ $0[579].bytes[5] ^= 1 }, all: false) == .changed(lsn: 580))
        #expect(try check({ $0[10].bytes[5] ^= 1 }, all: false) == nil, "it looks at the last 100")
    }

    @Test func aDeletedRecordIsNamed() throws {
        #expect(
            try check(
                {
                    $0.remove(at: 299); $0.append((0x1001, [1, 0]))
                },
                all: true
            ) == .changed(lsn: 300)
        )
        #expect(try check({ $0.remove(at: 299) }, all: false) == .truncated(journal: 599, signed: 600))
    }

    @Test(arguments: [false, true])
    func anInsertedRecordIsNamed(all: Bool) throws {
        #expect(try check({ $0.insert((0x1001, [1, 0, 7]), at: 549) }, all: all) == .changed(lsn: 550))
    }

    @Test(arguments: [false, true])
    func reorderedRecordsAreNamed(all: Bool) throws {
        #expect(try check({ $0.swapAt(520, 521) }, all: all) == .changed(lsn: 521))
    }

    @Test func aTruncatedJournalIsNamed() throws {
        #expect(try check({ $0.removeLast() }, all: false) == .truncated(journal: 599, signed: 600))
        #expect(try check({ $0.removeAll() }, all: false) == .truncated(journal: 0, signed: 600))
    }

    /// An older copy of the data directory's journal, with a living history of its own behind it.
    @Test func aRestoredBackupThatWentOnIsNamed() throws {
        let error = try check(
            { records in
                records.removeLast(100)
                for number in 0..<150 { records.append((0x1001, [1, 0, UInt8(number)])) }
            },
            all: false
        )
        #expect(error == .changed(lsn: 501))
    }

    /// The first segment replaced by one with other records and checksums that are right; the others stay.
    @Test func aReplacedSegmentIsNamed() throws {
        let harness = try AuditHarness()
        let large = [UInt8](repeating: 1, count: 200 << 10)
        for _ in 0..<40 { try AuditHarness.append(0x1001, [1, 0] + large, to: harness.journal) }
        try harness.journal.waitUntilDurable(40)
        try harness.settle()
        harness.log.stop()
        harness.journal.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: harness.directory + "/journal").sorted()
        #expect(names.count >= 2)
        let forged = try AuditHarness.forged(
            (0..<40).map { (0x1001, [1, 0] + ($0 == 9 ? [2] : [1]) + large.dropFirst()) },
            like: harness.journal,
            in: harness.directory + "/forged"
        )
        let path = harness.directory + "/journal/" + names[0]
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: forged.directory + "/" + names[0], toPath: path)
        let storage = try FileJournalStorage(directory: harness.directory + "/journal")
        #expect(throws: AuditError.changed(lsn: 10)) {
            try harness.checkHistory(last: 40, storage, harness.journal.identity, all: true)
        }
    }

    /// Without the checksums made right again it is the journal itself that says so.
    @Test func aFlippedBitIsFoundByTheJournal() throws {
        let harness = try AuditHarness()
        try harness.append(50)
        try harness.settle()
        harness.log.stop()
        harness.journal.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: harness.directory + "/journal").sorted()
        let url = URL(fileURLWithPath: harness.directory + "/journal/" + names[0])
        var bytes = try Data(contentsOf: url)
        // The header of the segment, that of its first block, that of the first record, and five bytes of it.
        bytes[4_096 + 64 + 32 + 5] ^= 4
        try bytes.write(to: url)
        let storage = try FileJournalStorage(directory: harness.directory + "/journal")
        let error = #expect(throws: AuditError.self) {
            try harness.checkHistory(last: 50, storage, harness.journal.identity, all: true)
        }
        guard case .journal(.corrupt) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func anotherJournalIsNamed() throws {
        let harness = try AuditHarness()
        try harness.append(20)
        try harness.settle()
        harness.log.stop()
        let other = try AuditHarness.openJournal(harness.directory + "/other")
        for number in 1...20 {
            let (kind, bytes) = AuditHarness.payload(number)
            try AuditHarness.append(kind, bytes, to: other)
        }
        other.close()
        let storage = try FileJournalStorage(directory: harness.directory + "/other")
        let error = #expect(throws: AuditError.self) {
            try harness.checkHistory(last: 20, storage, other.identity, all: false)
        }
        guard case .otherJournal = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Tiles that were removed or edited are no reason to refuse an honest journal: it is hashed again as a whole.
    @Test(arguments: ["tile/0/000", "tile/entries/002.p/88", "tile/1/000.p/2"])
    func damagedTilesAreNotTheJournalsFault(name: String) throws {
        let harness = try AuditHarness()
        try harness.append(Self.count)
        try harness.settle()
        harness.log.stop()
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: harness.auditDirectory + "/" + name))
        let storage = try FileJournalStorage(directory: harness.directory + "/journal")
        try harness.checkHistory(last: 600, storage, harness.journal.identity, all: false)
        try harness.checkHistory(last: 600, storage, harness.journal.identity, all: true)
        #expect(throws: MerkleError.self) { try harness.verifyLog() }
        // What is derived can be deleted: it is made again, and goes on under the same checkpoints.
        try harness.restart {
            try FileManager.default.removeItem(atPath: harness.auditDirectory + "/tile")
            try FileManager.default.removeItem(atPath: harness.auditDirectory + "/head")
        }
        try harness.append(1)
        try harness.settle()
        #expect(try harness.verifyLog().entryCount == 601)
    }

    @Test func aCheckpointOfAnotherKeyIsNamed() throws {
        let harness = try AuditHarness()
        try harness.append(5)
        try harness.settle()
        let check = HistoryCheck(
            try AuditedJournal(
                directory: harness.auditDirectory,
                saltKeyPath: harness.directory + "/salt.key",
                storage: try FileJournalStorage(directory: harness.directory + "/journal"),
                identity: harness.journal.identity
            )
        )
        let other = try SignerKey(name: harness.signer.verifier.name, algorithm: .ed25519, seed: .zero)
        #expect(throws: AuditError.self) { try check.signed(by: other.verifier) }
        #expect(try check.signed(by: nil)?.size == 5)
    }
}
