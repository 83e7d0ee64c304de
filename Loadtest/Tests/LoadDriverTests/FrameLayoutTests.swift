import Domain
import LoadModel
import Testing
import Wire

@testable import LoadDriver

/// The load loop writes and reads fields in place; the codecs generated from the schema are the authority.
struct FrameLayoutTests {
    @Test func aPatchedFrameIsByteForByteWhatTheCodecEncodes() throws {
        let currency = try #require(Currency("EUR"))
        var generator = SeededGenerator(seed: 1)
        let frames = MerchantFrames.make(currency: currency)
        #expect(frames.count == 16)
        let table = TemplateTable(frames.map(RequestTemplate.init(frame:)))
        for index in frames.indices {
            let decoded: Authorize = try frames[index].withUnsafeBytes { bytes in
                let body = UnsafeRawBufferPointer(rebasing: bytes[32...])
                return try Authorize(decoding: body, header: FrameHeader(parsing: bytes))
            }
            var expected = decoded
            expected.requestID = RequestID(high: generator.next(), low: generator.next())
            expected.cardToken = CardToken(high: generator.next(), low: generator.next())
            expected.amount = 1 + Int64(generator.below(1_000_000))
            expected.transmissionTime = Instant(microseconds: Int64(generator.below(1 << 50)))
            let correlation = generator.next() >> 1
            let made = [UInt8](unsafeUninitializedCapacity: table.frameByteCountMax) { buffer, count in
                if let start = buffer.baseAddress {
                    count = table.write(
                        template: index,
                        to: UnsafeMutableRawPointer(start),
                        correlation: correlation,
                        request: expected.requestID,
                        token: expected.cardToken,
                        amount: expected.amount,
                        transmissionTime: expected.transmissionTime.microseconds
                    )
                }
            }
            #expect(made == expected.encodedFrame(correlationID: correlation))
        }
    }

    @Test func theFieldsOfAReplyLieWhereTheCodecWritesThem() {
        let reply = AuthorizeReply(
            decision: DecisionBlock(
                lsn: LogSequenceNumber(rawValue: 0x1111),
                decidedAt: .epoch,
                approvedAmount: 0x2222,
                spendingLimit: 0x3333,
                posted: 0x4444,
                held: 0x5555,
                available: 0x6666,
                retryAt: .epoch,
                policyVersion: .zero,
                checksRun: [],
                checksFailed: [],
                checksFlagged: [],
                outcome: .flagged,
                reason: .partiallyApproved,
                retryClass: .later,
                responseCode: Text16(),
                currency: nil,
                approvalCode: Text16()
            )
        )
        let frame = reply.encodedFrame(correlationID: 5)
        #expect(frame.count == FrameLayout.replyByteCount)
        frame.withUnsafeBytes { bytes in
            func number(_ offset: Int) -> Int64 { bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self) }
            #expect(number(FrameLayout.correlationOffset) == 5)
            #expect(number(FrameLayout.lsnOffset) == 0x1111)
            #expect(number(FrameLayout.approvedAmountOffset) == 0x2222)
            #expect(number(FrameLayout.limitOffset) == 0x3333)
            #expect(number(FrameLayout.postedOffset) == 0x4444)
            #expect(number(FrameLayout.heldOffset) == 0x5555)
            #expect(number(FrameLayout.availableOffset) == 0x6666)
            #expect(bytes[FrameLayout.outcomeOffset] == Outcome.flagged.rawValue)
            #expect(bytes[FrameLayout.reasonOffset] == Reason.partiallyApproved.rawValue)
        }
    }

    @Test func theTemplatesAndTheRejectCodeAreTheSchemas() {
        #expect(FrameLayout.authorize == Authorize.templateID)
        #expect(FrameLayout.authorizeReply == AuthorizeReply.templateID)
        #expect(FrameLayout.reject == Reject.templateID)
        #expect(FrameLayout.ping == Ping.templateID)
        #expect(FrameLayout.pong == Pong.templateID)
        #expect(FrameLayout.goAway == GoAway.templateID)
        #expect(FrameLayout.pushBit == FrameHeader.pushBit)
        #expect(FrameLayout.magic == FrameHeader.magic)
        let reject = Reject(code: .busy, templateID: 1, retryAfterMicroseconds: 2, detail: "")
        let frame = reject.encodedFrame(correlationID: 1)
        #expect(frame.count >= FrameLayout.rejectByteCountMin)
        let code = frame.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: FrameLayout.rejectCodeOffset, as: UInt16.self)
        }
        #expect(code == RejectCode.busy.rawValue)
    }
}
