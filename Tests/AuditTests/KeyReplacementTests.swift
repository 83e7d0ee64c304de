import Cryptography
import Foundation
import Journal
import Merkle
import Platform
import Testing

@testable import Audit

/// A log under two keys, one behind the other, and what can be done to the statement between them.
@Suite struct KeyReplacementTests {
    /// The key that a harness signs with from its next start on; nil for its own.
    private final class NextKey: Sendable {
        private let key = Locked<SignerKey?>(nil)

        var value: SignerKey? {
            get { key.withLock { $0 } }
            set { key.withLock { $0 = newValue } }
        }
    }

    private let next = NextKey()
    private let new: SignerKey
    private let harness: AuditHarness

    /// 300 records signed by the first key, then 20 by the second one.
    init() throws {
        let seed = try #require(SHA256Digest([UInt8](repeating: 0x43, count: 32)))
        new = try SignerKey(name: "test.example/audit", algorithm: .ed25519, seed: seed)
        let next = next
        harness = try AuditHarness { options in options.signer = next.value ?? options.signer }
        try harness.append(300)
        try harness.settle()
        try harness.restart { try Self.replace(harness, by: new, next) }
        try harness.append(20)
        try harness.settle()
    }

    private static func audited(_ harness: AuditHarness) throws -> AuditedJournal {
        try AuditedJournal(
            directory: harness.auditDirectory,
            saltKeyPath: harness.directory + "/salt.key",
            storage: try FileJournalStorage(directory: harness.directory + "/journal"),
            identity: harness.journal.identity
        )
    }

    private static func replace(_ harness: AuditHarness, by new: SignerKey, _ next: NextKey) throws {
        let audited = try audited(harness)
        let former = harness.signer
        let signed = try #require(try HistoryCheck(audited).signed(by: former.verifier))
        try KeyReplacement(audited).replace(former: former, by: new, signed: signed, time: 1_763_000_000)
        next.value = new
    }

    private func remove(_ names: String...) throws {
        for name in names { try FileManager.default.removeItem(atPath: harness.auditDirectory + "/" + name) }
    }

    private func waits(saying text: String) -> Bool {
        harness.log.wait(milliseconds: AuditHarness.waitMilliseconds) {
            harness.log.figures.problem.contains(text)
        }
    }

    @Test func theLogGoesOnUnderItsNewKey() throws {
        let check = HistoryCheck(try Self.audited(harness))
        for key in [harness.signer.verifier, new.verifier] { #expect(try check.signed(by: key)?.size == 320) }
        try check.checkSigner(new.verifier)
        #expect(throws: AuditError.self) { try check.checkSigner(harness.signer.verifier) }
        let signed = try #require(try check.signed(by: new.verifier))
        try check.checkStart(signed, last: 320, count: 1)
        try check.checkAll(signed)
    }

    /// Whatever starts it: the log itself signs nothing with a key that was replaced.
    @Test func aKeyThatWasReplacedSignsNothing() throws {
        let before = harness.bytes("checkpoints")
        try harness.restart { next.value = nil }
        try harness.append(10)
        #expect(waits(saying: "was replaced over 300 records"))
        #expect(harness.bytes("checkpoints") == before)
    }

    @Test func aSecondReplacementOfTheSameKeyIsRefused() throws {
        let seed = try #require(SHA256Digest([UInt8](repeating: 0x44, count: 32)))
        let third = try SignerKey(name: "test.example/audit", algorithm: .ed25519, seed: seed)
        let audited = try Self.audited(harness)
        let signed = try #require(try HistoryCheck(audited).signed(by: new.verifier))
        let before = harness.bytes("rotations")
        #expect(throws: AuditError.self) {
            try KeyReplacement(audited).replace(former: harness.signer, by: third, signed: signed, time: 1)
        }
        #expect(throws: AuditError.self, "back to the first") {
            try KeyReplacement(audited).replace(former: new, by: harness.signer, signed: signed, time: 1)
        }
        #expect(harness.bytes("rotations") == before)
    }

    /// The statement is over a tree that was signed: it counts where both files of checkpoints were removed.
    @Test func aStatementRemembersWhatWasSigned() throws {
        harness.log.stop()
        try remove("checkpoint", "checkpoints")
        let check = HistoryCheck(try Self.audited(harness))
        let signed = try #require(try check.signed(by: new.verifier))
        #expect(signed.size == 300)
        #expect(throws: AuditError.truncated(journal: 200, signed: 300)) {
            try check.checkStart(signed, last: 200, count: 100)
        }
        try harness.restart(with: (1...400).map { AuditHarness.payload($0 < 100 ? $0 : $0 + 1) }, removing: [])
        #expect(waits(saying: "the history was changed"))
    }

    @Test func aStatementThatWasChangedOrRemovedIsNotTaken() throws {
        harness.log.stop()
        let url = URL(fileURLWithPath: harness.auditDirectory + "/rotations")
        var bytes = harness.bytes("rotations")
        bytes[40] ^= 1
        try Data(bytes).write(to: url)
        let check = HistoryCheck(try Self.audited(harness))
        #expect(throws: AuditError.self) { try check.signed(by: new.verifier) }
        #expect(throws: AuditError.self) { try check.checkSigner(new.verifier) }
        try remove("rotations")
        #expect(throws: AuditError.self, "it has signed none of what the first key has") {
            try check.signed(by: harness.signer.verifier)
        }
    }
}
