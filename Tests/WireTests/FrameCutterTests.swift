import Checksum
import Testing
import Wire

@Suite struct FrameCutterTests {
    @Test func aFrameOfNoBodyHasThirtyTwoBytesInTheOrderOfTheSpecification() {
        let frame = Health().encodedFrame(correlationID: 0x0102_0304_0506_0708, deadlineMicroseconds: 0x1112_1314)
        #expect(frame.count == 32)
        #expect(Array(frame[0..<8]) == [32, 0, 0, 0, 0x50, 0xEB, 1, 0])
        #expect(Array(frame[8..<20]) == [8, 7, 6, 5, 4, 3, 2, 1, 0x14, 0x13, 0x12, 0x11])
        #expect(Array(frame[24..<32]) == [0, 0, 0x02, 0x08, 0x53, 0x41, 2, 0])
    }

    @Test func theChecksumIsThatOfTheWholeFrameWithItsFieldZero() {
        var frame = Ping(payload: 7).encodedFrame(correlationID: 9)
        let carried = frame[20..<24].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(frame.withUnsafeBytes { FrameCutter.checksum(ofFrame: $0) } == carried)
        frame.replaceSubrange(20..<24, with: [0, 0, 0, 0])
        #expect(frame.withUnsafeBytes { CRC32C.checksum($0) } == carried)
    }

    @Test func onlyTheFirstOfTwoFramesIsCut() {
        let first = Ping(payload: 1).encodedFrame(correlationID: 5)
        let both = first + Ping(payload: 2).encodedFrame(correlationID: 6)
        let cut = both.withUnsafeBytes { FrameCutter().cut($0) }
        guard case .frame(let header) = cut else {
            Issue.record("\(cut)")
            return
        }
        #expect(header.correlationID == 5)
        #expect(header.frameByteCount == first.count)
    }

    @Test func whatIsMissingIsSaidExactlyOnceTheLengthIsKnown() {
        let frame = Ping(payload: 1).encodedFrame(correlationID: 5)
        for count in 0..<frame.count {
            let cut = frame.withUnsafeBytes { FrameCutter().cut(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            #expect(cut == .needsMore(totalByteCount: count < 7 ? 32 : 40))
        }
    }

    @Test func badMagicAndVersionAndLengthAreNoticedBeforeTheFrameIsWhole() {
        var frame = Ping(payload: 1).encodedFrame(correlationID: 5)
        frame[6] = 2
        #expect(frame[..<7].withUnsafeBytes { FrameCutter().cut($0) } == .failure(.unsupportedVersion(2)))
        frame[5] = 0
        #expect(frame[..<6].withUnsafeBytes { FrameCutter().cut($0) } == .failure(.badMagic(0x0050)))
        let long = [UInt8]([0x01, 0x10, 0, 0, 0x50, 0xEB, 1])
        #expect(long.withUnsafeBytes { FrameCutter().cut($0) } == .failure(.badLength(4_097, maximum: 4_096)))
        let cutter = FrameCutter(frameByteCountMax: 4_097)
        #expect(long.withUnsafeBytes { cutter.cut($0) } == .needsMore(totalByteCount: 4_097))
    }

    @Test func theTopCorrelationBitIsTheServersAndAPongsToIt() {
        let push = Ping(payload: 1).encodedFrame(correlationID: FrameHeader.pushBit | 3)
        let pong = Pong(payload: 1).encodedFrame(correlationID: FrameHeader.pushBit | 3)
        let server = FrameCutter()
        let client = FrameCutter(acceptsPushes: true)
        let failure = FrameCut.failure(.reservedBits(flags: 0, correlationID: FrameHeader.pushBit | 3))
        #expect(push.withUnsafeBytes { server.cut($0) } == failure)
        for (frame, cutter) in [(push, client), (pong, server), (pong, client)] {
            guard case .frame(let header) = frame.withUnsafeBytes({ cutter.cut($0) }) else {
                Issue.record("refused")
                continue
            }
            #expect(header.isPush)
        }
    }

    @Test func everyErrorSaysWhatIsWrongAndWhatWouldBeRight() {
        #expect(FrameError.badMagic(0x50EB).detail == "bytes 4 and 5 are eb50, not 50eb")
        #expect(FrameError.unsupportedVersion(9).detail == "frame version 9 is not spoken; versions spoken: 1")
        #expect(FrameError.badLength(5, maximum: 4_096).detail == "frame length 5 is not from 32 to 4096")
        let codes = [
            FrameError.badMagic(0), .unsupportedVersion(0), .badLength(0, maximum: 0),
            .badChecksum(carried: 0, computed: 1), .reservedBits(flags: 1, correlationID: 0),
        ].map(\.rejectCode.rawValue)
        #expect(codes == [101, 104, 102, 103, 106])
    }
}
