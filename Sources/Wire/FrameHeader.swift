/// The 32 bytes that begin every frame (Protocol §Frame header); the last eight are the SBE message header.
@frozen
public struct FrameHeader: Equatable, Sendable {
    /// Bytes of the whole frame, this header included.
    public var frameByteCount: UInt32
    /// Reserved bits; zero in a valid frame.
    public var flags: UInt8
    /// Which request this is, or answers; the top bit marks what the server sends on its own.
    public var correlationID: UInt64
    /// How long the request is worth deciding, in microseconds from its arrival; 0 for no limit.
    public var deadlineMicroseconds: UInt32
    /// Bytes of the root block that follows.
    public var blockLength: UInt16
    /// Which message follows.
    public var templateID: UInt16
    /// Which schema it belongs to.
    public var schemaID: UInt16
    /// Which version of that schema it was made from.
    public var version: UInt16

    /// The two bytes after the length, as a little-endian number.
    @inlinable public static var magic: UInt16 { 0xEB50 }
    /// The frame version of this layout, the only one that is spoken.
    @inlinable public static var frameVersion: UInt8 { 1 }
    /// Assent's schema.
    @inlinable public static var schemaID: UInt16 { 0x4153 }
    /// The version of the schema that this module was generated from.
    @inlinable public static var schemaVersion: UInt16 { 2 }
    /// The bit of a correlation id that marks what the server sends on its own.
    @inlinable public static var pushBit: UInt64 { 1 << 63 }

    /// A header of this schema's version without flags.
    @inlinable
    public init(
        frameByteCount: UInt32,
        correlationID: UInt64,
        deadlineMicroseconds: UInt32 = 0,
        blockLength: UInt16,
        templateID: UInt16
    ) {
        self.frameByteCount = frameByteCount
        flags = 0
        self.correlationID = correlationID
        self.deadlineMicroseconds = deadlineMicroseconds
        self.blockLength = blockLength
        self.templateID = templateID
        schemaID = Self.schemaID
        version = Self.schemaVersion
    }

    /// Reads the fields of the first 32 bytes without judging them.
    ///
    /// - Precondition: there are 32 bytes.
    @inlinable
    public init(parsing bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= WireLimits.frameHeaderByteCount, "a frame header has 32 bytes")
        // SAFETY: every offset below is within the 32 bytes just checked; loads need no alignment.
        frameByteCount = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        flags = bytes.loadUnaligned(fromByteOffset: 7, as: UInt8.self)
        correlationID = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        deadlineMicroseconds = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        blockLength = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt16.self))
        templateID = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 26, as: UInt16.self))
        schemaID = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 28, as: UInt16.self))
        version = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 30, as: UInt16.self))
    }

    /// Whether the server sent this on its own, rather than as an answer.
    @inlinable
    public var isPush: Bool { correlationID & Self.pushBit != 0 }

    /// Writes the 32 bytes, the checksum as zero.
    ///
    /// - Precondition: there is room for 32 bytes.
    @inlinable
    public func encode(into target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= WireLimits.frameHeaderByteCount, "a frame header has 32 bytes")
        // SAFETY: every offset below is within the 32 bytes just checked; stores need no alignment.
        target.storeBytes(of: frameByteCount.littleEndian, toByteOffset: 0, as: UInt32.self)
        target.storeBytes(of: Self.magic.littleEndian, toByteOffset: 4, as: UInt16.self)
        target.storeBytes(of: Self.frameVersion, toByteOffset: 6, as: UInt8.self)
        target.storeBytes(of: flags, toByteOffset: 7, as: UInt8.self)
        target.storeBytes(of: correlationID.littleEndian, toByteOffset: 8, as: UInt64.self)
        target.storeBytes(of: deadlineMicroseconds.littleEndian, toByteOffset: 16, as: UInt32.self)
        target.storeBytes(of: 0, toByteOffset: 20, as: UInt32.self)
        target.storeBytes(of: blockLength.littleEndian, toByteOffset: 24, as: UInt16.self)
        target.storeBytes(of: templateID.littleEndian, toByteOffset: 26, as: UInt16.self)
        target.storeBytes(of: schemaID.littleEndian, toByteOffset: 28, as: UInt16.self)
        target.storeBytes(of: version.littleEndian, toByteOffset: 30, as: UInt16.self)
    }
}
