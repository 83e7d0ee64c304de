import Authorization
import Domain
import Engine
import Foundation
import Journal
import Logging
import Platform
import Synchronization
import Testing

@testable import assentd

@Suite struct SnapshotScheduleTests {
    private static let second: Int64 = 1_000_000_000
    private static let currency = "EUR"

    private final class Needed: Sendable {
        let lsn = Atomic<UInt64>(1)
    }

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

    /// Not before any of `authorize`.
    private func configure(_ engine: Engine, _ number: UInt64) throws {
        let now = Instant(microseconds: 1_800_000_001_000_000)
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

    private func authorize(_ engine: Engine, _ number: UInt64) throws {
        let now = Instant(microseconds: 1_800_000_000_000_000 + Int64(number))
        let request = AuthorizationRequest(
            requestID: RequestID(high: 2, low: number),
            cardToken: CardToken(high: 1, low: 1),
            kind: .authorization,
            amount: 1,
            merchantAmount: 1,
            transmissionTime: now,
            currency: Currency(Self.currency),
            merchantCurrency: nil,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            merchantID: Text16(),
            terminalID: Text16(),
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: Text64(),
            merchantCity: Text64()
        )
        var event = AuthorizationEvent(asking: request)
        while true {
            do throws(Refusal) {
                _ = try engine.authorize(&event, receivedAt: now)
                return
            } catch {
                guard case .busy = error else { throw error }
            }
            try engine.journal.waitUntilDurable(engine.journal.lastLSN)
        }
    }

    /// A snapshot stands for old records and no answer is remembered from them; but somebody who follows the journal
    /// still needs them, and they stay until it has them.
    @Test func segmentsStayUntilWhoeverFollowsTheJournalHasThem() throws {
        try withEngine { engine, directory in
            for number in 1...120_000 as ClosedRange<UInt64> { try authorize(engine, number) }
            try engine.journal.waitUntilDurable(engine.journal.lastLSN)
            func count() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: directory + "/journal").count
            }
            let before = try count()
            #expect(before > 4)
            var options = SnapshotSchedule.Options(intervalSeconds: 10, recordCount: 1, bytesPerSecond: 0)
            options.keptSegmentCount = 1
            let needed = Needed()
            var schedule = SnapshotSchedule(
                engine,
                options,
                oldestNeeded: { needed.lsn.load(ordering: .relaxed) },
                logger: Logger(label: "test")
            )
            schedule.make()
            #expect(try engine.journal.firstLSN == 1 && count() >= before)
            needed.lsn.store(60_000, ordering: .relaxed)
            try configure(engine, 1)
            schedule.make()
            let first = engine.journal.firstLSN
            #expect(first > 1 && first <= 60_000)
            #expect(try engine.storedRecord(LogSequenceNumber(rawValue: 60_000)) != nil)
            needed.lsn.store(.max, ordering: .relaxed)
            try configure(engine, 2)
            schedule.make()
            #expect(engine.journal.firstLSN > 60_000)
            #expect(try count() < before)
        }
    }
}
