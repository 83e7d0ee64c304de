import Domain
import Randomness
import Testing

@testable import Wire

@Suite struct WireMessageTests {
    @Test func aTextAboveItsLimitIsRefusedBeforeItIsSent() throws {
        var message = try #require(authorize())
        message.merchantName = String(repeating: "é", count: 32)
        #expect(try message.checked() == message)
        message.merchantName += "x"
        let error = #expect(throws: WireError.self) { try message.checked() }
        #expect(error?.field == "merchantName")
        #expect(error?.rejectCode == .malformedText)
        #expect(error?.detail == "merchantName: 65 bytes; at most 64 are allowed")
    }

    @Test func aFieldThatTheReceiverWouldRefuseIsRefusedBeforeItIsSent() throws {
        var message = try #require(authorize())
        message.amount = 0
        let error = #expect(throws: WireError.self) { try message.checked() }
        #expect(error?.detail == "amount: 0 is not from 1 to 1000000000000000")
        message.amount = WireLimits.amountMax
        #expect(try message.checked() == message)
        message.requestID = RequestID(high: 0, low: 0)
        #expect(#expect(throws: WireError.self) { try message.checked() }?.rejectCode == .zeroRequestID)
    }

    @Test func aGroupAboveItsLimitIsRefusedBeforeItIsSent() {
        let entry = ConfigGetReply.SettingsEntry(key: "k", value: "v", help: "")
        let full = ConfigGetReply(
            configurationVersion: .zero,
            more: false,
            settings: Array(repeating: entry, count: WireLimits.settingsPerReplyMax)
        )
        #expect(throws: Never.self) { try full.checked() }
        var more = full
        more.settings.append(entry)
        #expect(#expect(throws: WireError.self) { try more.checked() }?.rejectCode == .malformedBody)
    }

    @Test func aByteFieldOfAnotherWidthIsRefusedBeforeItIsSent() {
        let reply = DigestReply(
            lsn: .zero,
            digest: Array(repeating: 0, count: 15),
            cards: 0,
            rememberedIDs: 0,
            policyVersion: .zero
        )
        #expect(#expect(throws: WireError.self) { try reply.checked() }?.field == "digest")
    }

    @Test func aMessageOfAnotherTemplateIsRefused() {
        let frame = Ping(payload: 1).encodedFrame(correlationID: 1)
        let error = #expect(throws: WireError.self) {
            try frame.withUnsafeBytes { bytes in
                let body = UnsafeRawBufferPointer(rebasing: bytes[32...])
                _ = try Pong(decoding: body, header: FrameHeader(parsing: bytes))
            }
        }
        #expect(error?.problem == .unexpectedTemplate(expected: Pong.templateID))
    }

    @Test func textForTheWireHasNoControlCharactersAndIsCutBetweenCharacters() {
        #expect("a\nb\u{85}c\u{7F}".wireText(maximumByteCount: 64) == "a b c ")
        #expect("ééé".wireText(maximumByteCount: 5) == "éé")
        #expect("💳💳".wireText(maximumByteCount: 7) == "💳")
        #expect("".wireText(maximumByteCount: 0) == "")
    }

    @Test func aViewReadsInPlaceWhatTheValueHolds() throws {
        let message = try #require(authorize())
        let frame = message.encodedFrame(correlationID: 4)
        try frame.withUnsafeBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[32...])
            let view = try Authorize.View(body, header: FrameHeader(parsing: bytes))
            #expect(view.requestID == message.requestID)
            #expect(view.cardToken == message.cardToken)
            #expect(view.amount == message.amount)
            #expect(view.merchantAmount == nil)
            #expect(view.transmissionTime == message.transmissionTime)
            #expect(view.merchantID == message.merchantID)
            #expect(view.terminalID == message.terminalID)
            #expect(view.currency == message.currency)
            #expect(view.merchantCountry == message.merchantCountry)
            #expect(view.merchantCategory == message.merchantCategory)
            #expect(view.presence == .present)
            #expect(view.entryMode == .chip)
            #expect(view.initiator == .cardholder)
            #expect(view.flags == [.recurring])
            #expect(Array(view.merchantName) == Array("Café".utf8))
            #expect(view.merchantName.baseAddress == bytes.baseAddress.map { $0 + 32 + Int(Authorize.blockLength) + 2 })
            #expect(Array(view.merchantCity) == Array("Köln".utf8))
        }
    }

    /// A view is judged as a whole first, and field by field only if something is wrong.
    @Test func judgingAllFieldsAtOnceFindsWhatJudgingEachFinds() throws {
        let message = try #require(authorize())
        let frame = message.encodedFrame(correlationID: 4)
        var generator = SeededRandom(seed: 5)
        var soundCount = 0
        for round in 0..<20_000 {
            var bytes = frame
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 32..<32 + Int(Authorize.blockLength), using: &generator)
                bytes[place] = [0, 0x20, 0x41, 0x7F, 0xFF].randomElement(using: &generator) ?? 0
            }
            try bytes.withUnsafeBytes { bytes in
                let reader = try BlockReader(
                    body: UnsafeRawBufferPointer(rebasing: bytes[32...]),
                    header: FrameHeader(parsing: bytes),
                    templateID: Authorize.templateID,
                    blockLength: Authorize.blockLength
                )
                let isSound = (try? Authorize.View.judge(reader)) != nil
                #expect(Authorize.View.isSound(reader) == isSound, "round \(round): \(Array(bytes))")
                if isSound { soundCount += 1 }
            }
        }
        #expect((5_000...18_000).contains(soundCount))
    }

    /// Spaces at the end are padding, whatever the width; elsewhere they are characters.
    @Test(arguments: ["", "A", "A B", "12345678", "123456789", "A       B", "123456789012345"])
    func spacesAtTheEndOfAFieldArePadding(_ text: String) throws {
        var message = try #require(authorize())
        message.merchantID = try #require(Text16(text))
        var frame = message.encodedFrame(correlationID: 4)
        for index in 0..<15 where index >= text.utf8.count { frame[32 + 56 + index] = UInt8(ascii: " ") }
        guard case .message(.authorize(let decoded), _) = judge(resealed(frame), cutter: lenientCutter) else {
            Issue.record("refused")
            return
        }
        #expect(decoded == message)
    }

    private func authorize() -> Authorize? {
        guard let merchantID = Text16("000123456789012"), let terminalID = Text16("TERM0042"),
            let currency = Currency("EUR"), let country = Country("DE"), let category = MerchantCategory(code: 5411)
        else { return nil }
        return Authorize(
            requestID: RequestID(high: 1, low: 2),
            cardToken: CardToken(high: 3, low: 4),
            amount: 1_250,
            transmissionTime: Instant(microseconds: 1_795_253_400_000_000),
            merchantID: merchantID,
            terminalID: terminalID,
            currency: currency,
            merchantCountry: country,
            merchantCategory: category,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [.recurring],
            merchantName: "Café",
            merchantCity: "Köln"
        )
    }
}
