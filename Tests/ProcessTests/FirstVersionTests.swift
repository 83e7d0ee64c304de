import Client
import Domain
import Platform
import Testing
import Wire

/// A client of schema version 1 goes on as it is, and is told nothing that it has no word for.
@Suite(.timeLimit(.minutes(20))) struct FirstVersionTests {
    /// Bytes of Authorize's root block in version 1.
    private static let authorizeByteCount: UInt16 = 96

    private static let reasons: Set<Reason> = [
        .approved, .partiallyApproved, .invalidAmountOrCurrency, .cardUnknown, .cardNotActivated, .cardFrozen,
        .cardCancelled, .cardLost, .cardStolen, .cardExpired, .merchantBlocked, .merchantCategoryBlocked,
        .countryBlocked, .presenceBlocked, .velocityExceeded, .exceedsTransactionLimit, .exceedsAmountThreshold,
        .insufficientFunds,
    ]

    private static func financial(_ card: CardToken, _ amount: Int64) -> Financial {
        let like = Traffic.authorize(card, amount)
        return Financial(
            requestID: .make(),
            cardToken: card,
            amount: amount,
            transmissionTime: like.transmissionTime,
            merchantID: like.merchantID,
            terminalID: like.terminalID,
            currency: like.currency,
            merchantCountry: like.merchantCountry,
            merchantCategory: like.merchantCategory,
            presence: like.presence,
            entryMode: like.entryMode,
            initiator: like.initiator,
            flags: [],
            lifecycleID: Text16(),
            acquirerID: Text16(),
            retrievalReference: Text16(),
            stan: 0,
            rate: 0,
            rateScale: 0,
            rounding: .halfAwayFromZero,
            network: .unknown,
            authorizationKind: .unknown,
            merchantName: like.merchantName,
            merchantCity: like.merchantCity
        )
    }

    @Test func itAuthorizesAndAsksAndIsToldInItsOwnTerms() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
            var old = try FirstVersionClient(daemon.unix)
            #expect(old.greeting.schemaVersion == 1)

            let request = Traffic.authorize(card, 1_250)
            let first = try old.ask(request, blockLength: Self.authorizeByteCount)
            let reply = try first.decode(AuthorizeReply.self)
            #expect(reply.decision.outcome == .approved && reply.decision.approvedAmount == 1_250)
            #expect(try old.ask(request, blockLength: Self.authorizeByteCount).body == first.body, "a repeat")
            let query = QueryByRequestID(requestID: request.requestID, transmissionTime: request.transmissionTime)
            let found = try old.ask(query).decode(QueryByRequestIDReply.self)
            #expect(found.found == .decided && found.kind == .authorization && found.decision == reply.decision)

            // What only version 2 has a word for: reversed before it came.
            let late = Traffic.authorize(card, 700)
            let reversal = Traffic.event(.reverse, card, nil, original: late.requestID)
            var new = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
            _ = try new.answers(to: [reversal.message], window: 1)
            let told = try old.ask(late, blockLength: Self.authorizeByteCount).decode(AuthorizeReply.self).decision
            #expect(told.outcome == .declined && told.reason == .invalidAmountOrCurrency)
            #expect(told.responseCode == Text16("21"), "the response code is the true one")
            let again = try old.ask(late, blockLength: Self.authorizeByteCount).decode(AuthorizeReply.self).decision
            #expect(again == told)
            let truth = try new.answers(to: [late], window: 1)[0].decode(AuthorizeReply.self).decision
            #expect(truth.reason == .originalReversed && truth.lsn == told.lsn)
            let fate = QueryByRequestID(requestID: late.requestID, transmissionTime: late.transmissionTime)
            #expect(try old.ask(fate).decode(QueryByRequestIDReply.self).decision?.reason == told.reason)

            // A message that version 1 does not have is refused, and the connection goes on.
            guard let increment = Traffic.event(.increment, card, 5, original: request.requestID).message as? Increment
            else { preconditionFailure("an increment is an increment") }
            let refused = try old.ask(increment).decode(Reject.self)
            #expect(refused.code.rawValue / 100 == 3, "\(refused)")
            #expect(try old.ask(query).decode(QueryByRequestIDReply.self).found == .decided)
            try daemon.stop()
        }
    }

    @Test func anOperatorOfItIsShownWhatItKnows() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
            var new = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
            let late = Traffic.authorize(card, 700)
            let reversal = Traffic.event(.reverse, card, nil, original: late.requestID)
            let taken = Self.financial(card, 900)
            let answers = try new.answers(to: [reversal.message, taken, late], window: 1)
            let taking = try answers[1].decode(FinancialReply.self).decision

            var old = try FirstVersionClient(daemon.administration)
            #expect(old.greeting.schemaVersion == 1 && old.greeting.role == .administration)
            let status = try old.ask(Status()).decode(StatusReply.self)
            #expect(!status.reasons.isEmpty && status.reasons.allSatisfy { Self.reasons.contains($0.reason) })
            let list = try old.ask(
                PaymentList(beforeLSN: .zero, count: 10, merchantContains: "")
            ).decode(PaymentListReply.self)
            #expect(list.payments.count == 2)
            #expect(list.payments.allSatisfy { Self.reasons.contains($0.reason) && $0.kind == .authorization })
            let shown = try old.ask(PaymentGet(lsn: taking.lsn)).decode(PaymentGetReply.self)
            #expect(shown.kind == .authorization && shown.amount == 900)
            // The same for one who knows more.
            let known = try daemon.ask(PaymentGet(lsn: taking.lsn), PaymentGetReply.self)
            #expect(known.kind == .financial)
            try daemon.stop()
        }
    }
}
