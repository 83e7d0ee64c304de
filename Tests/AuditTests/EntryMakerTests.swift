import Authorization
import Cryptography
import Domain
import Engine
import Foundation
import Journal
import Platform
import Testing

@testable import Audit
@testable import Merkle

/// What an engine writes, record by record, as the audit log sees it.
@Suite struct EntryMakerTests {
    /// All that a client fills in as text, each findable in bytes.
    private static let texts = [
        "MERCHANT-SECRET", "TERM-SEC", "Lindenhof Markt", "Zollikerberg", "LIFECYCLE-SECR", "ACQUIRER-SE",
        "RRN-SECRET12", "APPSEC", "ORIGTERM", "4242", "count>7 in 61s flag",
    ]

    private static let now = Instant(microseconds: 1_800_000_000_000_000)

    private func text(_ text: String) throws -> Text16 { try #require(Text16(text)) }

    private func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

    /// An engine's records of every kind.
    private func records() throws -> [JournalRecord] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var options = EngineOptions()
        options.cardShardCount = 8
        options.requestShardCount = 8
        options.rememberedRequestCount = 65_536
        var journalOptions = JournalOptions()
        journalOptions.segmentByteCount = 16 << 20
        journalOptions.bufferByteCount = 2 << 20
        let storage = try FileJournalStorage(directory: directory)
        let engine = try Engine.open(options: options, journalOptions: journalOptions, storage: storage)
        try engine.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        try fill(engine)
        try engine.journal.waitUntilDurable(engine.journal.lastLSN)
        var records: [JournalRecord] = []
        var follower = JournalFollower(storage, identity: engine.journal.identity, from: 1)
        try follower.read(upTo: engine.journal.durableLSN) {
            records.append(JournalRecord($0))
            return .proceed
        }
        engine.journal.close()
        return records
    }

    private func perform(_ engine: Engine, _ number: UInt64, _ token: CardToken, _ action: CardCommand.Action) throws {
        _ = try engine.perform(
            CardCommand(
                requestID: RequestID(high: 3, low: number),
                actor: 7,
                transmissionTime: Self.now,
                token: token,
                action: action
            ),
            receivedAt: Self.now
        )
    }

    private func fill(_ engine: Engine) throws {
        let card = CardToken(high: 1, low: 2)
        let lastFour = try #require(LastFour("4242"))
        let creation = CardCommand.Creation(
            status: .active,
            currency: try currency("EUR"),
            limit: 1_000_000,
            transactionLimit: nil,
            expiry: nil,
            lastFour: lastFour,
            profile: Text16()
        )
        try perform(engine, 1, card, .create(creation))
        try perform(engine, 2, card, .setStatus(.frozen))
        try perform(engine, 3, card, .setStatus(.active))
        _ = try engine.configure(
            ConfigurationChanged(
                requestID: RequestID(high: 3, low: 4),
                actor: 7,
                time: Self.now,
                transmissionTime: Self.now,
                key: "velocity.2",
                value: "count>7 in 61s flag"
            ),
            expectedVersion: nil,
            receivedAt: Self.now
        )
        try authorize(engine, card, 5, isRich: true)
        try authorize(engine, card, 6, isRich: false)
        try settle(engine, card, 7, isRich: true)
        try settle(engine, card, 8, isRich: false)
        let newCard = CardToken(high: 1, low: 3)
        let replacement = CardCommand.Replacement(newToken: newCard, reason: .lost, expiry: nil, lastFour: lastFour)
        try perform(engine, 9, card, .replace(replacement))
        try authorize(engine, newCard, 10, isRich: true)
    }

    private func authorize(_ engine: Engine, _ card: CardToken, _ number: UInt64, isRich: Bool) throws {
        let request = AuthorizationRequest(
            requestID: RequestID(high: 3, low: number),
            cardToken: card,
            kind: .authorization,
            amount: 1_234,
            merchantAmount: 1_234,
            transmissionTime: Self.now,
            currency: try currency("EUR"),
            merchantCurrency: nil,
            merchantCountry: try #require(Country("CH")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            merchantID: try text("MERCHANT-SECRET"),
            terminalID: try text("TERM-SEC"),
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: try #require(Text64("Lindenhof Markt")),
            merchantCity: try #require(Text64("Zollikerberg")),
            lifecycleID: isRich ? try text("LIFECYCLE-SECR") : Text16(),
            acquirerID: isRich ? try text("ACQUIRER-SE") : Text16(),
            stan: isRich ? 123_456 : 0,
            retrievalReference: isRich ? try text("RRN-SECRET12") : Text16()
        )
        var event = AuthorizationEvent(asking: request)
        _ = try engine.authorize(&event, receivedAt: Self.now)
    }

