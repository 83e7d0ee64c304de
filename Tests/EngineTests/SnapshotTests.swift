import Authorization
import Domain
import Foundation
import Journal
import Platform
import Randomness
import Rules
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(20))) struct SnapshotTests {
    private typealias Machine = SnapshotMachine

    private func digest(_ journal: CrashDisk, _ snapshots: CrashDisk?) throws -> (StateDigest, RecoverySource) {
        let engine = try Machine.open(journal.copy(), snapshots?.copy())
        defer { engine.journal.close() }
        return (engine.digest(), engine.recoverySource)
    }

    @Test(arguments: UInt64(1)...6)
    func aSnapshotMadeUnderLoadAndTheRecordsAfterItAreTheStateOfAllRecords(seed: UInt64) throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: seed)
        try machine.configure("velocity.2", "sum>5000.00 in 1h flag")
        if seed % 2 == 0 {
            try machine.configure("counter.1", "card in 1m")
            try machine.configure("counter.7", "merchant,currency in 1h")
            try machine.configure("counter.2", "card,terminal in 31d")
            try machine.configure("counter.3", "distinct card by currency in 1m up to 3")
            try machine.configure("counter.4", "distinct card by merchant in 10s")
            try machine.configure("counter.5", "declines by card in 1h")
            try machine.configure("counter.6", "min by card in 1m")
            try machine.configure("counter.8", "max by card,merchant in 10s")
            try machine.configure(
                "counter.9",
                "distinct card by merchant in day America/New_York EST5EDT,M3.2.0,M11.1.0"
            )
        }
        for _ in 0..<Int.random(in: 10...6_000, using: &machine.random) { try machine.act() }
        var reports: [SnapshotReport] = []
        for round in 0..<3 {
            if round == 1 { try machine.configure("velocity.1", "count>\(seed + 3) in 30s decline") }
            if round == 2, seed % 2 == 0 { try machine.configure("counter.1", "card in 2m") }
            try machine.rule("r\(round % 2)", "amount > \(round).00 && velocity.sum('card', '1h') > 3.00")
            reports.append(try machine.snapshot(actsPerStep: 0...60))
            for _ in 0..<Int.random(in: 0...2_000, using: &machine.random) { try machine.act() }
        }
        let live = machine.close()
        let full = try digest(machine.journalDisk, nil).0
        #expect(full == live, "seed \(seed)")
        // Each of the three snapshots, the newest first.
        let disk = machine.snapshotDisk.copy()
        for report in reports.reversed() {
            let (recovered, source) = try digest(machine.journalDisk, disk)
            #expect(recovered == live, "seed \(seed), snapshot \(report.lsn)")
            #expect(source.snapshotLSN == report.lsn)
            #expect(source.problems == [])
            disk[SnapshotFiles.name(lsn: report.lsn.rawValue)] = nil
        }
        #expect(reports.allSatisfy { $0.cardCount > 0 && $0.rememberedRequestCount > 0 && $0.resumeLSN <= $0.lsn })
    }

    @Test func aSnapshotBeginsAgainWhenTheConfigurationChanges() throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: 20)
        for _ in 0..<500 { try machine.act() }
        var changes = 0
        let report = try machine.snapshot(actsPerStep: 0...3) {
            guard changes < 2, Bool.random(using: &machine.random) else { return }
            changes += 1
            try machine.configure("velocity.3", "count>\(changes) in \(changes)s decline")
        }
        #expect(report.restartCount >= 1)
        let live = machine.close()
        let (recovered, source) = try digest(machine.journalDisk, machine.snapshotDisk)
        #expect(recovered == live)
        #expect(source.snapshotLSN == report.lsn)
    }

    @Test func aConfigurationThatNeverRestsEndsTheAttemptAndHarmsNothing() throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: 21)
        for _ in 0..<100 { try machine.act() }
        #expect(throws: SnapshotError.configurationChanging) {
            _ = try machine.snapshot(actsPerStep: 0...1) { try machine.configure("velocity.3", "none") }
        }
        #expect(machine.engine.snapshotStatistics.failedCount == 1)
        _ = try machine.snapshot(actsPerStep: 0...1)
        #expect(try machine.engine.snapshotList().count == 1)
        let live = machine.close()
        #expect(try digest(machine.journalDisk, machine.snapshotDisk).0 == live)
    }

    @Test func aCrashAtAnyCallOfMakingASnapshotLosesNothing() throws {
        let prepared = try Machine(CrashDisk(), CrashDisk(), seed: 30)
        for _ in 0..<1_500 { try prepared.act() }
        _ = try prepared.snapshot(actsPerStep: 0...2)
        for _ in 0..<100 { try prepared.act() }
        _ = prepared.close()
        var call = 0
        var isThrough = false
        while !isThrough {
            call += 1
            let machine = try Machine(
                prepared.journalDisk.copy(),
                prepared.snapshotDisk.copy(),
                seed: 31,
                first: 10_000
            )
            machine.snapshotDisk.crash(atCall: call)
            do {
                let report = try machine.snapshot(actsPerStep: 1...3)
                // Old ones are removed after the new one is durable: failing there is no failure.
                isThrough = !machine.snapshotDisk.hasCrashed
                #expect(
                    try digest(machine.journalDisk, machine.snapshotDisk.durableImage()).1.snapshotLSN == report.lsn
                )
            } catch let error as SnapshotError {
                guard case .storage = error else { throw error }
            }
            let live = machine.close()
            for disk in [machine.snapshotDisk.durableImage(), machine.snapshotDisk] {
                let (recovered, source) = try digest(machine.journalDisk, disk)
                #expect(recovered == live, "call \(call)")
                #expect(source.snapshotLSN != nil, "call \(call)")
            }
        }
        #expect(call > 20)
    }

    @Test(arguments: UInt64(1)...10)
    func aDamagedSnapshotGivesWayToTheOneBeforeAndThenToAllRecords(seed: UInt64) throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: seed)
        for _ in 0..<800 { try machine.act() }
        let older = try machine.snapshot(actsPerStep: 0...5)
        for _ in 0..<100 { try machine.act() }
        let newer = try machine.snapshot(actsPerStep: 0...5)
        let live = machine.close()
        let disk = machine.snapshotDisk
        var problems = 0
        for (damaged, next) in [(newer.lsn, Optional(older.lsn)), (older.lsn, nil)] {
            let name = SnapshotFiles.name(lsn: damaged.rawValue)
            var bytes = try #require(disk[name])
            if seed % 3 == 0 {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &machine.random))
            } else {
                // Padding behind a payload is not looked at: damage something that is.
                var place = 0
                repeat {
                    place = Int.random(in: 0..<bytes.count, using: &machine.random)
                } while bytes[place] == 0
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &machine.random)
            }
            disk[name] = bytes
            problems += 1
            let (recovered, source) = try digest(machine.journalDisk, disk)
            #expect(recovered == live, "seed \(seed)")
            #expect(source.snapshotLSN == next, "seed \(seed)")
            #expect(source.problems.count == problems, "seed \(seed): \(source.problems)")
        }
    }

    @Test func aSnapshotThatHoldsMoreThanTheJournalIsRefused() throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: 40)
        for _ in 0..<300 { try machine.act() }
        try machine.engine.journal.waitUntilDurable(machine.engine.journal.lastLSN)
        let shorter = machine.journalDisk.copy()
        for _ in 0..<300 { try machine.act() }
        _ = try machine.snapshot(actsPerStep: 0...0)
        _ = machine.close()
        #expect(throws: EngineError.self) { _ = try Machine.open(shorter, machine.snapshotDisk) }
    }

    @Test func anotherJournalsSnapshotIsNotUsed() throws {
        let other = try Machine(CrashDisk(), CrashDisk(), seed: 41)
        for _ in 0..<300 { try other.act() }
        _ = try other.snapshot(actsPerStep: 0...0)
        _ = other.close()
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: 42)
        for _ in 0..<600 { try machine.act() }
        let live = machine.close()
        let (recovered, source) = try digest(machine.journalDisk, other.snapshotDisk)
        #expect(recovered == live)
        #expect(source.snapshotLSN == nil && source.problems.count == 1)
    }

    @Test func segmentsThatNobodyNeedsCanGoAndEverythingElseStays() throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: 50)
        try machine.configure("counter.3", "card,merchant in 1h")
        try machine.configure("counter.4", "terminal in 10s")
        try machine.configure("counter.5", "distinct card by terminal in 10s")
        try machine.configure("counter.6", "declines by card,merchant in 1d")
        try machine.configure("counter.7", "max by currency in 1h")
        let nothing = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 1)
        #expect(nothing == 0)
        for _ in 0..<3 {
            for _ in 0..<20_000 { try machine.act() }
            _ = try machine.snapshot(actsPerStep: 0...50)
        }
        let removed = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 2)
        #expect(removed > 0)
        let page = try machine.engine.payments(PaymentFilter(), before: nil, countMax: 1_000_000)
        #expect(page.payments.count > 4_000)
        let firstLSN = machine.engine.journal.firstLSN
        #expect(firstLSN > 1)
        for _ in 0..<100 { try machine.act() }
        let live = machine.close()
        let reopened = try Machine.open(machine.journalDisk.copy(), machine.snapshotDisk.copy())
        #expect(reopened.digest() == live)
        #expect(reopened.journal.firstLSN == firstLSN)
        // Of counters the snapshot has later values than of cards: deciding again takes what is recorded there.
        let verified = try Machine.open(machine.journalDisk.copy(), machine.snapshotDisk.copy(), verifying: true)
        #expect(verified.digest() == live && verified.recoverySource.snapshotLSN != nil)
        verified.journal.close()
        // Every remembered answer is still there.
        for shard in 0..<reopened.state.requests.count {
            let place = try #require(reopened.state.requests.withLock(shard) { $0.oldestPlace })
            _ = try reopened.storedRecord(at: place)
        }
        reopened.journal.close()
        let none = CrashDisk()
        #expect(throws: EngineError.self) { _ = try Machine.open(machine.journalDisk.copy(), none) }
    }

    @Test(arguments: [UInt64(61), 62])
    func threadsDecideWhileSnapshotsAreMade(seed: UInt64) throws {
        let snapshots = CrashDisk()
        let journal = CrashDisk()
        let engine = try Machine.open(journal, snapshots)
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        for number in UInt64(1)...3_000 {
            while (try? engine.perform(EngineHarness.creation(number, limit: 1 << 40), receivedAt: EngineHarness.now))
                == nil
            {
                try engine.journal.waitUntilDurable(engine.journal.lastLSN)
            }
        }
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            if thread == 0 {
                for _ in 0..<6 { _ = try? engine.makeSnapshot() }
                return
            }
            var random = SeededRandom(seed: seed &* 77 &+ UInt64(thread))
            for step in 0..<8_000 {
                let time = EngineHarness.now.advanced(byMicroseconds: Int64(step) * 10_000)
                let request = EngineHarness.request(
                    UInt64(thread) << 32 | UInt64(step),
                    card: UInt64.random(in: 1...3_000, using: &random),
                    amount: Int64.random(in: 1...900, using: &random),
                    at: time
                )
                while EngineHarness.ask(engine, request, at: time) == .refused("busy") { sched_yield() }
            }
        }
        let live = engine.digest()
        engine.journal.close()
        let (recovered, source) = try digest(journal, snapshots)
        #expect(recovered == live, "seed \(seed)")
        #expect(source.snapshotLSN != nil)
        #expect(try digest(journal, nil).0 == live)
        #expect(engine.snapshotStatistics.madeCount >= 1)
    }
}
