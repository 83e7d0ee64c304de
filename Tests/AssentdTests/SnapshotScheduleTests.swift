import Authorization
import Domain
import Engine
import Foundation
import Journal
import Logging
import Platform
import Testing

@testable import assentd

@Suite struct SnapshotScheduleTests {
    private static let second: Int64 = 1_000_000_000

    private func withEngine(_ body: (Engine, String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var options = EngineOptions()
        options.cardShardCount = 2
        options.requestShardCount = 2
        options.rememberedRequestCount = 4_096
        var journalOptions = JournalOptions()
        journalOptions.bufferByteCount = 2 << 20
        journalOptions.segmentByteCount = 5 << 20
        let engine = try Engine.open(
            options: options,
            journalOptions: journalOptions,
            storage: FileJournalStorage(directory: directory + "/journal"),
            snapshotStorage: FileJournalStorage(directory: directory + "/snapshots")
        )
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        defer { engine.journal.close() }
        try body(engine, directory)
    }

    private func configure(_ engine: Engine, _ number: UInt64) throws {
        let now = Instant(microseconds: 1_800_000_000_000_000)
        _ = try engine.configure(
            ConfigurationChanged(
                requestID: RequestID(high: 1, low: number),
                actor: 0,
                time: now,
                transmissionTime: now,
                key: "velocity.1",
                value: "none"
            ),
            expectedVersion: nil,
            receivedAt: now
        )
    }

    @Test func aSnapshotIsDueAfterAnIntervalOrSoManyRecordsAndNeverForNothing() throws {
        try withEngine { engine, _ in
            let options = SnapshotSchedule.Options(intervalSeconds: 10, recordCount: 100)
            let schedule = SnapshotSchedule(engine, options, logger: Logger(label: "test"))
            let soon = Clock.monotonicNanoseconds() + Self.second
            let late = soon + 20 * Self.second
            #expect(!schedule.isDue(at: late, lastLSN: 0))
            #expect(schedule.isDue(at: late, lastLSN: 1))
            #expect(!schedule.isDue(at: soon, lastLSN: 99))
            #expect(schedule.isDue(at: soon, lastLSN: 100))
        }
    }

    @Test func oneIsMadeAndTheNextIsDueForWhatComesAfter() throws {
        try withEngine { engine, directory in
            try configure(engine, 1)
            let options = SnapshotSchedule.Options(intervalSeconds: 10, recordCount: 2, bytesPerSecond: 0)
            var schedule = SnapshotSchedule(engine, options, logger: Logger(label: "test"))
            schedule.make()
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/snapshots").count == 1)
            let now = Clock.monotonicNanoseconds()
            #expect(!schedule.isDue(at: now, lastLSN: 2))
            #expect(schedule.isDue(at: now, lastLSN: 3))
        }
    }
}
