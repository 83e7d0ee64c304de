import Testing
import Wire

@testable import Transport

@Suite struct BusyFrameTests {
    @Test func itIsTheRejectToTheLetter() {
        var limits = TransportLimits()
        limits.busyRetryMicroseconds = 4_711
        let busy = BusyFrame(limits: limits)
        for (correlationID, templateID) in [(UInt64(1), UInt16(0x0100)), (0x7FFF_FFFF_FFFF_FFFF, 0x0223), (9, 0)] {
            var bytes = [UInt8](repeating: 0xAA, count: busy.byteCount)
            bytes.withUnsafeMutableBytes { target in
                busy.encode(into: target, correlationID: correlationID, templateID: templateID)
            }
            let reject = Reject(
                code: .busy,
                templateID: templateID,
                retryAfterMicroseconds: 4_711,
                detail: "the server has as many requests in flight as it may; send the same request again"
            )
            #expect(bytes == reject.encodedFrame(correlationID: correlationID))
        }
    }

    @Test func theOneBeyondACreditSaysSo() throws {
        let frame = BusyFrame(.creditExceeded, limits: TransportLimits())
        var bytes = [UInt8](repeating: 0, count: frame.byteCount)
        bytes.withUnsafeMutableBytes { frame.encode(into: $0, correlationID: 5, templateID: 0x0100) }
        let reject = try bytes.withUnsafeBytes {
            try Reject(decoding: UnsafeRawBufferPointer(rebasing: $0[32...]), header: FrameHeader(parsing: $0))
        }
        #expect(reject.code == .busy && reject.templateID == 0x0100)
        #expect(reject.detail == ConnectionStateMachine.Refusal.creditExceeded.detail(limits: TransportLimits()))
    }
}
