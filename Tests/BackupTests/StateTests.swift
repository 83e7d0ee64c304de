import Authorization
import Domain
import Engine
import Foundation
import Journal
import Platform
import Testing

@testable import Backup

/// A restored engine is in the state in which the original was at that record.
@Suite struct StateTests {
    private static func open(_ data: String) throws -> Engine {
        var options = EngineOptions()
        options.cardShardCount = 8
        options.requestShardCount = 8
        options.rememberedRequestCount = 4_096
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = 8 << 20
        journalOptions.bufferByteCount = 2 << 20
        try FileSystem.createDirectory(data)
        let engine = try Engine.open(
            options: options,
            journalOptions: journalOptions,
            storage: try FileJournalStorage(directory: data + "/journal")
        )
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        return engine
    }

    private static func creation(_ number: UInt64) throws -> CardCommand {
        CardCommand(
            requestID: RequestID(high: 1, low: number),
            actor: 0,
            transmissionTime: now,
            token: CardToken(high: 7, low: number),
            action: .create(
                CardCommand.Creation(
                    status: .active,
                    currency: try #require(Currency("EUR")),
                    limit: 100_000 + Int64(number),
                    transactionLimit: nil,
                    expiry: nil,
                    lastFour: .unknown,
                    profile: Text16()
                )
            )
        )
    }

    private static let now = Instant(microseconds: 1_800_000_000_000_000)

    @Test func theStateAtEveryRecordComesBack() throws {
        let harness = try BackupHarness()
        let data = harness.directory + "/engine"
        let engine = try Self.open(data)
        var digests: [UInt64: StateDigest] = [:]
        for number in UInt64(1)...24 {
            _ = try engine.perform(try Self.creation(number), receivedAt: Self.now)
            let digest = engine.digest()
            digests[digest.lsn.rawValue] = digest
        }
        let last = engine.digest()
        try engine.journal.waitUntilDurable(last.lsn.rawValue)
        var creation = BackupCreation(harness.repository, dataDirectory: data)
        let cut = BackupCut(
            lsn: last.lsn.rawValue,
            stateDigest: "\(last.digest)",
            rememberedIDs: UInt64(last.rememberedRequestCount),
            cards: UInt64(last.cardCount)
        )
        _ = try creation.run(time: 1, cut: { cut }, watch: { _ in })
        engine.journal.close()
        for lsn in UInt64(1)...24 {
            try harness.restore(.lsn(lsn), to: "r")
            let note = try #require(try RestoreMarks.note(harness.directory + "/r"))
            #expect(note.lsn == lsn && (note.stateDigest != nil) == (lsn == 24))
            let restored = try Self.open(harness.directory + "/r")
            #expect(restored.digest() == digests[lsn], "at record \(lsn)")
            restored.journal.close()
            try harness.remove("r")
        }
    }
}
