import Authorization
import CAllocationCounter
import Domain
import Foundation
import Journal
import Randomness
import Rules
import Testing

@testable import Engine

/// Lists in the engine: journaled, asked by rules from their record on, known as they were, there after a restart.
@Suite(.timeLimit(.minutes(20))) struct EngineListTests {
    private static func command(_ name: String, _ id: UInt64, _ action: ListCommand.Action) -> ListCommand {
        ListCommand(
            requestID: RequestID(high: 8, low: id),
            actor: 1000,
            transmissionTime: EngineHarness.now,
            name: name,
            reason: "why",
            action: action
        )
    }

    @discardableResult
    static func create(
        _ engine: Engine,
        _ name: String,
        _ kind: ListKind,
        match: ListMatch = .exact,
        id: UInt64
    ) throws -> LogSequenceNumber {
        let text = ListText(kind: kind, match: match, owner: "risk", note: "")
        return try engine.change(command(name, id, .create(text)), receivedAt: EngineHarness.now).lsn
    }

    @discardableResult
    static func add(
        _ engine: Engine,
        _ name: String,
        _ values: [String],
        until: Instant? = nil,
        id: UInt64
    ) throws -> LogSequenceNumber {
        let items = values.map { ListItem(value: $0, until: until) }
        return try engine.change(command(name, id, .add(items)), receivedAt: EngineHarness.now).lsn
    }

    private static func remove(_ engine: Engine, _ name: String, _ values: [String], id: UInt64) throws {
        _ = try engine.change(command(name, id, .remove(values)), receivedAt: EngineHarness.now)
    }

    private static func addRule(_ engine: Engine, _ name: String, _ condition: String, id: UInt64) throws {
        let text = RuleText(
            state: .shadow,
            outcome: .decline(.merchantBlocked),
            owner: "",
            note: "",
            condition: condition
        )
        for (place, action) in [
            RuleCommand.Action.add(text, after: nil), .setState(.active, version: nil, from: nil),
        ].enumerated() {
            let command = RuleCommand(
                requestID: RequestID(high: 9, low: id + UInt64(place)),
                actor: 1000,
                transmissionTime: EngineHarness.now,
                name: name,
                action: action
            )
            _ = try engine.change(command, receivedAt: EngineHarness.now)
        }
    }

    private static func refusal(_ body: () throws -> Void) throws -> ListCommandError {
        do {
            try body()
        } catch Refusal.list(let error) {
            return error
        }
        throw Missing()
    }

    private struct Missing: Error {}

    private static func verifying() -> EngineOptions {
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        return options
    }

    @Test func aListDecidesFromItsRecordOnAndSoAfterARestart() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        try Self.create(harness.engine, "hot", .merchant, id: 1)
        try Self.addRule(harness.engine, "hot-merchants", "merchant.id in list('hot')", id: 1)
        func pay(_ id: UInt64, at time: Instant = EngineHarness.now) throws -> Decision {
            try #require(harness.ask(EngineHarness.request(id, card: 1, amount: 100), at: time).decision)
        }
        #expect(try pay(1).outcome == .approved)
        let until = EngineHarness.now.advanced(byMicroseconds: 1_000)
        try Self.add(harness.engine, "hot", ["M1", "M2"], until: until, id: 2)
        #expect(try pay(2).reason == .merchantBlocked)
        #expect(try pay(3, at: until.advanced(byMicroseconds: -1)).reason == .merchantBlocked)
        #expect(try pay(4, at: until).outcome == .approved, "it ends on the microsecond")
        try Self.add(harness.engine, "hot", ["M1"], id: 3)
        #expect(try pay(5, at: until).reason == .merchantBlocked)
        try Self.remove(harness.engine, "hot", ["M1", "M9"], id: 4)
        #expect(try pay(6, at: until).outcome == .approved)
        let live = harness.engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == live)
        #expect(harness.engine.withLists { $0.list(named: "hot")?.table.entryCount } == 1)
        #expect(try pay(7, at: until).outcome == .approved)
        try Self.add(harness.engine, "hot", ["M1"], id: 5)
        #expect(try pay(8, at: until).reason == .merchantBlocked)
        let later = harness.engine.digest()
        #expect(later.digest != live.digest)
        try harness.restart(Self.verifying())
        #expect(harness.engine.digest() == later, "all decided again with the lists of their time")
    }

    @Test func whatALookBackSeesIsTheListOfThen() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        try Self.create(harness.engine, "names", .merchantName, match: .prefix, id: 1)
        try Self.addRule(harness.engine, "named", "merchant.normal_name in list('names')", id: 1)
        try Self.add(harness.engine, "names", ["Corner*", "kiosk"], id: 2)
        guard case .decided(_, let lsn) = harness.ask(EngineHarness.request(1, card: 1, amount: 100)) else {
            Issue.record("not decided")
            return
        }
        try Self.remove(harness.engine, "names", ["corner"], id: 3)
        #expect(harness.ask(EngineHarness.request(2, card: 1, amount: 100)).decision?.outcome == .approved)
        try harness.engine.journal.waitUntilDurable(harness.engine.journal.lastLSN)
        for _ in 0..<2 {
            guard case .authorization(let event, _)? = try harness.engine.storedRecord(lsn) else {
                Issue.record("no record")
                return
            }
            let matched = try #require(harness.engine.explainRules(event, lsn: lsn).first)
            let hit = try #require(matched.listHits.first)
            #expect(matched.listHits.count == 1 && hit.list == "names" && hit.entry.value == "CORNER")
            #expect(hit.entry.reason == "why" && hit.entry.actor == 1000)
            let check = try #require(harness.engine.explain(event, lsn: lsn).first { $0.check == .rules })
            #expect(check.result == .failed)
            try harness.restart()
        }
        // A trial asks the lists of now.
        func matches(_ condition: String) throws -> UInt64 {
            let result = try harness.engine.tryRule(
                .text(condition),
                lsn: nil,
                countMax: 10,
                listedMax: 3,
                now: EngineHarness.now
            )
            let report = try result.get()
            return report?.matchCount ?? 0
        }
        try harness.engine.journal.waitUntilDurable(harness.engine.journal.lastLSN)
        #expect(try matches("list('names', merchant.normal_name)") == 0)
        try Self.add(harness.engine, "names", ["CORNER SHOP"], id: 4)
        #expect(try matches("list('names', merchant.normal_name)") == 2)
    }

    @Test func aListThatARuleReadsStays() throws {
        let harness = try EngineHarness()
        try Self.create(harness.engine, "hot", .terminal, id: 1)
        try Self.addRule(harness.engine, "reader", "amount > 1.00 && !(terminal.id in list('hot'))", id: 1)
        let refusal = try Self.refusal {
            _ = try harness.engine.change(Self.command("hot", 2, .delete), receivedAt: EngineHarness.now)
        }
        #expect(refusal == .readByRule(name: "hot", rule: "reader"))
        let retire = RuleCommand(
            requestID: RequestID(high: 9, low: 50),
            actor: 1000,
            transmissionTime: EngineHarness.now,
            name: "reader",
            action: .setState(.retired, version: nil, from: nil)
        )
        _ = try harness.engine.change(retire, receivedAt: EngineHarness.now)
        _ = try harness.engine.change(Self.command("hot", 3, .delete), receivedAt: EngineHarness.now)
        let live = harness.engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == live)
        // Another list of the name is another list.
        try Self.create(harness.engine, "hot", .merchant, id: 4)
        #expect(harness.engine.withLists { $0.list(named: "hot")?.number } == 2)
        #expect(throws: Refusal.self) {
            try Self.addRule(harness.engine, "again", "terminal.id in list('hot')", id: 60)
        }
    }

    @Test func aCommandIsCarriedOutOnce() throws {
        let harness = try EngineHarness()
        try Self.create(harness.engine, "hot", .merchant, id: 1)
        try Self.add(harness.engine, "hot", ["M1"], id: 2)
        try Self.remove(harness.engine, "hot", ["M1"], id: 3)
        for id in UInt64(1)...3 {
            #expect(throws: Refusal.self) { try Self.add(harness.engine, "hot", ["M1"], id: id) }
        }
        #expect(harness.engine.withLists { $0.list(named: "hot")?.table.entryCount } == 0)
        let unknown = try Self.refusal { try Self.add(harness.engine, "hto", ["M1"], id: 9) }
        #expect(unknown == .unknownList(name: "hto", nearest: "hot"))
    }
}
