import Authorization
import Domain
import Engine
import Journal
import Platform
import Testing
import Wire

@testable import Service

@Suite(.timeLimit(.minutes(20))) struct ServiceTests {
    private static let card = CardToken(high: 7, low: 1)

    private static func words() throws -> (euro: Currency, germany: Country, groceries: MerchantCategory) {
        (
            try #require(Currency("EUR")), try #require(Country("DE")), try #require(MerchantCategory(code: 5_411))
        )
    }

    private func makeCard(_ harness: ServiceHarness) throws {
        let create = CardCreate(
            requestID: RequestID(high: 1, low: 1),
            cardToken: Self.card,
            transmissionTime: ServiceHarness.now,
            spendingLimit: 100_000,
            lastFour: Text16("4242") ?? Text16(),
            currency: try Self.words().euro,
            profile: Text16("default") ?? Text16(),
            status: .active
        )
        guard case .whenDurable(let bytes) = harness.ask(create, role: .administration) else {
            Issue.record("a card was not made")
            return
        }
        #expect(try bytes.decode(CardCreateReply.self).card.available == 100_000)
    }

    private static func authorize(_ id: UInt64) throws -> Authorize {
        let words = try words()
        return Authorize(
            requestID: RequestID(high: 2, low: id),
            cardToken: card,
            amount: 1_000,
            transmissionTime: ServiceHarness.now,
            merchantID: Text16("M1") ?? Text16(),
            terminalID: Text16("T1") ?? Text16(),
            currency: words.euro,
            merchantCountry: words.germany,
            merchantCategory: words.groceries,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: "Markt",
            merchantCity: "Bonn"
        )
    }

    private static func clearing(_ id: UInt64, original: RequestID?) throws -> Clearing {
        let words = try words()
        let event = EventBlock(
            requestID: RequestID(high: 3, low: id),
            cardToken: card,
            amount: 400,
            transmissionTime: ServiceHarness.now,
            rate: 0,
            paymentID: .zero,
            originalRequestID: original,
            stan: 0,
            lifecycleID: Text16(),
            acquirerID: Text16(),
            retrievalReference: Text16(),
            approvalCode: Text16(),
            merchantID: Text16("M1") ?? Text16(),
            terminalID: Text16("T1") ?? Text16(),
            originalTerminalID: Text16(),
            merchantCountry: words.germany,
            merchantCategory: words.groceries,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            network: .unknown,
            authorizationKind: .unknown,
            rateScale: 0,
            rounding: .halfAwayFromZero,
            isFinal: false,
            sequenceNumber: 0,
            sequenceCount: 0
        )
        return Clearing(event: event, merchantName: "Markt", merchantCity: "Bonn")
    }

    /// The record names the account's first card, and the request the one that replaced it.
    @Test func limitsSetThroughAReplacementAreAnsweredAgain() throws {
        let harness = try ServiceHarness()
        try makeCard(harness)
        let replacement = CardToken(high: 7, low: 2)
        let replace = CardReplace(
            requestID: RequestID(high: 1, low: 2),
            cardToken: Self.card,
            transmissionTime: ServiceHarness.now,
            newCardToken: replacement,
            lastFour: Text16("4343") ?? Text16(),
            reason: .damaged
        )
        guard case .whenDurable = harness.ask(replace, role: .administration) else {
            Issue.record("the card was not replaced")
            return
        }
        var change = CardSetLimits(
            requestID: RequestID(high: 1, low: 3),
            cardToken: replacement,
            transmissionTime: ServiceHarness.now,
            spendingLimit: 50_000,
            profile: Text16()
        )
        guard case .whenDurable(let bytes) = harness.ask(change, role: .administration) else {
            Issue.record("the limit was not changed")
            return
        }
        let first = try bytes.decode(CardSetLimitsReply.self)
        #expect(first.card.cardToken == replacement && first.card.available == 50_000)
        try harness.engine.journal.waitUntilDurable(harness.engine.journal.lastLSN)
        #expect(harness.ask(change, role: .administration) == .later)
        #expect(try harness.work().map { try $0.decode(CardSetLimitsReply.self) } == [first])
        // Other content under the same id is no repeat.
        change.spendingLimit = 60_000
        #expect(harness.ask(change, role: .administration) == .later)
        #expect(try harness.work().map { try $0.decode(Reject.self).code } == [.requestIDReused])
    }

    @Test func whatMemoryHasIsSettledOnTheEventLoopAndTheRestByAWorker() throws {
        let harness = try ServiceHarness()
        try makeCard(harness)
        let request = try Self.authorize(1)
        guard case .whenDurable(let approved) = harness.ask(request) else {
            Issue.record("an authorization waits for the journal alone")
            return
        }
        #expect(try approved.decode(AuthorizeReply.self).decision.outcome == .approved)
        let known = try Self.clearing(1, original: request.requestID)
        guard case .whenDurable(let cleared) = harness.ask(known) else {
            Issue.record("what memory has needs no worker")
            return
        }
        #expect(try cleared.decode(ClearingReply.self).payment?.cleared == 400)
        // Named by the clearing's own id, it has to be looked for.
        let unknown = try Self.clearing(2, original: known.event.requestID)
        #expect(harness.ask(unknown) == .later)
        let answers = harness.work()
        #expect(answers.count == 1)
        let payment = try #require(try answers.first?.decode(ClearingReply.self).payment)
        #expect(payment.cleared == 800 && payment.matchRule == .identifier)
        // A repeat of either is answered by a worker, from the journal, to the letter.
        #expect(harness.ask(unknown) == .later)
        let again = harness.work()
        let body = { (frame: [UInt8]) in Array(frame.dropFirst(WireLimits.frameHeaderByteCount)) }
        #expect(again.map(body) == answers.map(body))
        #expect(harness.ask(known) == .later)
        #expect(harness.work().map(body) == [body(cleared)])
        // The same id with another content is refused.
        let other = try Self.clearing(1, original: nil)
        #expect(harness.ask(other) == .later)
        let refusal = try #require(try harness.work().first?.decode(Reject.self))
        #expect(refusal.code == .requestIDReused && refusal.templateID == Clearing.templateID)
    }

    @Test func snapshotsNeedSomebodyWhoMakesThem() throws {
        let harness = try ServiceHarness()
        guard case .now(let bytes) = harness.ask(SnapshotMake(), role: .administration) else {
            Issue.record("not answered")
            return
        }
        #expect(try bytes.decode(Reject.self).code == .notReady)
        harness.service.makeSnapshots { _ in false }
        #expect(harness.ask(SnapshotMake(), role: .administration) == .later)
        #expect(try harness.work().first?.decode(Reject.self).code == .busy)
        try makeCard(harness)
        let engine = harness.engine
        harness.service.makeSnapshots { completion in
            do throws(SnapshotError) {
                completion(.success(try engine.makeSnapshot()))
            } catch {
                completion(.failure(error))
            }
            return true
        }
        for isMade in [true, false] {
            #expect(harness.ask(SnapshotMake(), role: .administration) == .later)
            let reply = try #require(try harness.work().first?.decode(SnapshotMakeReply.self))
            #expect(reply.made == isMade && reply.lsn == LogSequenceNumber(rawValue: 1) && reply.cards == 1)
        }
        #expect(harness.ask(SnapshotList(), role: .administration) == .later)
        let list = try #require(try harness.work().first?.decode(SnapshotListReply.self))
        #expect(list.snapshots.map(\.lsn.rawValue) == [1] && list.made == 1 && !list.running && list.keptMax == 3)
        harness.service.makeSnapshots { completion in
            completion(.failure(.configurationChanging))
            return true
        }
        #expect(harness.ask(SnapshotMake(), role: .administration) == .later)
        #expect(try harness.work().first?.decode(Reject.self).retryAfterMicroseconds ?? 0 > 0)
    }

    @Test func anOperatorsRequestOnAGatewaySocketIsRefusedWhateverItIs() throws {
        let harness = try ServiceHarness()
        let messages: [any WireMessage] = [
            Status(), Digest(), SnapshotMake(), SnapshotList(), CardGet(cardToken: Self.card),
        ]
        for message in messages {
            guard case .now(let bytes) = harness.ask(message) else {
                Issue.record("\(message)")
                continue
            }
            #expect(try bytes.decode(Reject.self).code == .notPermittedOnSocket, "\(message)")
        }
        #expect(harness.work().isEmpty)
    }

    // MARK: Words

    @Test func everyReasonIsToldToVersionOneInAWordThatItKnows() {
        for reason in Reason.allCases {
            #expect(reason.told(in: 1).schemaVersion == 1, "\(reason)")
            #expect(reason.told(in: 2) == reason)
            #expect(reason.schemaVersion > 1 || reason.told(in: 1) == reason)
        }
        for kind in RequestKind.allCases {
            #expect(kind.told(in: 1) != .financial && kind.told(in: 2) == kind)
        }
    }

    @Test func everyRefusalHasItsCodeAndSaysWhenToTryAgain() {
        let now = Instant(microseconds: 1_800_000_000_000_000)
        let cases: [(Refusal, RejectCode, mayBeRepeated: Bool)] = [
            (.tooOld(horizon: now), .requestTooOld, false),
            (.fromTheFuture(now: now), .transmissionTimeInFuture, false),
            (.busy, .journalBehind, true), (.storageUnavailable, .storageUnavailable, true),
            (.archiveUnavailable, .notReady, true), (.card(.cardExists), .cardExists, false),
            (.card(.cardUnknown), .cardUnknown, false),
            (.card(.transitionNotAllowed(from: .lost, to: .active)), .statusTransitionNotAllowed, false),
            (.card(.invalidField(name: "limit", problem: "it is below zero")), .invalidField, false),
            (.versionChanged(current: LogSequenceNumber(rawValue: 9)), .configurationChanged, false),
            (.cardLimitReached(5), .limitReached, false),
        ]
        for (refusal, code, mayBeRepeated) in cases {
            let reject = Reject(refusal, templateID: 0x0100)
            #expect(reject.code == code && reject.templateID == 0x0100, "\(refusal)")
            #expect((reject.retryAfterMicroseconds > 0) == mayBeRepeated, "\(refusal)")
            #expect((code.rawValue / 100 == 4) == mayBeRepeated, "\(refusal): 4xx is for the moment, 3xx for good")
            #expect(reject.detail.utf8.count > 10 && reject.detail.utf8.count <= WireLimits.rejectDetailByteCountMax)
        }
    }

    // MARK: Fetching ahead

    @Test func whatComesNextIsReadAsFarAsTheBytesGo() throws {
        let first = try Self.authorize(1)
        let second = try Self.authorize(2)
        let bytes =
            first.encodedFrame(correlationID: 1) + second.encodedFrame(correlationID: 2)
            + Ping(payload: 1).encodedFrame(correlationID: 3) + first.encodedFrame(correlationID: 4)
        func previews(_ bytes: [UInt8]) -> [UInt64?] {
            bytes.withUnsafeBytes { buffer in
                var offset = 0
                var ids: [UInt64?] = []
                while ids.count < 100, let preview = Preview(buffer, at: offset) {
                    ids.append(preview.payment?.requestID.low)
                    offset += preview.frameByteCount
                }
                return ids
            }
        }
        #expect(previews(bytes) == [1, 2, nil, 1])
        for count in 0...bytes.count { #expect(previews(Array(bytes.prefix(count))).count <= 4) }
        // A length of zero must not keep it at one place.
        var stuck = bytes
        stuck.replaceSubrange(0..<4, with: [0, 0, 0, 0])
        #expect(previews(stuck).count < 100)
    }
}
