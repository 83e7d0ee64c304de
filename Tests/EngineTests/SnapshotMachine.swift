import Authorization
import Domain
import Foundation
import Journal
import Platform
import Randomness
import Rules
import Testing

@testable import Engine

/// An engine on disks in memory, which are there when it is gone.
final class SnapshotMachine {
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

    static func open(
        _ journalDisk: CrashDisk,
        _ snapshotDisk: CrashDisk?,
        verifying: Bool = false
    ) throws -> Engine {
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = verifying
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
