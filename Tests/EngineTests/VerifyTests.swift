import Authorization
import Domain
import Foundation
import Journal
import Platform
import Randomness
import Testing

@testable import Engine

/// Deciding the whole journal again.
@Suite(.timeLimit(.minutes(20))) struct VerifyTests {
    private static var verifying: EngineOptions {
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        return options
    }

    /// A card of its own payments, replaced now and then, of which every kind of message tells.
    private static func act(_ engine: Engine, _ number: UInt64, _ random: inout SeededRandom) throws {
        let time = EngineHarness.now.advanced(byMicroseconds: Int64(number) * 700_000)
        let card = UInt64.random(in: 1...20, using: &random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            let kind: RequestKind = Bool.random(using: &random) ? .authorization : .financial
            var request = EngineHarness.request(number, card: card, amount: 0, at: time)
            request.kind = kind
            request.amount = Int64.random(in: 1...40_000, using: &random)
            _ = EngineHarness.ask(engine, request, at: time)
            return
        }
        let kinds: [LifecycleKind] = [
            .increment, .refundAuthorization, .advice, .completion, .clearing, .refundClearing, .clearingReversal,
            .reversal, .reversalAdvice, .chargeback, .representment, .fraudReport,
        ]
        let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
        let mayBeWhole: Bool
        switch kind {
        case .reversal, .reversalAdvice, .clearingReversal, .chargeback, .representment, .fraudReport:
            mayBeWhole = Bool.random(using: &random)
        case .increment, .refundAuthorization, .advice, .completion, .clearing, .refundClearing, .expiry:
            mayBeWhole = false
        }
        let message = try SettleTests.message(
            kind,
            number,
            card: card,
            of: UInt64.random(in: max(1, number - min(number, 60))...number + 2, using: &random),
            amount: mayBeWhole ? nil : Int64.random(in: 1...20_000, using: &random),
            isFinal: Bool.random(using: &random),
            at: time
        )
        _ = engine.settle(message, receivedAt: time) { _, _ in }
        if Int.random(in: 0..<50, using: &random) == 0 {
            _ = engine.tick(now: time.advanced(byMicroseconds: 900_000_000_000), budget: 3)
        }
    }

    @Test(arguments: UInt64(1)...4)
    func everyEventOfAPaymentIsDecidedAgainAsItWas(seed: UInt64) throws {
        let harness = try EngineHarness()
        for card in UInt64(1)...20 { try harness.makeCard(card, limit: 1_000_000) }
        var random = SeededRandom(seed: seed)
        for number in UInt64(1)...4_000 {
            if number == 1_000 { try harness.configure("velocity.2", "sum>900.00 in 1h decline", id: 1) }
            if number == 1_500 { try harness.configure("counter.2", "card,merchant in 30d", id: 3) }
            if number == 1_600 { try harness.configure("counter.3", "distinct card by merchant in 1h up to 4", id: 4) }
            if number == 1_700 { try harness.configure("counter.4", "declines by card in 1h", id: 5) }
            if number == 1_800 { try harness.configure("counter.5", "min by currency in 1h", id: 6) }
            if number == 2_000 { try harness.configure("tolerance.1", "5411 10%", id: 2) }
            try Self.act(harness.engine, number, &random)
        }
        let live = harness.engine.digest()
        try harness.restart(Self.verifying)
        #expect(harness.engine.digest() == live, "seed \(seed)")
    }

    @Test func anEventThatSaysSomethingElseThanItsDecisionIsRefused() throws {
        var cases: [(String, (inout LifecycleEvent) -> Void)] = []
        cases.append(("more is cleared", { $0.decision.payment?.cleared += 1 }))
        cases.append(("less is held", { $0.decision.payment?.reversed += 1 }))
        cases.append(("another flag", { $0.decision.payment?.flags.insert(.fraudReported) }))
        cases.append(("the payment was another before", { $0.decision.before?.approved += 1 }))
        cases.append(("the card had more", { $0.observation.balances.limit += 1 }))
        cases.append(("another velocity", { $0.decision.velocity.sum += 1 }))
        cases.append(("another rule", { $0.decision.match = .lifecycle }))
        cases.append(("as it was decided", { _ in }))
        for (what, falsify) in cases {
            let harness = try EngineHarness()
            try harness.makeCard(1, limit: 10_000)
            _ = harness.ask(EngineHarness.request(1, card: 1, amount: 2_500))
            var event: LifecycleEvent?
            let other = try EngineHarness(Self.verifying)
            try other.makeCard(1, limit: 10_000)
            _ = other.ask(EngineHarness.request(1, card: 1, amount: 2_500))
            let message = try SettleTests.message(.clearing, 1, card: 1, of: 1, amount: 1_000, isFinal: false)
            #expect(other.engine.settle(message, receivedAt: EngineHarness.now) { made, _ in event = made } == nil)
            var falsified = try #require(event)
            falsify(&falsified)
            var bytes = [UInt8](repeating: 0, count: LifecycleEvent.encodedByteCountMax)
            bytes.withUnsafeMutableBytes { buffer in
                let count = falsified.encode(into: buffer)
                _ = harness.engine.journal.append(
                    .lifecycle,
                    time: falsified.time,
                    payload: UnsafeRawBufferPointer(rebasing: buffer[..<count])
                )
            }
            if what == "as it was decided" {
                try harness.restart(Self.verifying)
                continue
            }
            let error = #expect(throws: EngineError.self, "\(what)") { try harness.restart(Self.verifying) }
            guard case .eventDiffers(let lsn, _, _) = error else {
                Issue.record("\(what): \(String(describing: error))")
                continue
            }
            #expect(lsn.rawValue == 3)
        }
    }

    @Test func whatCameBackFromTheArchiveIsDecidedAgainAsItWas() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 1_200)
        try machine.archive()
        for (index, lsn) in made.enumerated().filter({ $0.offset % 100 == 0 }).map({ $0 }) {
            let message = LifecycleRequest(
                requestID: RequestID(high: 9, low: UInt64(index) + 1),
                cardToken: EngineHarness.token(1),
                kind: .chargeback,
                reference: index % 200 == 0
                    ? PaymentReference(paymentID: lsn)
                    : PaymentReference(originalRequestID: RequestID(high: 2, low: UInt64(index) + 1)),
                amount: 400,
                currency: nil,
                transmissionTime: machine.time,
                merchantCountry: try #require(Country("DE")),
                merchantCategory: try #require(MerchantCategory(code: 5_411))
            )
            var event: LifecycleEvent?
            #expect(machine.engine.settle(message, receivedAt: machine.time) { made, _ in event = made } == nil)
            #expect(event?.before?.id == lsn.rawValue)
        }
        let live = machine.engine.digest().digest
        machine.engine.journal.close()
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = 16 << 20
        journalOptions.bufferByteCount = 2 << 20
        let verified = try Engine.open(
            options: Self.verifying,
            journalOptions: journalOptions,
            storage: FileJournalStorage(directory: machine.directory + "/journal")
        )
        #expect(verified.digest().digest == live)
        verified.journal.close()
    }
}
