import Authorization
import Domain
import Foundation
import Journal
import Platform
import Reexecution
import Testing

@testable import Engine

/// A message may name its payment by the id of any request about it.
@Suite(.timeLimit(.minutes(20))) struct OriginalRequestTests {
    private static func message(
        _ kind: LifecycleKind,
        _ id: UInt64,
        _ reference: PaymentReference,
        amount: Int64?,
        card: UInt64 = 1,
        at time: Instant = EngineHarness.now
    ) throws -> LifecycleRequest {
        LifecycleRequest(
            requestID: RequestID(high: 8, low: id),
            cardToken: EngineHarness.token(card),
            kind: kind,
            reference: reference,
            amount: amount,
            currency: nil,
            transmissionTime: time,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411))
        )
    }

    private static func by(_ id: UInt64) -> PaymentReference {
        PaymentReference(originalRequestID: RequestID(high: 8, low: id))
    }

    private func settle(_ engine: Engine, _ request: LifecycleRequest) throws -> LifecycleEvent {
        var settled: LifecycleEvent?
        let refusal = engine.settle(request, receivedAt: request.transmissionTime) { event, _ in settled = event }
        #expect(refusal == nil)
        return try #require(settled)
    }

    @Test func anIncrementsIDNamesItsPayment() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        _ = harness.ask(EngineHarness.request(1, card: 1, amount: 2_500))
        _ = harness.ask(EngineHarness.request(2, card: 1, amount: 100))
        let increment = try Self.message(
            .increment,
            1,
            PaymentReference(originalRequestID: RequestID(high: 2, low: 1)),
            amount: 500
        )
        let grown = try settle(harness.engine, increment)
        let reversal = try settle(harness.engine, try Self.message(.reversal, 2, Self.by(1), amount: nil))
        #expect(reversal.match == .identifier && reversal.before?.id == grown.before?.id)
        #expect(reversal.heldChange == -3_000)
        // The id of a message that changed nothing names the payment that it was about.
        let again = try settle(harness.engine, try Self.message(.reversal, 3, Self.by(1), amount: nil))
        #expect(again.reason == .alreadyReversed)
        let fraud = try settle(harness.engine, try Self.message(.fraudReport, 4, Self.by(3), amount: nil))
        #expect(fraud.before?.id == grown.before?.id)
    }

    @Test func anIDOfAnotherAccountOrOfADeclineNamesNothing() throws {
        let harness = try EngineHarness()
        for card in UInt64(1)...2 { try harness.makeCard(card, limit: 10_000) }
        _ = harness.ask(EngineHarness.request(1, card: 2, amount: 2_500))
        let declined = harness.ask(EngineHarness.request(2, card: 1, amount: 90_000))
        #expect(declined.decision?.outcome == .declined)
        for id in UInt64(1)...2 {
            let reference = PaymentReference(originalRequestID: RequestID(high: 2, low: id))
            let completion = try Self.message(.completion, id, reference, amount: 10)
            #expect(try settle(harness.engine, completion).reason == .originalNotFound)
        }
    }

    /// An advice is known by the network's id; its authorization comes, is declined, and is reversed by its own id. The
    /// core alone, which has no archive and looks into no record, finds the advice too.
    @Test func theIDOfAnAuthorizationThatWasDeclinedBesideAPaymentNamesIt() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        let network = try #require(Text16("L1"))
        let advice = try settle(
            harness.engine,
            try Self.message(.advice, 1, PaymentReference(lifecycleID: network), amount: 1_295)
        )
        var request = EngineHarness.request(2, card: 1, amount: 90_000)
        request.lifecycleID = network
        let declined = try #require(harness.ask(request).decision)
        #expect(declined.outcome == .declined && declined.joined == nil)
        let reference = PaymentReference(originalRequestID: request.requestID)
        let reversal = try settle(harness.engine, try Self.message(.reversal, 3, reference, amount: nil))
        #expect(reversal.match == .identifier && reversal.heldChange == -1_295)
        #expect(reversal.before?.id == advice.payment(lsn: LogSequenceNumber(rawValue: 2))?.id)
        harness.engine.journal.close()
        var reexecution = Reexecution()
        let again = try Journal.open(
            options: JournalOptions(),
            storage: try FileJournalStorage(directory: harness.directory)
        ) { record in
            do throws(ReexecutionError) { try reexecution.take(record) } catch { return .refused("\(error)") }
            return .applied
        }
        #expect(again.lastLSN == 4 && reexecution.decisionCount == 3)
    }

    @Test func theIDOfAnAuthorizationThatJoinedAPaymentNamesIt() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 10_000)
        let story = try #require(Text16("STORY-1"))
        let early = try settle(
            harness.engine,
            try Self.message(.clearing, 1, PaymentReference(lifecycleID: story), amount: 700)
        )
        #expect(early.before == nil && early.decision.payment != nil)
        var request = EngineHarness.request(1, card: 1, amount: 2_500)
        request.lifecycleID = story
        _ = harness.ask(request)
        let reference = PaymentReference(originalRequestID: RequestID(high: 2, low: 1))
        let refund = try settle(harness.engine, try Self.message(.refundClearing, 2, reference, amount: 200))
        #expect(refund.match == .identifier && refund.before?.overCleared == 0 && refund.before?.cleared == 700)
        // By the clearing's own id, too.
        let second = try settle(harness.engine, try Self.message(.refundClearing, 3, Self.by(1), amount: 100))
        #expect(second.before?.id == refund.before?.id && second.decision.payment?.refunded == 300)
    }

    @Test func itIsFoundInTheArchiveAndAfterARestart() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 1_100)
        func chargeback(_ id: UInt64, _ reference: PaymentReference) throws -> LifecycleEvent {
            try settle(
                machine.engine,
                try Self.message(.chargeback, id, reference, amount: 10, at: machine.time)
            )
        }
        let first = try chargeback(1, PaymentReference(paymentID: made[500]))
        #expect(first.before?.id == made[500].rawValue)
        try machine.archive()
        #expect(machine.paymentsInMemory == 0)
        let second = try chargeback(2, Self.by(1))
        #expect(second.match == .identifier && second.before?.id == made[500].rawValue)
        #expect(second.decision.payment?.disputed == 20)
        try machine.archive()
        _ = try machine.engine.makeSnapshot()
        try machine.restart()
        let third = try chargeback(3, Self.by(2))
        #expect(third.before?.id == made[500].rawValue && third.decision.payment?.disputed == 30)
    }

    @Test func whatMemoryHasIsSettledWithoutWaitingAndNothingElseIs() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 1_100)
        let time = machine.time
        func settleFromMemory(_ id: UInt64, _ reference: PaymentReference) throws -> String {
            let message = try Self.message(.fraudReport, id, reference, amount: nil, at: time)
            switch machine.engine.settleFromMemory(message, receivedAt: time, respond: { _, _ in }) {
            case .settled: return "settled"
            case .refused(let refusal): return EngineHarness.name(of: refusal)
            case .needsRecall: return "needsRecall"
            }
        }
        #expect(try settleFromMemory(1, PaymentReference(paymentID: made[3])) == "settled")
        #expect(try settleFromMemory(1, PaymentReference(paymentID: made[3])) == "repeated")
        #expect(try settleFromMemory(2, PaymentReference()) == "settled", "it names nothing")
        #expect(try settleFromMemory(3, Self.by(1)) == "needsRecall", "another request's id")
        try machine.archive()
        #expect(try settleFromMemory(4, PaymentReference(paymentID: made[3])) == "needsRecall")
        #expect(machine.paymentsInMemory == 0)
        let event = try settle(
            machine.engine,
            try Self.message(.fraudReport, 4, PaymentReference(paymentID: made[3]), amount: nil, at: time)
        )
        #expect(event.before?.id == made[3].rawValue)
        #expect(try settleFromMemory(5, PaymentReference(paymentID: made[3])) == "settled", "it is back")
    }
}
