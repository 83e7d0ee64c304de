import Authorization
import Domain
import Foundation
import Journal
import Platform
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(20))) struct SettleTests {
    private static let now = EngineHarness.now

    static func message(
        _ kind: LifecycleKind,
        _ id: UInt64,
        card: UInt64,
        of original: UInt64?,
        amount: Int64?,
        isFinal: Bool = false,
        at time: Instant = now
    ) throws -> LifecycleRequest {
        LifecycleRequest(
            requestID: RequestID(high: 8, low: id),
            cardToken: EngineHarness.token(card),
            kind: kind,
            reference: PaymentReference(originalRequestID: original.map { RequestID(high: 2, low: $0) }),
            amount: amount,
            currency: amount == nil ? nil : EngineHarness.euro,
            isFinal: isFinal,
            transmissionTime: time,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411))
        )
    }

    /// What became of a message.
    private func settle(
        _ engine: Engine,
        _ request: LifecycleRequest,
        at time: Instant = now
    ) -> Result<(LifecycleEvent, LogSequenceNumber), Refusal> {
        var answer: (LifecycleEvent, LogSequenceNumber)?
        if let refusal = engine.settle(request, receivedAt: time, respond: { answer = ($0, $1) }) {
            return .failure(refusal)
        }
        guard let answer else { preconditionFailure("neither answered nor refused") }
        return .success(answer)
    }

    /// Each page begins where the one before ended, so that a long life is not read again for each of them.
    @Test func aLongHistoryComesPageByPage() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        guard case .decided(_, let id) = harness.ask(EngineHarness.request(1, card: 1, amount: 1_000)) else {
            Issue.record("not decided")
            return
        }
        for number in UInt64(1)...299 {
            _ = try settle(harness.engine, Self.message(.increment, number, card: 1, of: 1, amount: 1)).get()
        }
        let (_, stranger) = try settle(harness.engine, Self.message(.clearing, 900, card: 1, of: nil, amount: 5)).get()
        let (declined, refused) = try settle(
            harness.engine,
            Self.message(.reversal, 901, card: 1, of: 1, amount: 1_000_000)
        ).get()
        #expect(declined.reason == .overReversal)
        // What is not durable yet is found by nobody.
        try harness.engine.journal.waitUntilDurable(refused.rawValue)
        let (payment, all) = try #require(try harness.engine.payment(id))
        #expect(all.count == 300 && payment.approved == 1_299)
        let distant = Clock.monotonicNanoseconds() + 600_000_000_000
        func page(_ before: LogSequenceNumber?, _ deadline: Int64? = nil) throws -> [LogSequenceNumber]? {
            let past = try #require(
                try harness.engine.history(of: id, before: before, countMax: 7, deadline: deadline ?? distant)
            )
            #expect(past.payment == payment)
            return past.isOutOfTime ? nil : past.records.map(Self.number)
        }
        var read: [LogSequenceNumber] = []
        while let found = try page(read.last), !found.isEmpty { read += found }
        #expect(read == all.map(Self.number))
        // Events that changed nothing, or are another payment's, are places too.
        #expect(try page(refused) == Array(read.prefix(7)) && page(stranger) == Array(read.prefix(7)))
        #expect(try page(read[100]) == Array(read[101..<108]) && page(id) == [])
        #expect(try page(nil, 0) == nil && page(id, 0) == [])
    }

    private static func number(_ record: StoredRecord) -> LogSequenceNumber {
        switch record {
        case .authorization(_, let lsn), .lifecycle(_, let lsn), .card(_, let lsn), .configuration(_, let lsn),
            .rule(_, let lsn), .principal(_, let lsn), .list(_, let lsn):
            lsn
        }
    }

    @Test func aClearingIsPostedOnceAndStaysSoAfterARestart() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        guard case .decided(_, let id) = harness.ask(EngineHarness.request(1, card: 1, amount: 2_500)) else {
            Issue.record("not decided")
            return
        }
        let clearing = try Self.message(.clearing, 1, card: 1, of: 1, amount: 2_000, isFinal: true)
        let (event, lsn) = try settle(harness.engine, clearing).get()
        #expect(event.match == .identifier)
        let live = harness.engine.digest()
        for restarts in 0...1 {
            if restarts == 1 { try harness.restart() }
            #expect(harness.engine.digest() == live)
            let balances = try #require(harness.engine.card(EngineHarness.token(1))?.balances)
            #expect(balances.held == 0 && balances.posted == 2_000)
            guard case .failure(.repeated(let place)) = settle(harness.engine, clearing) else {
                Issue.record("not a repeat")
                return
            }
            #expect(place.lsn == lsn)
            guard case .lifecycle(let stored, lsn) = try harness.engine.storedRecord(at: place) else {
                Issue.record("another record")
                return
            }
            #expect(stored == event)
            let (payment, history) = try #require(try harness.engine.payment(id))
            #expect(payment.cleared == 2_000 && payment.hold == 0 && payment.status == .cleared)
            #expect(history.count == 2)
        }
    }

    @Test func anIncrementAndAReversalMoveTheHold() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        _ = harness.ask(EngineHarness.request(1, card: 1, amount: 2_500))
        let more = try settle(harness.engine, try Self.message(.increment, 1, card: 1, of: 1, amount: 500)).get()
        #expect(more.0.outcome == .approved)
        #expect(harness.engine.card(EngineHarness.token(1))?.balances.held == 3_000)
        let tooMuch = try settle(harness.engine, try Self.message(.increment, 2, card: 1, of: 1, amount: 7_001)).get()
        #expect(tooMuch.0.outcome == .declined && tooMuch.0.reason == .insufficientFunds)
        _ = try settle(harness.engine, try Self.message(.reversal, 3, card: 1, of: 1, amount: nil)).get()
        #expect(harness.engine.card(EngineHarness.token(1))?.balances.held == 0)
        let again = try settle(harness.engine, try Self.message(.reversal, 4, card: 1, of: 1, amount: nil)).get()
        #expect(again.0.outcome == .declined && again.0.reason == .alreadyReversed)
    }

    @Test func holdsExpireByARecordEachAndNeverTwice() throws {
        let harness = try EngineHarness()
        for card in UInt64(1)...30 {
            try harness.makeCard(card, limit: 10_000)
            _ = harness.ask(EngineHarness.request(card, card: card, amount: 100))
        }
        let engine = harness.engine
        #expect(engine.tick(now: Self.now, budget: 100) == 0)
        let late = Self.now.advanced(byMicroseconds: 40 * 86_400_000_000)
        var ended = 0
        var rounds = 0
        while ended < 30, rounds < 100 {
            ended += engine.tick(now: late, budget: 7)
            rounds += 1
        }
        #expect(ended == 30)
        #expect(engine.tick(now: late, budget: 100) == 0)
        for card in UInt64(1)...30 { #expect(engine.card(EngineHarness.token(card))?.balances.held == 0) }
        let late2 = try settle(
            engine,
            try Self.message(.clearing, 1, card: 1, of: 1, amount: 100, at: late),
            at: late
        ).get()
        #expect(late2.0.decision.payment?.flags.contains(.lateCleared) == true)
        let live = engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == live)
        #expect(harness.engine.tick(now: late, budget: 100) == 0)
    }

    @Test func aReplacementSpendsFromItsAccountAndTheOldCardIsStopped() throws {
        let harness = try EngineHarness()
        // Many, so that both orders of the two shards come.
        for number in UInt64(1)...40 {
            try harness.makeCard(number, limit: 1_000)
            _ = harness.ask(EngineHarness.request(number, card: number, amount: 400))
            for generation in UInt64(1)...2 {
                let old = generation == 1 ? number : number + 1_000
                let result = try harness.engine.perform(
                    CardCommand(
                        requestID: RequestID(high: 9, low: number * 10 + generation),
                        actor: 0,
                        transmissionTime: Self.now,
                        token: EngineHarness.token(old),
                        action: .replace(
                            CardCommand.Replacement(
                                newToken: EngineHarness.token(number + generation * 1_000),
                                reason: .lost,
                                expiry: nil,
                                lastFour: .unknown
                            )
                        )
                    ),
                    receivedAt: Self.now
                )
                #expect(result.value.account == EngineHarness.token(number))
            }
            let newest = number + 2_000
            #expect(
                harness.ask(EngineHarness.request(number + 100, card: number, amount: 1)).decision?.reason == .cardLost
            )
            let fits = harness.ask(EngineHarness.request(number + 200, card: newest, amount: 600)).decision
            #expect(fits?.outcome != .declined)
            let full = harness.ask(EngineHarness.request(number + 300, card: newest, amount: 1)).decision
            #expect(full?.reason == .insufficientFunds)
            // A message for the old card still finds its payment, by either token.
            let clearing = try Self.message(.clearing, number, card: newest, of: number, amount: 400)
            #expect(try settle(harness.engine, clearing).get().0.match == .identifier)
            let balances = harness.engine.card(EngineHarness.token(number))?.balances
            #expect(balances?.posted == 400 && balances?.held == 600)
        }
        let live = harness.engine.digest()
        #expect(live.cardCount == 120)
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        try harness.restart(options)
        #expect(harness.engine.digest() == live)
    }

    @Test func aMessageOfAnUnknownCardIsRecordedAndOneOfANewIdIsDoneOnce() throws {
        let harness = try EngineHarness()
        let posted = try Self.message(.clearing, 1, card: 99, of: nil, amount: 100)
        let (event, _) = try settle(harness.engine, posted).get()
        #expect(event.decision.isUnmatched)
        guard case .failure(.repeated) = settle(harness.engine, posted) else {
            Issue.record("not a repeat")
            return
        }
        try harness.restart()
        guard case .failure(.repeated) = settle(harness.engine, posted) else {
            Issue.record("not a repeat after a restart")
            return
        }
    }
}
