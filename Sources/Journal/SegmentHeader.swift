internal import Checksum

/// The first 4,096 bytes of a segment's file. Little-endian; a CRC-32C of all before it in the last four bytes.
///
///     0  u64  magic      8  u32  format version    12 u32  variant
///     16 u64  identity, high     24 u64  identity, low
///     32 u64  index of the segment     40 u64  journal position of its first byte     48 u64  bytes in the file
struct SegmentHeader: Equatable {
    static let byteCount = 4_096
    static let magic: UInt64 = 0x314A_544E_4553_5341
    static let version: UInt32 = 1

    var identity: JournalIdentity
    var variant: UInt32
    var index: UInt64
    var base: UInt64
    var segmentByteCount: UInt64

    /// What can be wrong with a segment's header.
    enum Problem: Error, Equatable {
        case damaged
        case version(UInt32)
    }

    /// The name of a segment's file: its index in 16 hexadecimal digits, so that names sort as segments do.
    static func fileName(_ index: UInt64) -> String {
        let digits = String(index, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + ".segment"
    }

    /// The index that a file's name says; nil when it is not the name of a segment.
    static func index(ofFile name: String) -> UInt64? {
        guard name.utf8.count == 24, name.hasSuffix(".segment"), let index = UInt64(name.prefix(16), radix: 16),
            fileName(index) == name
        else { return nil }
        return index
    }

    func write(into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a segment header has 4,096 bytes")
        // SAFETY: every store lies within the bytes just checked.
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        bytes.storeBytes(of: Self.magic.littleEndian, as: UInt64.self)
        bytes.storeBytes(of: Self.version.littleEndian, toByteOffset: 8, as: UInt32.self)
        bytes.storeBytes(of: variant.littleEndian, toByteOffset: 12, as: UInt32.self)
        bytes.storeBytes(of: identity.high.littleEndian, toByteOffset: 16, as: UInt64.self)
        bytes.storeBytes(of: identity.low.littleEndian, toByteOffset: 24, as: UInt64.self)
        bytes.storeBytes(of: index.littleEndian, toByteOffset: 32, as: UInt64.self)
        bytes.storeBytes(of: base.littleEndian, toByteOffset: 40, as: UInt64.self)
        bytes.storeBytes(of: segmentByteCount.littleEndian, toByteOffset: 48, as: UInt64.self)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<(Self.byteCount - 4)]))
        bytes.storeBytes(of: checksum.littleEndian, toByteOffset: Self.byteCount - 4, as: UInt32.self)
    }

    static func read(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> SegmentHeader {
        guard bytes.count == byteCount else { throw .damaged }
        // SAFETY: every load lies within the bytes just checked.
        func load<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type) -> Word {
            Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }
        guard load(0, UInt64.self) == magic,
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<(byteCount - 4)]))
                == load(byteCount - 4, UInt32.self)
        else { throw .damaged }
        guard load(8, UInt32.self) == version else { throw .version(load(8, UInt32.self)) }
        return SegmentHeader(
            identity: JournalIdentity(high: load(16, UInt64.self), low: load(24, UInt64.self)),
            variant: load(12, UInt32.self),
            index: load(32, UInt64.self),
            base: load(40, UInt64.self),
            segmentByteCount: load(48, UInt64.self)
        )
    }
}