    private func settle(_ engine: Engine, _ card: CardToken, _ number: UInt64, isRich: Bool) throws {
        var reference = PaymentReference(paymentID: LogSequenceNumber(rawValue: 5))
        if isRich {
            reference = PaymentReference(
                originalRequestID: RequestID(high: 3, low: 5),
                lifecycleID: try text("LIFECYCLE-SECR"),
                acquirerID: try text("ACQUIRER-SE"),
                stan: 123_456,
                originalTransmissionTime: Self.now,
                terminalID: try text("ORIGTERM"),
                retrievalReference: try text("RRN-SECRET12"),
                approvalCode: try text("APPSEC")
            )
        }
        let request = LifecycleRequest(
            requestID: RequestID(high: 3, low: number),
            cardToken: card,
            kind: .clearing,
            reference: reference,
            amount: 100,
            currency: try currency("EUR"),
            merchantAmount: isRich ? 120 : nil,
            merchantCurrency: isRich ? try currency("USD") : nil,
            rate: isRich ? ConversionRate(value: 12, scale: 1) : nil,
            transmissionTime: Self.now,
            merchantCountry: try #require(Country("CH")),
            merchantCategory: try #require(MerchantCategory(code: 5_411)),
            merchantID: isRich ? try text("MERCHANT-SECRET") : Text16(),
            terminalID: isRich ? try text("TERM-SEC") : Text16(),
            merchantName: try #require(Text64("Lindenhof Markt")),
            merchantCity: try #require(Text64("Zollikerberg"))
        )
        let refusal = engine.settle(request, receivedAt: Self.now) { _, _ in }
        #expect(refusal == nil)
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        Data(bytes).range(of: Data(text.utf8)) != nil
    }

    /// Fails when a layout of a record changes and nobody says here which of its fields are closed.
    @Test func noTextOfAClientIsInAnEntryAndAllOfItIsInItsOpening() throws {
        let records = try records()
        #expect(Set(records.map(\.kind)) == [0x0100, 0x0101, 0x1000, 0x1001, 0x1006, 0x1041])
        var maker = try EntryMaker(SaltKey(.zero), journal: JournalIdentity(high: 1, low: 2))
        var shown: Set<String> = []
        for record in records {
            try record.withView { view in
                _ = maker.make(view)
                let entry = try RecordEntry(parsing: Array(maker.bytes))
                let parts = maker.parts(view)
                for text in Self.texts where contains(record.payload, text) {
                    #expect(!contains(entry.open, text), "record \(record.lsn) of kind \(record.kind) shows \(text)")
                    let isClosed = parts.values.contains { $0.pieces.contains { contains($0.bytes, text) } }
                    #expect(isClosed, "\(record.lsn): \(text)")
                    shown.insert(text)
                }
                // Not closed as a whole: the layout is one that is known.
                #expect(entry.open.count >= 40, "record \(record.lsn) of kind \(record.kind)")
                let disclosure = RecordDisclosure(entry: entry, parts: parts)
                try disclosure.verify(maker.hasher.plain)
                #expect(try disclosure.payload() == record.payload)
            }
        }
        #expect(shown == Set(Self.texts))
    }

    /// Fails when a layout of decisions changes, and receipts would be compared with other bytes.
    @Test func whatWasDecidedIsReadOutOfItsEntry() throws {
        var events: [AuthorizationEvent] = []
        for record in try records() where record.kind == 0x0100 {
            events.append(try record.payload.withUnsafeBytes { try AuthorizationEvent(decoding: $0) })
        }
        #expect(events.count >= 3)
        // Everything that an entry may have, and nothing of it.
        for index in events.indices {
            var event = events[index]
            event.request.rate = ConversionRate(value: 12, scale: 1)
            event.request.rounding = .halfEven
            event.request.network = 1
            event.request.authorizationKind = .final
            event.observation.account = CardToken(high: 5, low: 6)
            event.observation.velocity.0 = VelocityTotals(count: 3, sum: 500, freeAt: nil)
            event.observation.velocity.3 = VelocityTotals(count: 4, sum: 700, freeAt: Self.now)
            events.append(event)
        }
        var maker = try EntryMaker(SaltKey(.zero), journal: JournalIdentity(high: 1, low: 2))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
        defer { buffer.deallocate() }
        for (index, event) in events.enumerated() {
            let count = event.encode(into: buffer)
            let record = JournalRecordView(
                lsn: UInt64(index) + 1,
                position: 8,
                kind: 0x0100,
                time: 1,
                payload: UnsafeRawBufferPointer(rebasing: buffer[..<count])
            )
            _ = maker.make(record)
            let entry = try RecordEntry(parsing: Array(maker.bytes))
            let found = try #require(DecidedEntry.outcome(entry), "event \(index)")
            #expect(found.outcome == "\(event.decision.outcome)")
            #expect(found.approvedAmount == event.decision.approvedAmount)
            let id = event.request.requestID
            let bytes = [id.high, id.low].flatMap { half in withUnsafeBytes(of: half.bigEndian) { Array($0) } }
            #expect(DecidedEntry(entry)?.requestID == bytes)
        }
    }

