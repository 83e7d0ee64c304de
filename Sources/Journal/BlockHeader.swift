internal import Checksum

/// The 64 bytes before the records of one group commit. Little-endian.
///
///     0  u32  magic              8  u64  block sequence        32 u64  journal (identity, folded)
///     4  u16  format version     16 u64  first LSN             40 u32  records
///     6  u16  flags              24 u64  journal position      44 u32  bytes, header and records
///     48 u32  checksum of the previous block's header (0 before the first): the chain
///     52 u32  CRC-32C of the records     56 u32  zero     60 u32  CRC-32C of the bytes before
///
/// A header lies in one sector, which a disk writes whole or not at all: it is there or it is not, never torn.
struct BlockHeader: Equatable {
    static let byteCount = 64
    static let magic: UInt32 = 0x4B4C_4241
    static let version: UInt16 = 1

    /// Blocks start at its multiples, so that writing one never touches a page, or a disk's sector, of another.
    static let alignment = 4_096

    /// What a disk writes whole or not at all.
    static let sectorByteCount = 512

    /// No block is longer. Bounds where remains of a torn one can lie.
    static let blockByteCountMax = 16 << 20

    var flags: Flags
    var sequence: UInt64
    var firstLSN: UInt64
    var position: UInt64
    var journal: UInt64
    var recordCount: UInt32
    var blockByteCount: UInt32
    var previousChecksum: UInt32
    var bodyChecksum: UInt32

    /// What is special about a block.
    struct Flags: OptionSet {
        let rawValue: UInt16

        /// Written by an orderly close; has no records.
        static let closing = Flags(rawValue: 1)
    }

    /// Bytes from this block's start to the next block's.
    var alignedByteCount: Int { Self.aligned(Int(blockByteCount)) }

    static func aligned(_ count: Int) -> Int {
        (count + alignment - 1) & ~(alignment - 1)
    }

    /// Writes the header and gives its checksum, for the chain.
    ///
    /// - Parameter place: Room for 64 bytes, aligned to 8.
    func write(at place: UnsafeMutableRawPointer) -> UInt32 {
        // SAFETY: every store lies within the 64 bytes that the caller vouches for.
        place.storeBytes(of: Self.magic.littleEndian, as: UInt32.self)
        place.storeBytes(of: Self.version.littleEndian, toByteOffset: 4, as: UInt16.self)
        place.storeBytes(of: flags.rawValue.littleEndian, toByteOffset: 6, as: UInt16.self)
        place.storeBytes(of: sequence.littleEndian, toByteOffset: 8, as: UInt64.self)
        place.storeBytes(of: firstLSN.littleEndian, toByteOffset: 16, as: UInt64.self)
        place.storeBytes(of: position.littleEndian, toByteOffset: 24, as: UInt64.self)
        place.storeBytes(of: journal.littleEndian, toByteOffset: 32, as: UInt64.self)
        place.storeBytes(of: recordCount.littleEndian, toByteOffset: 40, as: UInt32.self)
        place.storeBytes(of: blockByteCount.littleEndian, toByteOffset: 44, as: UInt32.self)
        place.storeBytes(of: previousChecksum.littleEndian, toByteOffset: 48, as: UInt32.self)
        place.storeBytes(of: bodyChecksum.littleEndian, toByteOffset: 52, as: UInt32.self)
        place.storeBytes(of: 0, toByteOffset: 56, as: UInt32.self)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(start: place, count: 60))
        place.storeBytes(of: checksum.littleEndian, toByteOffset: 60, as: UInt32.self)
        return checksum
    }

    /// A header whose checksum is right, with that checksum; nil for anything else.
    ///
    /// - Parameter bytes: At least 64.
    static func read(_ bytes: UnsafeRawBufferPointer) -> (header: BlockHeader, version: UInt16, checksum: UInt32)? {
        precondition(bytes.count >= byteCount, "a header has 64 bytes")
        // SAFETY: every load lies within the 64 bytes just checked.
        func load<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type) -> Word {
            Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }
        let checksum = load(60, UInt32.self)
        guard load(0, UInt32.self) == magic,
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<60])) == checksum
        else { return nil }
        let header = BlockHeader(
            flags: Flags(rawValue: load(6, UInt16.self)),
            sequence: load(8, UInt64.self),
            firstLSN: load(16, UInt64.self),
            position: load(24, UInt64.self),
            journal: load(32, UInt64.self),
            recordCount: load(40, UInt32.self),
            blockByteCount: load(44, UInt32.self),
            previousChecksum: load(48, UInt32.self),
            bodyChecksum: load(52, UInt32.self)
        )
        return (header, load(4, UInt16.self), checksum)
    }
}
