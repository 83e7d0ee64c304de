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
    /// An engine on disks in memory, which are there when it is gone.
    private final class Machine {
        let journalDisk: CrashDisk
        let snapshotDisk: CrashDisk
        let engine: Engine
        var random: SeededRandom
        private var number: UInt64
        private var time: Instant

        init(_ journalDisk: CrashDisk, _ snapshotDisk: CrashDisk, seed: UInt64, first: UInt64 = 0) throws {
            self.journalDisk = journalDisk
            self.snapshotDisk = snapshotDisk
            random = SeededRandom(seed: seed)
            number = first
            time = EngineHarness.now.advanced(byMicroseconds: Int64(first) * 1_000)
            engine = try Self.open(journalDisk, snapshotDisk)
            try engine.start(onDurable: { _ in }, onFailure: { _ in })
        }

        static func open(_ journalDisk: CrashDisk, _ snapshotDisk: CrashDisk?) throws -> Engine {
            var options = EngineHarness.smallOptions
            options.cardShardCount = 4
            options.requestShardCount = 4
            options.rememberedRequestCount = 4_096
            options.readyMemoryByteCount = 0
            var journalOptions = JournalOptions()
            journalOptions.bufferByteCount = 1_200 << 10
            journalOptions.segmentByteCount = 3 << 20
            journalOptions.loadedCommitInterval = 0
            return try Engine.open(
                options: options,
                journalOptions: journalOptions,
                storage: journalDisk,
                snapshotStorage: snapshotDisk
            )
        }

        /// Something that clients and operators do.
        func act() throws {
            number += 1
            time = time.advanced(byMicroseconds: Int64.random(in: 0...200_000, using: &random))
            let card = UInt64.random(in: 1...400, using: &random)
            switch Int.random(in: 0..<200, using: &random) {
            case 0..<30: try command(.create(Self.creation), card)
            case 30..<36: try command(.setStatus(Bool.random(using: &random) ? .frozen : .active), card)
            case 40..<90: try settle(card)
            case 90..<92: _ = engine.tick(now: time.advanced(byMicroseconds: 400_000_000_000), budget: 5)
            case 92..<94: try replace(card)
            case 94..<104: changeList()
            case 36..<40: try command(.setLimits(CardCommand.LimitChanges(limit: Int64(number) * 1_000)), card)
            default:
                let request = EngineHarness.request(
                    number,
                    card: card,
                    amount: Int64.random(in: 1...900, using: &random),
                    at: time
                )
                var answer = EngineHarness.ask(engine, request, at: time)
                while answer == .refused("busy") {
                    try engine.journal.waitUntilDurable(engine.journal.lastLSN)
                    answer = EngineHarness.ask(engine, request, at: time)
                }
            }
        }

        /// A message about an earlier payment, or about none.
        private func settle(_ card: UInt64) throws {
            let kinds: [LifecycleKind] = [.clearing, .reversal, .increment, .completion, .advice, .refundClearing]
            let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
            let amount = kind == .reversal ? nil : Int64.random(in: 1...900, using: &random)
            let request = try SettleTests.message(
                kind,
                number,
                card: card,
                of: UInt64.random(in: max(1, number - min(number, 400))...number, using: &random),
                amount: amount,
                isFinal: Bool.random(using: &random),
                at: time
            )
            while case .busy = engine.settle(request, receivedAt: time, respond: { _, _ in }) {
                try engine.journal.waitUntilDurable(engine.journal.lastLSN)
            }
        }

        private func replace(_ card: UInt64) throws {
            let replacement = CardCommand.Replacement(
                newToken: EngineHarness.token(card + 100_000 + number),
                reason: .damaged,
                expiry: nil,
                lastFour: .unknown
            )
            try command(.replace(replacement), card)
        }

        private static var creation: CardCommand.Creation {
            CardCommand.Creation(
                status: .active,
                currency: EngineHarness.euro,
                limit: 100_000_000,
                transactionLimit: nil,
                expiry: nil,
                lastFour: .unknown,
                profile: Text16()
            )
        }

        private func command(_ action: CardCommand.Action, _ card: UInt64) throws {
            let command = CardCommand(
                requestID: RequestID(high: 5, low: number),
                actor: 0,
                transmissionTime: time,
                token: EngineHarness.token(card),
                action: action
            )
            do {
                _ = try engine.perform(command, receivedAt: time)
            } catch Refusal.card {
                // Known already, or not yet.
            }
        }

        /// Changes one of two lists, in ways that may be refused.
        private func changeList() {
            func value() -> String { "M\(Int.random(in: 0..<3_000, using: &random))" }
            let values = Array(Set((0..<40).map { _ in value() }))
            let until = Bool.random(using: &random) ? time.advanced(byMicroseconds: 5_000_000) : nil
            let chosen = Int.random(in: 0..<96, using: &random)
            var action = ListCommand.Action.add(values.map { ListItem(value: $0, until: until) })
            if chosen < 8 {
                action = .create(ListText(kind: .merchant, match: .exact, owner: "", note: ""))
            } else if chosen < 9 {
                action = .delete
            } else if chosen < 33 {
                action = .remove(values)
            }
            let command = ListCommand(
                requestID: RequestID(high: 7, low: number),
                actor: 0,
                transmissionTime: time,
                name: Bool.random(using: &random) ? "one" : "two",
                reason: "reason \(Int.random(in: 0..<3, using: &random))",
                action: action
            )
            do throws(Refusal) {
                _ = try engine.change(command, receivedAt: time)
            } catch {
                // There is no such list, or there is one already, or there is no room just now.
                #expect(["list", "busy"].contains(EngineHarness.name(of: error)))
            }
        }

        func configure(_ key: String, _ value: String) throws {
            number += 1
            _ = try engine.configure(
                ConfigurationChanged(
                    requestID: RequestID(high: 6, low: number),
                    actor: 0,
                    time: time,
                    transmissionTime: time,
                    key: key,
                    value: value
                ),
                expectedVersion: nil,
                receivedAt: time
            )
        }

        /// Writes a rule and makes it active.
        func rule(_ name: String, _ condition: String) throws {
            let text = RuleText(state: .shadow, outcome: .flag, owner: "", note: "", condition: condition)
            let actions = [RuleCommand.Action.add(text, after: nil), .setState(.active, version: nil, from: nil)]
            for action in actions {
                number += 1
                _ = try engine.change(
                    RuleCommand(
                        requestID: RequestID(high: 6, low: number),
                        actor: 0,
                        transmissionTime: time,
                        name: name,
                        action: action
                    ),
                    receivedAt: time
                )
            }
        }

        /// Makes a snapshot, and does so many things between every two of its steps.
        func snapshot(actsPerStep: ClosedRange<Int>, whileWorking: () throws -> Void = {}) throws -> SnapshotReport {
            let steps = try #require(try engine.beginSnapshot())
            while true {
                for _ in 0..<Int.random(in: actsPerStep, using: &random) { try act() }
                try whileWorking()
                switch try steps.step() {
                case .working: break
                case .waiting(let lsn): try engine.journal.waitUntilDurable(lsn)
                case .done(let report): return report
                }
            }
        }

        /// Ends in order; the state as it was.
        func close() -> StateDigest {
            let digest = engine.digest()
            engine.journal.close()
            return digest
        }
    }

    private func digest(_ journal: CrashDisk, _ snapshots: CrashDisk?) throws -> (StateDigest, RecoverySource) {
        let engine = try Machine.open(journal.copy(), snapshots?.copy())
        defer { engine.journal.close() }
        return (engine.digest(), engine.recoverySource)
    }

    @Test(arguments: UInt64(1)...6)
    func aSnapshotMadeUnderLoadAndTheRecordsAfterItAreTheStateOfAllRecords(seed: UInt64) throws {
        let machine = try Machine(CrashDisk(), CrashDisk(), seed: seed)
        try machine.configure("velocity.2", "sum>5000.00 in 1h flag")
        for _ in 0..<Int.random(in: 10...6_000, using: &machine.random) { try machine.act() }
        var reports: [SnapshotReport] = []
        for round in 0..<3 {
            if round == 1 { try machine.configure("velocity.1", "count>\(seed + 3) in 30s decline") }
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
        let nothing = try machine.engine.removeOldSegments(before: LogSequenceNumber(rawValue: .max), keeping: 1)
        #expect(nothing == 0)
        for _ in 0..<3 {
            for _ in 0..<20_000 { try machine.act() }
            _ = try machine.snapshot(actsPerStep: 0...5)
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
