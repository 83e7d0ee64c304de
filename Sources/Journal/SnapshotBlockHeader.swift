internal import Checksum

/// The 64 bytes before the payload of one block of a snapshot. Little-endian.
///
///     0  u32  magic              8  u32  block number, from 0     16 u64  offset in the file
///     4  u16  format version     12 u32  part                     24 u64  tag of the snapshot
///     6  u16  kind               32 u32  payload bytes            40 u64  first
///                                36 u32  items                    48 u64  LSN
///     56 u32  CRC-32C of the payload     60 u32  CRC-32C of the bytes before
///
/// Blocks start at multiples of 4,096 and are numbered without a gap; the last one is of kind `end`.
struct SnapshotBlockHeader: Equatable {
    static let byteCount = 64
    static let magic: UInt32 = 0x504E_5341
    static let version: UInt16 = 1
    static let alignment = 4_096
    /// The kind of the last block.
    static let end: UInt16 = .max

    var content: SnapshotBlock
    var number: UInt32
    var offset: UInt64
    var tag: UInt64
    var payloadByteCount: UInt32
    var payloadChecksum: UInt32

    /// Bytes from this block's start to the next block's.
    var alignedByteCount: Int { Self.aligned(Self.byteCount + Int(payloadByteCount)) }

    static func aligned(_ count: Int) -> Int { (count + alignment - 1) & ~(alignment - 1) }

    /// - Parameter place: Room for 64 bytes, aligned to 8.
    func write(at place: UnsafeMutableRawPointer) {
        // SAFETY: every store lies within the 64 bytes that the caller vouches for.
        place.storeBytes(of: Self.magic.littleEndian, as: UInt32.self)
        place.storeBytes(of: Self.version.littleEndian, toByteOffset: 4, as: UInt16.self)
        place.storeBytes(of: content.kind.littleEndian, toByteOffset: 6, as: UInt16.self)
        place.storeBytes(of: number.littleEndian, toByteOffset: 8, as: UInt32.self)
        place.storeBytes(of: content.part.littleEndian, toByteOffset: 12, as: UInt32.self)
        place.storeBytes(of: offset.littleEndian, toByteOffset: 16, as: UInt64.self)
        place.storeBytes(of: tag.littleEndian, toByteOffset: 24, as: UInt64.self)
        place.storeBytes(of: payloadByteCount.littleEndian, toByteOffset: 32, as: UInt32.self)
        place.storeBytes(of: content.itemCount.littleEndian, toByteOffset: 36, as: UInt32.self)
        place.storeBytes(of: content.first.littleEndian, toByteOffset: 40, as: UInt64.self)
        place.storeBytes(of: content.lsn.littleEndian, toByteOffset: 48, as: UInt64.self)
        place.storeBytes(of: payloadChecksum.littleEndian, toByteOffset: 56, as: UInt32.self)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(start: place, count: 60))
        place.storeBytes(of: checksum.littleEndian, toByteOffset: 60, as: UInt32.self)
    }

    /// A header whose checksum is right; nil for anything else.
    ///
    /// - Parameter bytes: At least 64.
    static func read(_ bytes: UnsafeRawBufferPointer) -> (header: SnapshotBlockHeader, version: UInt16)? {
        precondition(bytes.count >= byteCount, "a header has 64 bytes")
        // SAFETY: every load lies within the 64 bytes just checked.
        func load<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type) -> Word {
            Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }
        guard load(0, UInt32.self) == magic,
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<60])) == load(60, UInt32.self)
        else { return nil }
        let header = SnapshotBlockHeader(
            content: SnapshotBlock(
                kind: load(6, UInt16.self),
                part: load(12, UInt32.self),
                itemCount: load(36, UInt32.self),
                first: load(40, UInt64.self),
                lsn: load(48, UInt64.self)
            ),
            number: load(8, UInt32.self),
            offset: load(16, UInt64.self),
            tag: load(24, UInt64.self),
            payloadByteCount: load(32, UInt32.self),
            payloadChecksum: load(56, UInt32.self)
        )
        return (header, load(4, UInt16.self))
    }
}
