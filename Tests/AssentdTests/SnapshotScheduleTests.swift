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
            let never = SnapshotSchedule(
                engine,
                SnapshotSchedule.Options(intervalSeconds: 0, recordCount: 100),
                logger: Logger(label: "test")
            )
            #expect(!never.isDue(at: late, lastLSN: 1_000))
        }
    }

    @Test func whoAsksGetsOneAndIsTold() throws {
        try withEngine { engine, _ in
            try configure(engine, 1)
            let requests = SnapshotRequests()
            let told = Locked<[Result<SnapshotReport?, SnapshotError>]>([])
            for _ in 0..<SnapshotRequests.countMax {
                #expect(requests.ask { result in told.withLock { $0.append(result) } })
            }
            #expect(!requests.ask { _ in Issue.record("there was no room to wait") })
            var schedule = SnapshotSchedule(
                engine,
                SnapshotSchedule.Options(intervalSeconds: 0, bytesPerSecond: 0),
                logger: Logger(label: "test")
            )
            schedule.look(requests.wait(milliseconds: 10_000))
            let results = told.withLock { $0 }
            #expect(results.count == SnapshotRequests.countMax, "one snapshot answers all who wait")
            #expect(try results.allSatisfy { try $0.get()?.lsn.rawValue == 1 })
            #expect(engine.snapshotStatistics.madeCount == 1)
            #expect(requests.wait(milliseconds: 1).isEmpty)
            schedule.look([{ result in told.withLock { $0 = [result] } }])
            #expect(try told.withLock { $0 }.first?.get() == nil, "nothing has happened since")
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
