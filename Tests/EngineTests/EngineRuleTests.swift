import Authorization
import CAllocationCounter
import Domain
import Foundation
import Journal
import Platform
import Randomness
import Rules
import Testing

@testable import Engine

/// Rules in the engine: journaled, in force from their record on, decided again on replay, and unseen while in shadow.
@Suite(.timeLimit(.minutes(20))) struct EngineRuleTests {
    private static let condition = "merchant.category == 5411 && amount > 50.00"

    private static func command(
        _ name: String,
        _ id: UInt64,
        _ action: RuleCommand.Action,
        actor: UInt32 = 1000
    ) -> RuleCommand {
        RuleCommand(
            requestID: RequestID(high: 9, low: id),
            actor: actor,
            transmissionTime: EngineHarness.now,
            name: name,
            action: action
        )
    }

    private static func text(
        _ condition: String,
        _ outcome: RuleOutcome = .decline(.suspectedFraud),
        state: RuleState = .draft
    ) -> RuleText {
        RuleText(state: state, outcome: outcome, owner: "risk", note: "why", condition: condition)
    }

    /// Adds a rule and takes it as far as asked.
    @discardableResult
    private static func add(
        _ engine: Engine,
        _ name: String,
        _ text: RuleText,
        to state: RuleState = .active,
        id: UInt64
    ) throws -> RuleReference {
        let added = try engine.change(command(name, id, .add(text, after: nil)), receivedAt: EngineHarness.now)
        let version = added.value.reference.version
        var path: [RuleState] = text.state == .draft ? [.shadow, .active] : [.active]
        if state != .active { path = state == .draft || state == text.state ? [] : [.shadow] }
        for (place, next) in path.enumerated() {
            let move = command(name, id + 1 + UInt64(place), .setState(next, version: version, from: nil))
            _ = try engine.change(move, receivedAt: EngineHarness.now)
        }
        return added.value.reference
    }

    private static func refusal(_ body: () throws -> Void) throws -> RuleCommandError {
        do {
            try body()
        } catch Refusal.rule(let error) {
            return error
        }
        throw Missing()
    }

    private struct Missing: Error {}

    /// Active and shadow rules that read every attribute and call, of which some match and none declines.
    static func addRulesOfEveryKind(_ engine: Engine) throws {
        let conditions = [
            "amount == 0.01", "amount * 3 > card.available - card.limit && velocity.count('card', '60s') >= 0",
            "merchant.normal_name.contains('SHOP') && merchant.name.startsWith('Corner') && merchant.city != 'Rome'",
            "merchant.country in ['DE', 'FR'] && card.profile == 'default' && card.currency == currency",
            "velocity.sum('card', '60s') < 5.00 || time.hour * 7 + time.weekday > 3 || has(card.transaction_limit)",
            "[1, 2, 3].exists(n, amount > minor_units(n)) && kind == 'authorization'", "amount / (network) > 0.01",
            "terminal.id == 'T1' && merchant.id == 'M1' && acquirer.id == '' && entry_mode == 'chip'",
            "card.held >= 0.00 && card.posted == 0.00 && card.status == 'active' && !recurring && !estimated && "
                + "!partial",
            "merchant.normal_name in list('shops') && card.token != ''",
        ]
        try EngineListTests.create(engine, "shops", .merchantName, match: .prefix, id: 900)
        try EngineListTests.add(engine, "shops", ["other"], id: 901)
        for (place, condition) in conditions.enumerated() {
            for state in [RuleState.active, .shadow] {
                let id = UInt64(place) * 10 + (state == .active ? 1 : 6)
                let text = Self.text(condition, .flag, state: .shadow)
                try Self.add(engine, "rule-\(place)-\(state.name)", text, to: state, id: id)
            }
        }
    }

    @Test func aRuleDecidesFromItsRecordOnAndAfterARestart() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        #expect(harness.ask(EngineHarness.request(1, card: 1, amount: 6_000)).decision?.outcome == .approved)
        let reference = try Self.add(harness.engine, "groceries", Self.text(Self.condition), id: 1)
        #expect(reference == RuleReference(number: 1, version: 1))
        let declined = harness.ask(EngineHarness.request(2, card: 1, amount: 6_000))
        let decision = try #require(declined.decision)
        #expect(decision.outcome == .declined && decision.reason == .suspectedFraud)
        #expect(decision.checksFailed == CheckSet(.rules))
        #expect(decision.checksRun.contains(.rules) && decision.checksRun.contains(.approval))
        #expect(decision.rules.listed == [reference] && decision.rules.count == 1)
        let below = try #require(harness.ask(EngineHarness.request(3, card: 1, amount: 5_000)).decision)
        #expect(below.outcome == .approved && below.rules == FiredRules() && below.checksRun.contains(.rules))
        let live = harness.engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == live)
        #expect(harness.ask(EngineHarness.request(2, card: 1, amount: 6_000)) == .refused("repeated"))
        #expect(harness.ask(EngineHarness.request(4, card: 1, amount: 6_000)).decision?.reason == .suspectedFraud)
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        let later = harness.engine.digest()
        try harness.restart(options)
        #expect(harness.engine.digest() == later)
    }

    @Test func whatARecordedDecisionWasIsExplainedByTheRulesOfItsTime() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        try Self.add(harness.engine, "flagged", Self.text("amount > 10.00", .flag), id: 1)
        let first = try Self.add(harness.engine, "groceries", Self.text(Self.condition), id: 10)
        guard case .decided(let decision, let lsn) = harness.ask(EngineHarness.request(1, card: 1, amount: 6_000))
        else {
            Issue.record("not decided")
            return
        }
        #expect(decision.rules.listed.first == first, "the one that declined comes first")
        #expect(decision.rules.count == 2)
        // Another version takes its place, and a third rule comes.
        let second = try Self.add(harness.engine, "groceries", Self.text("amount > 9000.00"), id: 20)
        #expect(second.version == 2)
        #expect(harness.engine.ruleBook.book.version(first)?.version.text.state == .retired)
        #expect(harness.ask(EngineHarness.request(2, card: 1, amount: 6_000)).decision?.outcome == .flagged)
        try harness.restart()
        guard case .authorization(let event, _)? = try harness.engine.storedRecord(lsn) else {
            Issue.record("no record")
            return
        }
        let checks = harness.engine.explain(event, lsn: lsn)
        let check = try #require(checks.first { $0.check == .rules })
        #expect(check.result == .failed && check.seen == Int64(first.number) && check.limit == 1)
        let order = checks.map(\.check)
        #expect(order == Check.allCases.filter { order.contains($0) }, "in the order of precedence")
        let matched = harness.engine.explainRules(event, lsn: lsn)
        #expect(matched.map(\.reference.number) == [1, 2])
        #expect(matched.map(\.isDeciding) == [false, true])
        #expect(matched.last?.rule.condition == Self.condition)
    }

    /// By the rules of the decision's time, though they are others since.
    @Test func whatARuleDeclinedIsToldWhatItWouldHaveLetPass() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        try Self.add(harness.engine, "groceries", Self.text(Self.condition), id: 10)
        try Self.add(harness.engine, "odd", Self.text("amount > 12.00 && amount < 13.00"), id: 20)
        func alternatives(_ id: UInt64, _ amount: Int64) throws -> [Alternative] {
            guard case .decided(_, let lsn) = harness.ask(EngineHarness.request(id, card: 1, amount: amount))
            else { throw Missing() }
            try harness.engine.journal.waitUntilDurable(lsn.rawValue)
            guard case .authorization(let event, _)? = try harness.engine.storedRecord(lsn) else { throw Missing() }
            try Self.add(harness.engine, "groceries", Self.text(Self.condition), id: id * 100)
            return harness.engine.alternatives(to: event, lsn: lsn)
        }
        let declined = try alternatives(1, 6_000)
        #expect(declined.map(\.kind) == [.amount, .category] && declined.first?.value == 5_000)
        #expect(declined.allSatisfy { $0.outcome == .approved })
        // The gap that the other rule leaves has two ends; the nearer is named.
        #expect(try alternatives(2, 1_280).first?.value == 1_300)
        #expect(try alternatives(3, 1_210).first?.value == 1_200)
        let approved = try alternatives(4, 1_190)
        #expect(
            approved == [Alternative(kind: .amount, value: 1_201, outcome: .declined, reason: .suspectedFraud)]
        )
    }

    @Test func aShadowRuleChangesNoByteOfAnAnswerOrARecord() throws {
        func play(_ withRules: Bool) throws -> (answers: [EngineHarness.Answer], records: [[UInt8]], tally: RuleTally?)
        {
            let harness = try EngineHarness()
            var shadow: RuleReference?
            for card in UInt64(1)...5 { try harness.makeCard(card, limit: 30_000) }
            // Both journals have the same records, so that positions and versions are the same.
            let state: RuleState = withRules ? .shadow : .draft
            let outcomes: [RuleOutcome] = [.decline(.suspectedFraud), .requireApproval, .flag]
            for (place, outcome) in outcomes.enumerated() {
                let text = Self.text("amount > \(place)0.00", outcome, state: state)
                shadow = try Self.add(harness.engine, "r\(place)", text, to: state, id: UInt64(place) * 10 + 1)
            }
            let first = LogSequenceNumber(rawValue: harness.engine.journal.lastLSN)
            var random = SeededRandom(seed: 5)
            var answers: [EngineHarness.Answer] = []
            for id in UInt64(1)...300 {
                let card = UInt64.random(in: 1...6, using: &random)
                let amount = Int64.random(in: 1...4_000, using: &random)
                answers.append(harness.ask(EngineHarness.request(id, card: card, amount: amount)))
            }
            var records: [[UInt8]] = []
            try harness.engine.journal.waitUntilDurable(harness.engine.journal.lastLSN)
            try harness.engine.journal.scanBackward(before: .max) { record in
                guard record.lsn > first.rawValue else { return .stop }
                records.append(Array(record.payload))
                return .proceed
            }
            let tallies = harness.engine.ruleTallies.tallies
            return (answers, records, shadow.flatMap { tallies[$0] })
        }
        let without = try play(false)
        let with = try play(true)
        #expect(with.answers == without.answers)
        #expect(with.records == without.records && with.records.count == 300)
        #expect(without.tally == nil)
        let tally = try #require(with.tally)
        #expect(tally.matchCount > 50 && tally.approvedCount < tally.matchCount)
        let sum = try #require(tally.sums.first)
        #expect(tally.sums.count == 1 && sum.currency == EngineHarness.euro)
        #expect(sum.asked > sum.approved && sum.approved > 0)
    }

    @Test func whatMatchedIsCountedAcrossChangesOfOtherRules() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        let watched = try Self.add(harness.engine, "watched", Self.text("amount > 10.00", .flag), id: 1)
        for id in UInt64(1)...7 { _ = harness.ask(EngineHarness.request(id, card: 1, amount: 1_500)) }
        try Self.add(harness.engine, "other", Self.text("amount > 10.00"), id: 10)
        for id in UInt64(8)...10 { _ = harness.ask(EngineHarness.request(id, card: 1, amount: 1_500)) }
        let tally = try #require(harness.engine.ruleTallies.tallies[watched])
        #expect(tally.matchCount == 10 && tally.approvedCount == 7)
        #expect(tally.sums.first?.asked == 15_000 && tally.sums.first?.approved == 10_500)
    }

    @Test func approvalComesAfterEverythingElseAndIncrementsAreJudgedToo() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        let text = Self.text("amount > 20.00 || kind == 'increment'", .requireApproval)
        let reference = try Self.add(harness.engine, "ask", text, id: 1)
        let first = try #require(harness.ask(EngineHarness.request(1, card: 1, amount: 3_000)).decision)
        #expect(first.reason == .needsApproval && first.checksFailed == CheckSet(.approval))
        let poor = try #require(harness.ask(EngineHarness.request(2, card: 1, amount: 20_000)).decision)
        #expect(poor.reason == .insufficientFunds && poor.checksFailed.contains(.approval))
        let small = try #require(harness.ask(EngineHarness.request(3, card: 1, amount: 1_000)).decision)
        #expect(small.outcome == .approved)
        var event: LifecycleEvent?
        let increment = try SettleTests.message(.increment, 4, card: 1, of: 3, amount: 500)
        #expect(harness.engine.settle(increment, receivedAt: EngineHarness.now) { made, _ in event = made } == nil)
        let decided = try #require(event)
        #expect(decided.outcome == .declined && decided.reason == .needsApproval)
        #expect(decided.decision.rules.listed == [reference])
        #expect(harness.engine.explainRules(decided).map(\.rule.name) == ["ask"])
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        let live = harness.engine.digest()
        try harness.restart(options)
        #expect(harness.engine.digest() == live)
    }

    @Test func windowsThatRulesReadAreThereAndStay() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        let unknown = try Self.refusal {
            try Self.add(harness.engine, "hourly", Self.text("velocity.count('card', '1h') > 2"), id: 1)
        }
        #expect("\(unknown)".contains("line 1, column 1 (bytes 0 to 28): no window of 1h is kept for cards"))
        #expect("\(unknown)".contains("60s (velocity.1)"))
        let other = try Self.refusal {
            try Self.add(harness.engine, "hourly", Self.text("velocity.count('merchant', '60s') > 2"), id: 2)
        }
        #expect("\(other)".contains("no window of 60s is kept for 'merchant'; those kept are none"))
        try harness.configure("velocity.3", "sum>1000.00 in 1h flag", id: 1)
        let condition = "velocity.count('card', '1h') >= 2 && velocity.sum('card', '60m') > 30.00"
        try Self.add(harness.engine, "hourly", Self.text(condition), id: 10)
        let outcomes = (UInt64(1)...4).map {
            harness.ask(EngineHarness.request($0, card: 1, amount: 1_600)).decision?.reason
        }
        #expect(outcomes == [.approved, .approved, .suspectedFraud, .suspectedFraud])
        do {
            try harness.configure("velocity.3", "none", id: 2)
            Issue.record("a window that a rule reads was taken away")
        } catch Refusal.configuration(let error) {
            #expect("\(error)".contains("hourly"))
        }
        // In another place the window is found again.
        try harness.configure("velocity.2", "count>1000 in 1h flag", id: 3)
        try harness.configure("velocity.3", "none", id: 4)
        #expect(harness.ask(EngineHarness.request(9, card: 1, amount: 1_600)).decision?.reason == .approved)
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        let live = harness.engine.digest()
        try harness.restart(options)
        #expect(harness.engine.digest() == live)
    }

    @Test func whatIsNotAllowedIsRefusedAndNothingChanges() throws {
        let harness = try EngineHarness()
        let engine = harness.engine
        let now = EngineHarness.now
        try Self.add(engine, "one", Self.text("amount > 1.00"), to: .draft, id: 1)
        let before = engine.digest()
        func refused(_ name: String, _ action: RuleCommand.Action, _ id: UInt64) throws -> RuleCommandError {
            try Self.refusal { _ = try engine.change(Self.command(name, id, action), receivedAt: now) }
        }
        let wrong = try refused("two", .add(Self.text("amuont > 1.00"), after: nil), 10)
        #expect("\(wrong)".hasPrefix("rule two: line 1, column 1 (bytes 0 to 6): there is no attribute 'amuont'"))
        #expect("\(wrong)".hasSuffix("did you mean 'amount'?"))
        _ = try refused("Two", .add(Self.text("true"), after: nil), 11)
        _ = try refused("two", .add(Self.text("true", .decline(.cardLost)), after: nil), 12)
        _ = try refused("two", .add(Self.text("true", .addToScore(5)), after: nil), 13)
        _ = try refused("two", .add(Self.text("true", state: .active), after: nil), 14)
        _ = try refused("two", .add(Self.text(String(repeating: " ", count: 16_400) + "true"), after: nil), 15)
        #expect(try refused("one", .add(Self.text("true"), after: 0), 16) == .versionChanged(name: "one", newest: 1))
        #expect(
            try refused("oen", .setState(.shadow, version: nil, from: nil), 17)
                == .unknownRule(name: "oen", nearest: "one")
        )
        let early = try refused("one", .setState(.active, version: nil, from: nil), 18)
        #expect(early == .nothingToMove(name: "one", states: [.draft], to: .active))
        let version = try refused("one", .setState(.shadow, version: 2, from: nil), 19)
        #expect(version == .unknownVersion(name: "one", version: 2, newest: 1))
        #expect(engine.digest() == before)
        // Of two that fit, one has to be named.
        try Self.add(engine, "one", Self.text("amount > 2.00"), to: .shadow, id: 20)
        _ = try engine.change(
            Self.command("one", 25, .setState(.shadow, version: 1, from: .draft)),
            receivedAt: now
        )
        let ambiguous = try refused("one", .setState(.active, version: nil, from: nil), 26)
        #expect(ambiguous == .ambiguous(name: "one", versions: [1, 2], to: .active))
    }

    @Test func aRepeatedCommandIsDoneOnce() throws {
        let harness = try EngineHarness()
        let command = Self.command("one", 1, .add(Self.text("amount > 1.00"), after: nil))
        let first = try harness.engine.change(command, receivedAt: EngineHarness.now)
        try harness.restart()
        do {
            _ = try harness.engine.change(command, receivedAt: EngineHarness.now)
            Issue.record("it was done twice")
        } catch Refusal.repeated(let place) {
            #expect(place.lsn == first.lsn)
        }
        #expect(harness.engine.ruleBook.book.versionCount == 1)
    }

    @Test func aSecondPersonIsAskedForWhereTheConfigurationSaysSo() throws {
        let harness = try EngineHarness()
        try harness.configure("rule.promotion", "second-person", id: 1)
        try Self.add(harness.engine, "one", Self.text("amount > 1.00"), to: .shadow, id: 1)
        func promote(_ actor: UInt32, _ id: UInt64) throws {
            let command = Self.command("one", id, .setState(.active, version: nil, from: nil), actor: actor)
            _ = try harness.engine.change(command, receivedAt: EngineHarness.now)
        }
        let refusal = try Self.refusal { try promote(1000, 10) }
        #expect(refusal == .secondPersonNeeded(name: "one", version: 1))
        try promote(1001, 11)
        let entry = try #require(harness.engine.ruleBook.book.entry(named: "one"))
        #expect(entry.versions[0].author == 1000 && entry.versions[0].changedBy == 1001)
        #expect(harness.engine.ruleBook.book.steps.map(\.to) == [.draft, .shadow, .active])
    }

    @Test func aConditionIsTriedAgainstWhatWasRecorded() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        for id in UInt64(1)...20 { _ = harness.ask(EngineHarness.request(id, card: 1, amount: Int64(id) * 100)) }
        try harness.engine.journal.waitUntilDurable(harness.engine.journal.lastLSN)
        func tryOut(_ condition: String, _ count: Int = 1_000) throws -> RuleTrialReport {
            let result = try harness.engine.tryRule(
                .text(condition),
                lsn: nil,
                countMax: count,
                listedMax: 3,
                now: EngineHarness.now
            )
            return try #require(try result.get())
        }
        let report = try tryOut("amount > 10.00")
        #expect(report.lookedCount == 20 && report.matchCount == 10)
        #expect(report.approvedCount == 3, "100.00 are spent by then")
        #expect(report.sums.first?.asked == 15_500 && report.payments.count == 3)
        #expect(try tryOut("amount > 10.00", 5).lookedCount == 5)
        // What the card had then, not what it has now.
        #expect(try tryOut("card.available == 100.00").matchCount == 1)
        #expect(try tryOut("velocity.count('card', '60s') == 3").matchCount == 1)
        #expect(try tryOut("amount / (amount - amount) > 1").errorCount == 20)
        let all = harness.engine.digest()
        #expect(throws: Refusal.self) { try tryOut("amount >") }
        #expect(harness.engine.digest() == all)
    }

    @Test(arguments: UInt64(1)...3)
    func rulesComeAndGoAndEverythingIsDecidedAgainTheSame(seed: UInt64) throws {
        let harness = try EngineHarness()
        for card in UInt64(1)...10 { try harness.makeCard(card, limit: 200_000) }
        var random = SeededRandom(seed: seed)
        let conditions = [
            "amount > 150.00", "card.available < 500.00", "velocity.count('card', '60s') > 2",
            "merchant.normal_name.contains('SHOP') && amount * 3 > card.limit / 10", "card.profile == 'default'",
            "time.hour < 12 && amount % 700 == minor_units(0)", "card.status != 'active'", "amount / 0 > 1.00",
            "!card.known || merchant.city == 'Berlin' && amount > 190.00",
        ]
        let outcomes: [RuleOutcome] = [.decline(.suspectedFraud), .flag, .requireApproval, .decline(.merchantBlocked)]
        var id: UInt64 = 1_000
        for number in UInt64(1)...2_500 {
            id += 1
            let time = EngineHarness.now.advanced(byMicroseconds: Int64(number) * 5_000_000)
            if number % 60 == 0 {
                let name = "r\(Int.random(in: 0..<8, using: &random))"
                let action: RuleCommand.Action
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    let condition = conditions[Int.random(in: 0..<conditions.count, using: &random)]
                    let outcome = outcomes[Int.random(in: 0..<outcomes.count, using: &random)]
                    action = .add(Self.text(condition, outcome, state: .shadow), after: nil)
                case 2, 3: action = .setState(.active, version: nil, from: nil)
                case 4: action = .setState(.shadow, version: nil, from: .active)
                default: action = .setState(.retired, version: nil, from: nil)
                }
                // Many of them are refused; that is part of it.
                _ = try? harness.engine.change(Self.command(name, id, action), receivedAt: time)
            }
            let card = UInt64.random(in: 1...11, using: &random)
            var request = EngineHarness.request(
                id,
                card: card,
                amount: Int64.random(in: 1...20_000, using: &random),
                at: time,
                kind: RequestKind.allCases[Int.random(in: 0..<4, using: &random)]
            )
            if request.kind == .financial { request.amount = 700 }
            _ = EngineHarness.ask(harness.engine, request, at: time)
        }
        let live = harness.engine.digest()
        #expect(harness.engine.ruleBook.book.versionCount > 5, "seed \(seed)")
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        try harness.restart(options)
        #expect(harness.engine.digest() == live, "seed \(seed)")
        try harness.restart()
        #expect(harness.engine.digest() == live, "seed \(seed)")
    }
}
