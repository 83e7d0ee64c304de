import Domain
import Wire

extension RequestID {
    /// Reads where a payment request has its id, without judging the frame: good for a hint and nothing else.
    ///
    /// `nil` when the bytes end before it or belong to another message.
    @inline(__always)
    init?(peekingAtFrame bytes: UnsafeRawBufferPointer) {
        let start = WireLimits.frameHeaderByteCount
        guard bytes.count >= start + 16 else { return nil }
        // SAFETY: both loads lie within the count just checked; loads need no alignment.
        let templateID = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 26, as: UInt16.self))
        guard templateID & 0xFFF0 == Authorize.templateID & 0xFFF0 else { return nil }
        self.init(
            high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
            low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self))
        )
    }
}
