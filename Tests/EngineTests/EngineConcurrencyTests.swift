import Authorization
import CAllocationCounter
import Domain
import Engine
import Foundation
import Journal
import Randomness
import Testing

@Suite(.timeLimit(.minutes(20))) struct EngineConcurrencyTests {
    /// Runs the body on so many threads at once.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }

    @Test(arguments: [10, 100, 1_000, 10_000])
    func parallelRequestsOnOneCardApproveExactlyWhatFits(requestCount: Int) throws {
        let harness = try EngineHarness()
        let amount: Int64 = 7
        let limit = Int64(requestCount) * amount / 2 + 3
        try harness.makeCard(1, limit: limit)
        try harness.configure("velocity.1", "none", id: 1)
        let engine = harness.engine
        let approved = Counter()
        onThreads(8) { thread in
            for number in stride(from: thread, to: requestCount, by: 8) {
                let request = EngineHarness.request(UInt64(number), card: 1, amount: amount)
                var answer = EngineHarness.ask(engine, request)
                while answer == .refused("busy") { answer = EngineHarness.ask(engine, request) }
                if answer.decision?.outcome == .approved { approved.increment() }
            }
        }
        #expect(Int64(approved.value) == limit / amount)
        #expect(engine.card(EngineHarness.token(1))?.balances.held == limit / amount * amount)
    }

    /// Many threads, few cards, every kind of command in between; then the same state from the journal, with every
    /// decision made again.
    @Test(arguments: [UInt64(11), 12, 13])
    func replayingTheJournalGivesTheSameStateAndTheSameDecisions(seed: UInt64) throws {
        let harness = try EngineHarness()
        for number in UInt64(1)...20 { try harness.makeCard(number, limit: 50_000) }
        let engine = harness.engine
        onThreads(6) { thread in
            var random = SeededRandom(seed: seed &* 31 &+ UInt64(thread))
            for step in 0..<3_000 {
                let id = UInt64(thread) << 32 | UInt64(step)
                let card = UInt64.random(in: 1...22, using: &random)
                let time = EngineHarness.now.advanced(byMicroseconds: Int64(step) * 20_000)
                if thread == 0, step % 500 == 250 {
                    _ = try? harness.configure(
                        "velocity.2",
                        "count>\(5 + step / 100) in 2s decline",
                        id: UInt64(step)
                    )
                } else if thread == 1, step % 50 == 25 {
                    let status: CardStatus = Bool.random(using: &random) ? .frozen : .active
                    _ = try? engine.perform(
                        CardCommand(
                            requestID: RequestID(high: 5, low: id),
                            actor: 0,
                            transmissionTime: time,
                            token: EngineHarness.token(card),
                            action: .setStatus(status)
                        ),
                        receivedAt: time
                    )
                } else {
                    let kind = RequestKind.allCases.randomElement(using: &random) ?? .authorization
                    let request = EngineHarness.request(
                        id,
                        card: card,
                        amount: Int64.random(in: 1...900, using: &random),
                        at: time,
                        kind: kind
                    )
                    _ = EngineHarness.ask(engine, request, at: time)
                }
            }
        }
        let live = engine.digest()
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        try harness.restart(options)
        #expect(harness.engine.digest() == live, "seed \(seed)")
        #expect(live.lsn.rawValue > 10_000)
    }

    @Test(arguments: [false, true])
    func decidingAllocatesNothing(withRules: Bool) throws {
        try #require(assent_allocations_are_counted())
        let harness = try EngineHarness()
        if withRules { try EngineRuleTests.addRulesOfEveryKind(harness.engine) }
        for number in UInt64(1)...64 { try harness.makeCard(number, limit: 1_000_000_000) }
        let engine = harness.engine
        var request = EngineHarness.request(1, card: 1, amount: 1)
        var number: UInt64 = 0
        var before: UInt64 = 0
        // A plain loop: without optimization a range's iterator allocates. The first rounds make the histories.
        while number < 2_000 {
            if number == 1_000 { before = assent_allocation_count() }
            number += 1
            request.requestID = RequestID(high: 99, low: number)
            request.cardToken = CardToken(high: 7, low: number % 64 + 1)
            var event = AuthorizationEvent(asking: request)
            _ = try engine.authorize(&event, receivedAt: EngineHarness.now)
        }
        #expect(assent_allocation_count() - before == 0)
        if withRules {
            let tallies = engine.ruleTallies.tallies.values
            #expect(tallies.count { $0.matchCount == 2_000 } >= 4, "they were evaluated, active and shadow ones")
        }
    }
}

/// Counts from many threads.
final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    func increment() {
        lock.lock()
        count += 1
        lock.unlock()
    }

    var value: Int {
        lock.lock()
        defer { lock.unlock() }
        return count
    }
}
