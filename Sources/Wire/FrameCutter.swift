internal import Checksum

/// What the bytes at the front of a connection's buffer are.
public enum FrameCut: Equatable, Sendable {
    /// No whole frame yet: there must be this many bytes in all before it is worth looking again.
    case needsMore(totalByteCount: Int)
    /// A whole, undamaged frame: its first `header.frameByteCount` bytes.
    case frame(FrameHeader)
    /// The connection cannot go on.
    case failure(FrameError)
}

/// Finds frames at the front of a buffer: a pure function of bytes that copies, allocates and keeps nothing.
///
/// The order of its judgements is the specification's (Protocol §Frame header): magic, frame version and length as soon
/// as their bytes are there, so that nothing is awaited for a frame that will be refused; then, with the whole frame,
/// the checksum and the reserved bits.
@frozen
public struct FrameCutter: Sendable {
    /// The longest frame that this session takes now, in bytes.
    public var frameByteCountMax: Int
    /// Whether correlation ids with the push bit are fine: true in a client, false in a server.
    public var acceptsPushes: Bool

    /// A cutter with the limit of the session's state.
    @inlinable
    public init(frameByteCountMax: Int = WireLimits.frameByteCountMaxBeforeHello, acceptsPushes: Bool = false) {
        self.frameByteCountMax = frameByteCountMax
        self.acceptsPushes = acceptsPushes
    }

    /// Judges the bytes from the front of the buffer.
    ///
    /// - Complexity: O(1) until the frame is whole, then linear in its length.
    public func cut(_ bytes: UnsafeRawBufferPointer) -> FrameCut {
        // SAFETY: every load lies within the count just checked; loads need no alignment.
        if bytes.count >= 6 {
            let magic = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
            guard magic == FrameHeader.magic else { return .failure(.badMagic(magic)) }
        }
        if bytes.count >= 7, bytes[6] != FrameHeader.frameVersion {
            return .failure(.unsupportedVersion(bytes[6]))
        }
        guard bytes.count >= 7 else { return .needsMore(totalByteCount: WireLimits.frameHeaderByteCount) }
        let length = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        guard length >= WireLimits.frameHeaderByteCount, length <= frameByteCountMax else {
            return .failure(.badLength(length, maximum: frameByteCountMax))
        }
        guard bytes.count >= length else { return .needsMore(totalByteCount: Int(length)) }
        let frame = UnsafeRawBufferPointer(rebasing: bytes[..<Int(length)])
        let carried = UInt32(littleEndian: frame.loadUnaligned(fromByteOffset: 20, as: UInt32.self))
        let computed = Self.checksum(ofFrame: frame)
        guard carried == computed else { return .failure(.badChecksum(carried: carried, computed: computed)) }
        let header = FrameHeader(parsing: frame)
        let pushIsFine = acceptsPushes || !header.isPush || header.templateID == Pong.templateID
        guard header.flags == 0, pushIsFine else {
            return .failure(.reservedBits(flags: header.flags, correlationID: header.correlationID))
        }
        return .frame(header)
    }

    /// CRC-32C of a frame with its checksum field taken as zero.
    ///
    /// - Precondition: the frame has at least its 32 bytes of header.
    public static func checksum(ofFrame frame: UnsafeRawBufferPointer) -> UInt32 {
        precondition(frame.count >= WireLimits.frameHeaderByteCount, "a frame has a header")
        // SAFETY: the header's four words lie in the frame; loads need no alignment.
        func word(_ offset: Int) -> UInt64 { frame.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        // The field is the second half of the third.
        let third = UInt64(littleEndian: word(16)) & 0xFFFF_FFFF
        let header = (word(0), word(8), third.littleEndian, word(24))
        let head = withUnsafeBytes(of: header) { CRC32C.checksum($0) }
        let rest = UnsafeRawBufferPointer(rebasing: frame[WireLimits.frameHeaderByteCount...])
        return CRC32C.checksum(rest, continuing: head)
    }
}
