import Randomness
import Testing
import Wire

@Suite struct VectorTests {
    @Test func everyMessageHasVectors() {
        let names = Set(ValidVector.all.map(\.message))
        #expect(names.count == 128)
        #expect(ValidVector.all.count >= 4 * 96)
        #expect(InvalidVector.all.count >= 130)
        #expect(Set(ValidVector.all.map(\.name)).count == ValidVector.all.count)
        #expect(Set(InvalidVector.all.map(\.name)).count == InvalidVector.all.count)
    }

    @Test(arguments: ValidVector.all)
    func aValidFrameDecodesToItsFields(_ vector: ValidVector) throws {
        guard case .message(let any, let header) = judge(vector.bytes, cutter: lenientCutter) else {
            Issue.record("\(judge(vector.bytes, cutter: lenientCutter))")
            return
        }
        #expect(Plain(reflecting: any.message) == vector.fields)
        #expect(
            "\(type(of: any.message))"
                == vector.message.replacing("IdReply", with: "IDReply").replacing(#/Id$/#, with: "ID")
        )
        #expect(String(header.correlationID) == vector.correlationId)
        #expect(header.deadlineMicroseconds == vector.deadlineMicroseconds)
        #expect(header.version == vector.version)
        #expect(header.frameByteCount == vector.bytes.count)
    }

    @Test(arguments: ValidVector.all)
    func theFieldsEncodeToTheFrame(_ vector: ValidVector) throws {
        guard case .message(let any, let header) = judge(vector.bytes, cutter: lenientCutter) else {
            Issue.record("not decoded")
            return
        }
        let encoded = any.message.encodedFrame(
            correlationID: header.correlationID,
            deadlineMicroseconds: header.deadlineMicroseconds
        )
        #expect(encoded.count == any.message.frameByteCount)
        #expect((encoded == vector.bytes) == vector.canonical)
        guard case .message(let again, _) = judge(encoded, cutter: lenientCutter) else {
            Issue.record("what was encoded is not decoded")
            return
        }
        #expect(again == any)
        #expect(throws: Never.self) { _ = try any.message.checked() }
    }

    @Test(arguments: InvalidVector.all)
    func anInvalidFrameIsRefusedForItsRule(_ vector: InvalidVector) {
        let cutter = FrameCutter(frameByteCountMax: vector.frameBytesMax, acceptsPushes: vector.from == "server")
        #expect(judge(vector.bytes, cutter: cutter) == .refused(code: vector.code, field: vector.field))
        #expect(
            RejectCode(rawValue: vector.code).map { "\($0)" }
                == vector.codeName.replacing("RequestId", with: "RequestID")
        )
    }

    @Test(arguments: ValidVector.all)
    func everyPrefixOfAFrameNeedsMoreBytes(_ vector: ValidVector) {
        let bytes = vector.bytes
        let step = max(1, bytes.count / 200)
        for count in stride(from: 0, to: bytes.count, by: step) {
            #expect(judge(Array(bytes[..<count]), cutter: lenientCutter) == .incomplete)
        }
    }

    @Test(arguments: ValidVector.all.filter { $0.version <= FrameHeader.schemaVersion })
    func aFrameCutShortAndResealedIsRefused(_ vector: ValidVector) {
        let bytes = vector.bytes
        let step = max(1, bytes.count / 200)
        for count in stride(from: 32, to: bytes.count, by: step) {
            let judgement = judge(resealed(Array(bytes[..<count])), cutter: lenientCutter)
            guard case .refused(let code, _) = judgement else {
                Issue.record("\(count) of \(bytes.count) bytes: \(judgement)")
                continue
            }
            #expect(code == 303)
        }
    }

    @Test(arguments: ValidVector.all.filter { $0.bytes.count < 300 })
    func everyFlippedBitIsNoticed(_ vector: ValidVector) {
        let original = vector.bytes
        for bit in 0..<original.count * 8 {
            var bytes = original
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            switch judge(bytes, cutter: lenientCutter) {
            case .message: Issue.record("bit \(bit) made no difference")
            case .refused(let code, _): #expect((101...104).contains(code))
            // A longer length waits for bytes that do not come; the session's time-out ends it.
            case .incomplete: #expect(bit < 32)
            }
        }
    }

    @Test(arguments: ValidVector.all.filter { $0.bytes.count < 4_096 })
    func changedBytesUnderAGoodChecksumAreRefusedOrDecodedAndNothingElse(_ vector: ValidVector) {
        let seed = UInt64(truncatingIfNeeded: vector.frame.hashValueOfBytes)
        var generator = SeededRandom(seed: seed)
        for round in 0..<400 {
            var bytes = vector.bytes
            for _ in 0...Int.random(in: 0...3, using: &generator) {
                let index = Int.random(in: 24..<bytes.count, using: &generator)
                bytes[index] =
                    [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            guard case .message(let any, _) = judge(resealed(bytes), cutter: lenientCutter) else { continue }
            let again = judge(any.message.encodedFrame(correlationID: 1), cutter: lenientCutter)
            guard case .message(any, _) = again else {
                Issue.record("seed \(seed), round \(round): \(any) encodes to something else: \(again)")
                return
            }
        }
    }
}

extension String {
    /// A number that depends on the text alone, unlike `hashValue`: FNV-1a.
    fileprivate var hashValueOfBytes: UInt64 {
        utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
