internal import Wire

/// The Reject of a request that is one too many, encoded once: past saturation most answers are this one, and what they
/// cost is taken from those that are decided. The same for one beyond its connection's credit, of which a peer can send
/// as many as it likes.
struct BusyFrame: Sendable {
    private let bytes: [UInt8]

    private static let correlationOffset = 8
    private static let checksumOffset = 20
    private static let templateOffset = WireLimits.frameHeaderByteCount + 2

    init(_ refusal: ConnectionStateMachine.Refusal = .overloaded, limits: TransportLimits) {
        let message = Reject(
            code: refusal.code,
            templateID: 0,
            retryAfterMicroseconds: limits.busyRetryMicroseconds,
            detail: refusal.detail(limits: limits)
        )
        bytes = message.encodedFrame(correlationID: 0)
    }

    /// Bytes of the frame.
    var byteCount: Int { bytes.count }

    /// Writes it as the answer to one request.
    ///
    /// - Parameter target: `byteCount` bytes.
    func encode(into target: UnsafeMutableRawBufferPointer, correlationID: UInt64, templateID: UInt16) {
        precondition(target.count == bytes.count, "room for the frame")
        target.copyBytes(from: bytes)
        // SAFETY: every store lies within a frame's header and the first bytes of its body, which the count has.
        target.storeBytes(of: correlationID.littleEndian, toByteOffset: Self.correlationOffset, as: UInt64.self)
        target.storeBytes(of: templateID.littleEndian, toByteOffset: Self.templateOffset, as: UInt16.self)
        target.storeBytes(of: 0, toByteOffset: Self.checksumOffset, as: UInt32.self)
        let checksum = FrameCutter.checksum(ofFrame: UnsafeRawBufferPointer(target))
        target.storeBytes(of: checksum.littleEndian, toByteOffset: Self.checksumOffset, as: UInt32.self)
    }
}
