import Client
import Domain
import Foundation
import Platform
import Randomness
import Testing
import Wire

/// Random lives of payments through a real daemon: its ledger is in balance as of every record and every day, and every
/// card's accounts are what the engine says.
@Suite struct LedgerTruthTests {
    private static let currencies = ["EUR", "JPY", "KWD"]
    private static let newest = LogSequenceNumber(rawValue: .max)
    private static let foreignCurrency = "USD"

    /// A world of cards, and the payments that were made with them.
    private struct World {
        let cards: [(token: CardToken, currency: Currency)]
        var payments: [(card: Int, number: LogSequenceNumber)] = []
        /// A card that does not exist: what the network moves for it goes to suspense.
        let nobody = CardToken.make()
    }

    @Test(.timeLimit(.minutes(20)))
    func theBooksBalanceAsOfEveryRecordAndAreWhatTheEngineSays() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            var random = SeededRandom.announced(for: "ledger truth")
            var connection = try Connection(to: daemon.administration, options: DaemonUnderTest.patience)
            var world = try Self.makeCards(&connection, count: 6)
            for _ in 0..<20 {
                try Self.live(&world, &connection, &random, count: 25)
                // While it goes on: every card as of the record at which it is read.
                let check = try Self.check(&connection)
                #expect(check.compared == 6 && check.differences.isEmpty, "\(check.differences)")
            }
            try Self.expectBalance(&connection, &random)
            // The same from a projection that is made anew, and after a restart.
            let before = try Self.trial(&connection)
            let rebuilds = try connection.call(ProjectionStatus(), returning: ProjectionStatusReply.self).rebuilds
            _ = try connection.call(ProjectionRebuild(acceptLoss: false), returning: ProjectionRebuildReply.self)
            while try connection.call(ProjectionStatus(), returning: ProjectionStatusReply.self).rebuilds == rebuilds {}
            #expect(try Self.trial(&connection) == before)
            try daemon.stop()
            let restarted = try DaemonUnderTest.ready(scratch)
            var again = try Connection(to: restarted.administration, options: DaemonUnderTest.patience)
            #expect(try Self.trial(&again) == before)
            #expect(try Self.check(&again).differences.isEmpty)
        }
    }

    private static func check(_ connection: inout Connection) throws -> LedgerCheckReply {
        try ask(&connection, LedgerCheck(afterOrdinal: 0, count: 1_000))
    }

    /// Asks again while the projection lags or is being opened.
    private static func ask<Reply: WireMessage>(
        _ connection: inout Connection,
        _ question: some WireMessage
    ) throws -> Reply {
        while true {
            do throws(ClientError) {
                return try connection.call(question, returning: Reply.self)
            } catch {
                guard case .rejected(let rejection) = error, rejection.knownCode == .notReady else { throw error }
            }
        }
    }

    private static func makeCards(_ connection: inout Connection, count: Int) throws -> World {
        var cards: [(token: CardToken, currency: Currency)] = []
        for number in 0..<count {
            let currency = try #require(Currency(currencies[number % 3]))
            let token = CardToken.make()
            var create = Traffic.create(token, limit: 5_000_000)
            create.currency = currency
            _ = try connection.call(create, returning: CardCreateReply.self)
            cards.append((token, currency))
        }
        return World(cards: cards)
    }

    /// Sends random events, among them such that are refused or come before their authorization.
    private static func live(
        _ world: inout World,
        _ connection: inout Connection,
        _ random: inout SeededRandom,
        count: Int
    ) throws {
        for _ in 0..<count {
            let card = Int.random(in: 0..<world.cards.count, using: &random)
            let (token, currency) = world.cards[card]
            let amount = Int64.random(in: 1...40_000, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 || world.payments.isEmpty {
                var request = Traffic.authorize(token, amount)
                request.currency = currency
                let reply = try connection.call(request, returning: AuthorizeReply.self)
                world.payments.append((card, reply.decision.lsn))
                continue
            }
            let isUnknown = Int.random(in: 0..<20, using: &random) == 0
            let payment = world.payments[Int.random(in: 0..<world.payments.count, using: &random)]
            let owner = world.cards[payment.card]
            var event = Traffic.event(isUnknown ? world.nobody : owner.token, amount)
            event.currency = owner.currency
            event.paymentID = Int.random(in: 0..<8, using: &random) == 0 ? .zero : payment.number
            if Int.random(in: 0..<3, using: &random) == 0 {
                event.merchantCurrency = Currency(foreignCurrency)
                event.merchantAmount = Int64.random(in: 1...90_000, using: &random)
            }
            try send(event, &connection, &random)
        }
    }

    private static func send(
        _ event: EventBlock,
        _ connection: inout Connection,
        _ random: inout SeededRandom
    ) throws {
        var event = event
        func call<Reply: WireMessage>(_ message: some WireMessage, _ reply: Reply.Type) throws {
            _ = try connection.call(message, returning: reply)
        }
        switch Int.random(in: 0..<11, using: &random) {
        case 0: try call(Increment(event: event, merchantName: "", merchantCity: ""), IncrementReply.self)
        case 1, 2, 3:
            event.isFinal = Bool.random(using: &random)
            try call(Clearing(event: event, merchantName: "Shop", merchantCity: ""), ClearingReply.self)
        case 4: try call(RefundClearing(event: event, merchantName: "", merchantCity: ""), RefundClearingReply.self)
        case 5: try call(Completion(event: event, merchantName: "", merchantCity: ""), CompletionReply.self)
        case 6: try call(Advice(event: event, merchantName: "", merchantCity: ""), AdviceReply.self)
        case 7: try call(Chargeback(event: event, merchantName: "", merchantCity: ""), ChargebackReply.self)
        case 8: try call(Representment(event: event, merchantName: "", merchantCity: ""), RepresentmentReply.self)
        case 9:
            try call(ClearingReversal(event: event, merchantName: "", merchantCity: ""), ClearingReversalReply.self)
        default:
            if Bool.random(using: &random) { event.amount = nil }
            try call(Reverse(event: event, merchantName: "", merchantCity: ""), ReverseReply.self)
        }
    }

    // MARK: What must hold

    private static func trialRequest(asOf lsn: UInt64 = 0, day: Int64? = nil) -> LedgerBalances {
        LedgerBalances(
            asOfLSN: LogSequenceNumber(rawValue: lsn),
            atLeastLSN: newest,
            effectiveDay: day,
            paymentID: .zero
        )
    }

    private static func trial(_ connection: inout Connection) throws -> [LedgerBalancesReply.AccountsEntry] {
        try wholeTrial(&connection).accounts
    }

    /// Asks again while the projection has less than all: an answer waits for it, but not for long.
    private static func wholeTrial(_ connection: inout Connection) throws -> LedgerBalancesReply {
        while true {
            let reply: LedgerBalancesReply = try ask(&connection, trialRequest())
            if reply.asOfLSN == reply.durableLSN { return reply }
        }
    }

    private static func expectBalance(_ connection: inout Connection, _ random: inout SeededRandom) throws {
        let last = try wholeTrial(&connection).asOfLSN.rawValue
        #expect(last > 500)
        let today = Clock.now() / 86_400_000_000
        var used: Set<LedgerAccountName> = []
        for lsn in 1...last {
            let day = Bool.random(using: &random) ? nil : today - Int64.random(in: -1...1, using: &random)
            let reply = try connection.call(trialRequest(asOf: lsn, day: day), returning: LedgerBalancesReply.self)
            #expect(reply.asOfLSN.rawValue == lsn && reply.firstLSN.rawValue == 1)
            var sums: [String: Int128] = [:]
            for account in reply.accounts {
                #expect(account.debitHigh == 0 && account.creditHigh == 0)
                sums["\(account.currency) \(account.phase)", default: 0] +=
                    Int128(account.debitLow) - Int128(account.creditLow)
                used.insert(account.account)
            }
            #expect(sums.values.allSatisfy { $0 == 0 }, "as of record \(lsn): \(sums)")
        }
        #expect(used == Set(LedgerAccountName.allCases), "every account was used")
    }
}
