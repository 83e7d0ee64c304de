import Authorization
import Domain
import Engine
import Foundation
import Journal
import Testing

@Suite struct EngineTests {
    @Test func anIdIsExecutedOnceAndStaysSoAfterARestart() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        let request = EngineHarness.request(1, card: 1, amount: 2_500)
        guard case .decided(let decision, let lsn) = harness.ask(request) else {
            Issue.record("not decided")
            return
        }
        #expect(decision.outcome == .approved)
        for restarts in 0...1 {
            if restarts == 1 { try harness.restart() }
            #expect(harness.ask(request) == .refused("repeated"))
            guard case .remembered(let place) = harness.engine.fate(of: request.requestID, transmissionTime: .epoch)
            else {
                Issue.record("forgotten")
                return
            }
            guard case .authorization(let event, lsn) = try harness.engine.storedRecord(at: place) else {
                Issue.record("another record lies at \(place)")
                return
            }
            #expect(event.decision == decision)
            #expect(event.request == request)
            #expect(harness.engine.card(EngineHarness.token(1))?.balances.held == 2_500)
        }
    }

    @Test func aDeclineIsRememberedToo() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 100)
        let request = EngineHarness.request(1, card: 1, amount: 101)
        #expect(harness.ask(request).decision?.reason == .insufficientFunds)
        _ = try harness.engine.perform(
            CardCommand(
                requestID: RequestID(high: 9, low: 9),
                actor: 0,
                transmissionTime: EngineHarness.now,
                token: EngineHarness.token(1),
                action: .setLimits(CardCommand.LimitChanges(limit: 1_000))
            ),
            receivedAt: EngineHarness.now
        )
        #expect(harness.ask(request) == .refused("repeated"))
        #expect(harness.ask(EngineHarness.request(2, card: 1, amount: 101)).decision?.outcome == .approved)
    }

    @Test func beyondTheRememberedWindowARequestIsRefusedNotAppliedTwice() throws {
        var options = EngineHarness.smallOptions
        options.requestShardCount = 1
        options.rememberedRequestCount = 4_096
        let harness = try EngineHarness(options)
        try harness.makeCard(1, limit: 1_000_000)
        let first = EngineHarness.request(1, card: 1, amount: 1)
        #expect(harness.ask(first).decision != nil)
        for number in 2...4_097 {
            let time = EngineHarness.now.advanced(byMicroseconds: Int64(number))
            let request = EngineHarness.request(UInt64(number), card: 1, amount: 1, at: time)
            #expect(harness.ask(request, at: time).decision != nil)
        }
        let held = harness.engine.card(EngineHarness.token(1))?.balances.held
        for restarts in 0...1 {
            if restarts == 1 { try harness.restart() }
            #expect(harness.ask(first) == .refused("tooOld"))
            guard case .tooOld = harness.engine.fate(of: first.requestID, transmissionTime: first.transmissionTime)
            else {
                Issue.record("the fate of an id that fell out of the window must be unknown")
                return
            }
            #expect(harness.engine.card(EngineHarness.token(1))?.balances.held == held)
        }
    }

    @Test func aTransmissionTimeMayBeTenSecondsAheadAndNoMore() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000)
        let latest = EngineHarness.now.advanced(byMicroseconds: 10_000_000)
        #expect(harness.ask(EngineHarness.request(1, card: 1, amount: 1, at: latest)).decision != nil)
        let later = latest.advanced(byMicroseconds: 1)
        #expect(harness.ask(EngineHarness.request(2, card: 1, amount: 1, at: later)) == .refused("fromTheFuture"))
    }

    @Test func aCommandIsExecutedOnce() throws {
        let harness = try EngineHarness()
        let card = try harness.makeCard(1, limit: 5)
        #expect(card.balances.limit == 5)
        #expect(throws: Refusal.self) { try harness.makeCard(1, limit: 5) }
        #expect(throws: Refusal.self) { try harness.makeCard(1, limit: 5, id: 77) }
        #expect(harness.engine.cardCount == 1)
        try harness.restart()
        #expect(throws: Refusal.self) { try harness.makeCard(1, limit: 5) }
        #expect(harness.engine.card(EngineHarness.token(1)) == card)
    }

    @Test func theConfigurationIsJournaledAndGuardedByItsVersion() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000_000)
        #expect(
            harness.ask(EngineHarness.request(1, card: 1, amount: 500_001)).decision?.reason == .exceedsAmountThreshold
        )
        let version = try harness.configure("amount-threshold.EUR", "6000.00", id: 1)
        #expect(throws: Refusal.self) {
            try harness.configure("amount-threshold.EUR", "7000.00", id: 2, expected: .zero.next)
        }
        #expect(throws: Refusal.self) { try harness.configure("no-such-key", "1", id: 3) }
        for restarts in 0...1 {
            if restarts == 1 { try harness.restart() }
            #expect(harness.engine.configuration.version == version)
            let id = UInt64(10 + restarts)
            #expect(harness.ask(EngineHarness.request(id, card: 1, amount: 500_001)).decision?.outcome == .approved)
        }
    }

    @Test func aThresholdIsForACurrencyOfISO4217() throws {
        let harness = try EngineHarness()
        let before = harness.engine.digest()
        for code in ["ZZZ", "XAU", "XXX"] {
            do {
                try harness.configure("amount-threshold.\(code)", "6000.00", id: 1)
                Issue.record("a threshold for \(code) was taken")
            } catch Refusal.configuration(let error) {
                let words = "amount-threshold.\(code): there is no currency \(code) in ISO 4217; expected a code such"
                #expect("\(error)".hasPrefix(words), "\(error)")
            }
        }
        #expect(harness.engine.digest() == before)
        // An earlier version took any three letters: its journal is still read.
        var settings = PolicySettings()
        try settings.set(key: "amount-threshold.ZZZ", value: "1.00")
        let earlier = settings
        try settings.set(key: "amount-threshold.ZZZ", value: "2.00")
        try settings.checkCurrencies(after: earlier)
        try harness.configure("amount-threshold.EUR", "6000.00", id: 1)
    }

    @Test func anOldDecisionIsExplainedByTheConfigurationOfItsTime() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000_000)
        guard case .decided(_, let lsn) = harness.ask(EngineHarness.request(1, card: 1, amount: 500_001)) else {
            Issue.record("not decided")
            return
        }
        try harness.configure("amount-threshold.EUR", "6000.00", id: 1)
        try harness.restart()
        guard case .authorization(let event, let lsn) = try harness.engine.storedRecord(lsn) else {
            Issue.record("not found")
            return
        }
        let check = try #require(harness.engine.explain(event, lsn: lsn).first { $0.check == .amountThreshold })
        #expect(check.result == .failed)
        #expect(check.seen == 500_001)
        #expect(check.limit == 500_000)
    }

    @Test func realAndSimulatedTimeNeverMix() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1)
        var simulated = EngineHarness.smallOptions
        simulated.simulatedClock = true
        do {
            try harness.restart(simulated)
            Issue.record("a real directory was opened with a simulated clock")
        } catch let error as EngineError {
            guard case .clockMismatch(directoryIsSimulated: false) = error else {
                Issue.record("another error: \(error)")
                return
            }
        }
        let other = try EngineHarness(simulated)
        let long = Instant(microseconds: 1_000_000)
        try other.makeCard(1, limit: 100)
        #expect(other.ask(EngineHarness.request(1, card: 1, amount: 1, at: EngineHarness.now)).decision != nil)
        #expect(other.ask(EngineHarness.request(2, card: 1, amount: 1, at: long)).decision != nil)
    }

    @Test func paymentsAreListedNewestFirstAndPageByPage() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000)
        try harness.makeCard(2, limit: 1_000)
        for number in 1...20 {
            _ = harness.ask(EngineHarness.request(UInt64(number), card: UInt64(1 + number % 2), amount: Int64(number)))
        }
        try harness.engine.journal.waitUntilDurable(harness.engine.journal.lastLSN)
        var filter = PaymentFilter()
        filter.cardToken = EngineHarness.token(1)
        var amounts: [Int64] = []
        var before: LogSequenceNumber?
        repeat {
            let page = try harness.engine.payments(filter, before: before, countMax: 3)
            #expect(page.payments.count <= 3)
            amounts += page.payments.map { $0.event.request.amount }
            before = page.next
        } while before != nil
        #expect(amounts == [20, 18, 16, 14, 12, 10, 8, 6, 4, 2])
        filter.merchantContains = "corner"
        #expect(try harness.engine.payments(filter, before: nil, countMax: 100).payments.count == 10)
        filter.merchantContains = "elsewhere"
        #expect(try harness.engine.payments(filter, before: nil, countMax: 100).payments.isEmpty)
    }

    @Test func cardsAreListedInTheOrderOfTheirMaking() throws {
        let harness = try EngineHarness()
        for number in 1...50 { try harness.makeCard(UInt64(number), limit: Int64(number)) }
        for restarts in 0...1 {
            if restarts == 1 { try harness.restart() }
            var limits: [Int64] = []
            var next = 0
            repeat {
                let page = harness.engine.cards(after: next, countMax: 7) { $0.balances.limit % 2 == 0 }
                limits += page.cards.map { $0.card.balances.limit }
                next = page.next
            } while next != 0
            #expect(limits == Array(stride(from: 2, through: 50, by: 2)))
        }
    }

    @Test func everyReasonCanBeCounted() {
        #expect(Reason.allCases.allSatisfy { DecisionCounts().count(of: $0) == 0 && $0.rawValue < 80 })
    }
}