    /// The quick way and the plain one come to the same bytes.
    @Test func anEntryIsThatOfTheSpecification() throws {
        let records = try records()
        let identity = JournalIdentity(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)
        var maker = try EntryMaker(SaltKey(.zero), journal: identity)
        let hasher = try TreeHasher()
        var configuration = SHA256Digest.zero
        for record in records {
            try record.withView { view in
                let leaf = maker.make(view)
                let parts = maker.parts(view)
                var open = record.payload
                for piece in parts.values.flatMap(\.pieces).reversed() {
                    open.removeSubrange(Int(piece.offset)..<Int(piece.offset) + piece.bytes.count)
                }
                let expected = RecordEntry(
                    kind: record.kind,
                    lsn: record.lsn,
                    time: record.time,
                    journal: (0..<16).map { UInt8($0 * 17) },
                    configuration: configuration,
                    commitments: parts.isEmpty
                        ? [] : [try #require(parts[0]).commitment(number: 0, lsn: record.lsn, hasher: hasher.plain)],
                    open: open
                )
                #expect(Array(maker.bytes) == expected.encoded)
                #expect(leaf == hasher.leaf(expected.encoded))
                if record.kind == 0x1041 {
                    configuration = hasher.plain.digest(configuration.bytes + leaf.bytes)
                    #expect(maker.configuration == configuration)
                }
            }
        }
        #expect(configuration != .zero)
    }

    @Test(arguments: [UInt16(0x0100), 0x0101, 0x1000, 0x1006, 0x1041, 0x0777])
    func whatIsNotUnderstoodIsClosedWhole(kind: UInt16) throws {
        for payload in [[UInt8]](
            arrayLiteral: [0xFF, 0xFF, 1, 2, 3],
            [1],
            [1, 0, 5, 6],
            [2, 0] + Array(repeating: 255, count: 90)
        ) {
            let record = JournalRecordForTests(kind: kind, payload: payload)
            try record.withView { view in
                var maker = try EntryMaker(SaltKey(.zero), journal: JournalIdentity(high: 1, low: 2))
                _ = maker.make(view)
                let entry = try RecordEntry(parsing: Array(maker.bytes))
                #expect(entry.open.isEmpty)
                #expect(maker.parts(view)[0]?.pieces == [ClosedPart.Piece(offset: 0, bytes: payload)])
            }
        }
    }

    @Test func aRecordThatFitsNoBundleIsClosedWhole() throws {
        for (count, isClosed) in [(65_535 - 72, false), (65_535 - 71, true)] {
            let record = JournalRecordForTests(kind: 0x1001, payload: [1, 0] + Array(repeating: 7, count: count - 2))
            try record.withView { view in
                var maker = try EntryMaker(SaltKey(.zero), journal: JournalIdentity(high: 1, low: 2))
                _ = maker.make(view)
                let entry = try RecordEntry(parsing: Array(maker.bytes))
                #expect(entry.open.isEmpty == isClosed)
                #expect(entry.commitments.count == (isClosed ? 1 : 0))
                #expect(maker.bytes.count <= EntryBundle.entryByteCountMax)
                #expect(maker.parts(view).count == entry.commitments.count)
            }
        }
    }
}

/// A record that no journal has.
struct JournalRecordForTests {
    let kind: UInt16
    let payload: [UInt8]

    func withView(_ body: (JournalRecordView) throws -> Void) throws {
        try payload.withUnsafeBytes {
            try body(JournalRecordView(lsn: 1, position: 8, kind: kind, time: 0, payload: $0))
        }
    }
}

extension JournalRecord {
    func withView(_ body: (JournalRecordView) throws -> Void) throws {
        try payload.withUnsafeBytes {
            try body(JournalRecordView(lsn: lsn, position: position, kind: kind, time: time, payload: $0))
        }
    }
}
