import Domain
import Wire

/// What a payment request is about, read without judging the frame: good for a hint and nothing else.
struct Preview {
    /// What the frame says of its length; at least that of a header.
    let frameByteCount: Int
    let requestID: RequestID
    let cardToken: CardToken

    /// Looks at the beginning of a frame; `nil` when the bytes end too early or belong to another message. All three
    /// payment requests begin with the request id and the card token.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer) {
        let start = WireLimits.frameHeaderByteCount
        guard bytes.count >= start + 32 else { return nil }
        // SAFETY: every load lies within the count just checked; loads need no alignment.
        let templateID = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 26, as: UInt16.self))
        guard templateID & 0xFFF0 == Authorize.templateID & 0xFFF0 else { return nil }
        frameByteCount = max(
            start,
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)))
        )
        func half(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self))
        }
        requestID = RequestID(high: half(0), low: half(8))
        cardToken = CardToken(high: half(16), low: half(24))
    }
}

/// The payment requests at the front of some bytes, one after the other, until something else comes.
struct Previews: IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inline(__always)
    mutating func next() -> Preview? {
        guard offset < bytes.count, let preview = Preview(UnsafeRawBufferPointer(rebasing: bytes[offset...])) else {
            return nil
        }
        offset += preview.frameByteCount
        return preview
    }
}
