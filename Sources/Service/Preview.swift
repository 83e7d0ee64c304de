import Domain
import Wire

/// What a frame is about, read without judging it: good for a hint and nothing else.
struct Preview {
    /// What the frame says of its length; at least that of a header.
    let frameByteCount: Int
    /// What a payment request begins with; `nil` for another message, or where the bytes end too early.
    let payment: (requestID: RequestID, cardToken: CardToken)?

    /// Looks at the beginning of a frame at an offset of 0 or more; `nil` when the bytes end before its header does.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let header = WireLimits.frameHeaderByteCount
        guard let base = bytes.baseAddress, bytes.count - offset >= header else { return nil }
        // SAFETY: every load lies within the count just checked; loads need no alignment.
        let frame = base + offset
        frameByteCount = max(header, Int(UInt32(littleEndian: frame.loadUnaligned(as: UInt32.self))))
        let templateID = UInt16(littleEndian: frame.loadUnaligned(fromByteOffset: 26, as: UInt16.self))
        guard templateID & 0xFFF0 == Authorize.templateID & 0xFFF0, bytes.count - offset >= header + 32 else {
            payment = nil
            return
        }
        func half(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: frame.loadUnaligned(fromByteOffset: header + offset, as: UInt64.self))
        }
        payment = (RequestID(high: half(0), low: half(8)), CardToken(high: half(16), low: half(24)))
    }
}
