import Authorization
import Domain
import Foundation
import Journal
import Platform
import Randomness
import Testing

@testable import Engine

/// A card that replaces another is a second door to the same account.
@Suite(.timeLimit(.minutes(20))) struct CardReplacementTests {
    private static func replacement(
        of card: UInt64,
        by new: UInt64,
        id: UInt64,
        reason: ReplacementReason = .lost
    ) -> CardCommand {
        CardCommand(
            requestID: RequestID(high: 4, low: id),
            actor: 7,
            transmissionTime: EngineHarness.now,
            token: EngineHarness.token(card),
            action: .replace(
                CardCommand.Replacement(
                    newToken: EngineHarness.token(new),
                    reason: reason,
                    expiry: ExpiryMonth(year: 2_040, month: 6),
                    lastFour: .unknown
                )
            )
        )
    }

    private func settle(
        _ engine: Engine,
        _ kind: LifecycleKind,
        _ id: UInt64,
        card: UInt64,
        of original: UInt64,
        amount: Int64?
    ) throws -> LifecycleEvent {
        let message = try SettleTests.message(kind, id, card: card, of: original, amount: amount)
        var settled: LifecycleEvent?
        #expect(engine.settle(message, receivedAt: EngineHarness.now) { event, _ in settled = event } == nil)
        return try #require(settled)
    }

    private static func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let refusal as Refusal {
            return EngineHarness.name(of: refusal)
        } catch {
            return "\(error)"
        }
    }

    @Test func limitBalancesHistoryAndPaymentsStayWithTheAccount() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        _ = harness.ask(EngineHarness.request(1, card: 1, amount: 4_000))
        let made = try harness.engine.perform(Self.replacement(of: 1, by: 2, id: 1), receivedAt: EngineHarness.now)
        #expect(made.value.token == EngineHarness.token(2) && made.value.account == EngineHarness.token(1))
        #expect(harness.engine.cardCount == 2)
        for restarts in 0...1 {
            if restarts == 1 { try harness.restart() }
            let engine = harness.engine
            #expect(engine.account(of: EngineHarness.token(2)) == EngineHarness.token(1))
            #expect(engine.card(EngineHarness.token(1))?.status == .lost)
            #expect(engine.card(EngineHarness.token(2))?.status == .active)
            let number = UInt64(10 + 10 * restarts)
            let old = harness.ask(EngineHarness.request(number, card: 1, amount: 100))
            #expect(old.decision?.reason == .cardLost)
            let tooMuch = harness.ask(EngineHarness.request(number + 1, card: 2, amount: 6_001))
            #expect(tooMuch.decision?.reason == .insufficientFunds, "the old card's hold counts")
            let new = harness.ask(EngineHarness.request(number + 2, card: 2, amount: 100))
            #expect(new.decision?.outcome == .approved)
            // Late messages find the payment by either card.
            let cleared = try settle(engine, .clearing, number, card: 1, of: 1, amount: 1_000)
            #expect(cleared.match == .identifier)
            let again = try settle(engine, .clearing, number + 1, card: 2, of: 1, amount: 1_000)
            #expect(again.match == .identifier && again.before?.id == cleared.before?.id)
        }
        let balances = try #require(harness.engine.card(EngineHarness.token(1))?.balances)
        #expect(balances.held == 200 && balances.posted == 4_000)
    }

    @Test func aReplacementIsReplacedAndTheAccountStaysTheFirst() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        let reasons: [(ReplacementReason, CardStatus)] = [
            (.lost, .lost), (.stolen, .stolen), (.damaged, .cancelled), (.expired, .cancelled),
        ]
        for (number, (reason, status)) in reasons.enumerated() {
            let card = UInt64(number) + 1
            _ = try harness.engine.perform(
                Self.replacement(of: card, by: card + 1, id: card, reason: reason),
                receivedAt: EngineHarness.now
            )
            #expect(harness.engine.card(EngineHarness.token(card))?.status == status)
            #expect(harness.engine.account(of: EngineHarness.token(card + 1)) == EngineHarness.token(1))
            _ = harness.ask(EngineHarness.request(card, card: card + 1, amount: 1_000))
        }
        #expect(harness.engine.card(EngineHarness.token(1))?.balances.held == 4_000)
        let digest = harness.engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == digest)
        let verifying: EngineOptions = {
            var options = EngineHarness.smallOptions
            options.verifiesDecisions = true
            return options
        }()
        try harness.restart(verifying)
        #expect(harness.engine.digest() == digest)
        // And from a snapshot.
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        _ = try machine.engine.perform(Self.replacement(of: 1, by: 2, id: 1), receivedAt: EngineHarness.now)
        _ = try machine.pay(2, count: 10)
        _ = try machine.engine.makeSnapshot()
        let before = machine.engine.digest()
        try machine.restart()
        #expect(machine.engine.recoverySource.snapshotLSN != nil && machine.engine.digest() == before)
    }

    @Test func whatCannotBeReplacedIsRefusedAndChangesNothing() throws {
        let harness = try EngineHarness()
        for card in UInt64(1)...2 { try harness.makeCard(card, limit: 10_000) }
        let engine = harness.engine
        let digest = engine.digest()
        func attempt(_ card: UInt64, _ new: UInt64, _ id: UInt64) -> String? {
            Self.refusal {
                _ = try engine.perform(Self.replacement(of: card, by: new, id: id), receivedAt: EngineHarness.now)
            }
        }
        #expect(attempt(9, 10, 1)?.contains("no card has this token") ?? false)
        #expect(attempt(1, 2, 2)?.contains("exists") ?? false)
        #expect(attempt(1, 1, 3)?.contains("newToken") ?? false)
        #expect(engine.digest() == digest)
        #expect(attempt(1, 5, 4) == nil)
        #expect(attempt(1, 5, 4) == "repeated")
        #expect(attempt(2, 5, 5)?.contains("exists") ?? false, "the token is taken")
    }

    private static func limits(of card: UInt64, _ limit: Int64, id: UInt64, expiry: ExpiryMonth? = nil) -> CardCommand {
        CardCommand(
            requestID: RequestID(high: 5, low: id),
            actor: 7,
            transmissionTime: EngineHarness.now,
            token: EngineHarness.token(card),
            action: .setLimits(CardCommand.LimitChanges(limit: limit, expiry: expiry))
        )
    }

    /// Whatever card of the line is asked for, one card pays; the refusal says which.
    @Test func aReplacedCardIsNotReplacedAgainAndItsLimitsAreSetThroughThePresentOne() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        for card in UInt64(1)...2 {
            _ = try machine.engine.perform(
                Self.replacement(of: card, by: card + 1, id: card),
                receivedAt: EngineHarness.now
            )
        }
        for round in 0..<3 as Range<UInt64> {
            // As it is, from the journal, and from a snapshot.
            if round == 2 { _ = try machine.engine.makeSnapshot() }
            if round > 0 { try machine.restart() }
            #expect((machine.engine.recoverySource.snapshotLSN != nil) == (round == 2))
            let engine = machine.engine
            let digest = engine.digest()
            let present = CardCommandError.replacedAlready(by: EngineHarness.token(3))
            func refusal(_ command: CardCommand) -> CardCommandError? {
                do throws(Refusal) {
                    _ = try engine.perform(command, receivedAt: EngineHarness.now)
                } catch {
                    if case .card(let refusal) = error { return refusal }
                }
                return nil
            }
            for card in UInt64(1)...2 {
                #expect(refusal(Self.replacement(of: card, by: 9, id: 100 * round + card + 10)) == present)
            }
            #expect(refusal(Self.limits(of: 2, 5, id: 100 * round)) == present)
            let month = ExpiryMonth(year: 2_041, month: 1)
            guard case .invalidField("expiry", _)? = refusal(Self.limits(of: 3, 5, id: 100 * round, expiry: month))
            else {
                Issue.record("a replacement's last month was changed with its account's limits")
                return
            }
            #expect(engine.digest() == digest)
            let limit = Int64(1_000 + round)
            let made = try engine.perform(Self.limits(of: 3, limit, id: 100 * round + 1), receivedAt: EngineHarness.now)
            #expect(made.value.token == EngineHarness.token(3))
            #expect(engine.card(EngineHarness.token(1))?.balances.limit == limit)
            let first = try engine.perform(
                Self.limits(of: 1, limit + 50, id: 100 * round + 2),
                receivedAt: EngineHarness.now
            )
            #expect(first.value.balances.limit == limit + 50)
        }
    }

    @Test(arguments: UInt64(1)...3)
    func twoCardsOfOneAccountNeverOverspendItWhileItIsReplaced(seed: UInt64) throws {
        let harness = try EngineHarness()
        let engine = harness.engine
        try harness.makeCard(1, limit: 50_000)
        let approved = Locked<Int64>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            var random = SeededRandom(seed: seed &* 31 &+ UInt64(thread))
            for step in UInt64(0)..<300 {
                if thread == 0, step % 60 == 10 {
                    let line = step / 60 + 1
                    _ = try? engine.perform(
                        Self.replacement(of: line, by: line + 1, id: line, reason: .damaged),
                        receivedAt: EngineHarness.now
                    )
                }
                let card = UInt64.random(in: 1...6, using: &random)
                let request = EngineHarness.request(UInt64(thread) << 32 | step, card: card, amount: 500)
                var answer = EngineHarness.ask(engine, request)
                while answer == .refused("busy") {
                    sched_yield()
                    answer = EngineHarness.ask(engine, request)
                }
                if let decision = answer.decision { approved.withLock { $0 += decision.approvedAmount } }
            }
        }
        let balances = try #require(engine.card(EngineHarness.token(1))?.balances)
        #expect(balances.held == approved.withLock { $0 } && balances.held <= 50_000, "seed \(seed)")
        let digest = engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == digest, "seed \(seed)")
    }
}
