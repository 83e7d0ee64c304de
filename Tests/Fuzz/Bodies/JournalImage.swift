import Checksum

/// The files of a journal made from an input, written from the format's description and not by the code under test.
struct JournalImage {
    static let segmentByteCount = 8 * pageByteCount
    private static let pageByteCount = 4_096
    private static let blockMagic: UInt32 = 0x4B4C_4241
    private static let identity: (high: UInt64, low: UInt64) = (0x1111_2222_3333_4444, 0x5555_6666_7777_8888)

    /// What is set right after the pieces are laid down.
    private struct Seal: OptionSet {
        let rawValue: UInt8

        /// The headers of both segments.
        static let segments = Seal(rawValue: 1)
        /// The journal and the position that a block says.
        static let places = Seal(rawValue: 2)
        /// The checksums of records and of a block's records.
        static let bodies = Seal(rawValue: 4)
        /// A block's sequence number, first LSN and chain, and the records' LSNs and places.
        static let chain = Seal(rawValue: 8)
        /// The checksum of a block's header.
        static let headers = Seal(rawValue: 16)
        /// There is only one segment.
        static let single = Seal(rawValue: 32)
    }

    private var pages = [UInt8](repeating: 0, count: 2 * segmentByteCount)
    private let seal: Seal

    /// - Returns: Nil when the input has no first byte.
    init?(_ input: UnsafeRawBufferPointer) {
        guard let first = input.first else { return nil }
        seal = Seal(rawValue: first)
        var at = 1
        while at + 3 <= input.count {
            let start = Int(input[at]) % 16 * Self.pageByteCount
            let length = Int(input[at + 1]) | Int(input[at + 2]) << 8
            at += 3
            let count = min(length, input.count - at, pages.count - start)
            for offset in 0..<count { pages[start + offset] = input[at + offset] }
            at += count
        }
        if seal.contains(.segments) {
            sealSegment(0)
            sealSegment(1)
        }
        sealBlocks()
    }

    /// The files by name, in order.
    var files: [(name: String, bytes: [UInt8])] {
        let second =
            seal.contains(.single) ? [] : [("0000000000000001.segment", Array(pages[Self.segmentByteCount...]))]
        return [("0000000000000000.segment", Array(pages[..<Self.segmentByteCount]))] + second
    }

    private mutating func sealSegment(_ index: Int) {
        let start = index * Self.segmentByteCount
        for offset in start..<start + Self.pageByteCount { pages[offset] = 0 }
        store(0x314A_544E_4553_5341 as UInt64, at: start)
        store(1 as UInt32, at: start + 8)
        store(Self.identity.high, at: start + 16)
        store(Self.identity.low, at: start + 24)
        store(UInt64(index), at: start + 32)
        store(UInt64(start), at: start + 40)
        store(UInt64(Self.segmentByteCount), at: start + 48)
        let end = start + Self.pageByteCount - 4
        store(checksum(start..<end), at: end)
    }

    private mutating func sealBlocks() {
        var sequence: UInt64 = 1
        var lsn: UInt64 = 1
        var chain: UInt32 = 0
        for start in stride(from: 0, to: pages.count, by: Self.pageByteCount) {
            guard start % Self.segmentByteCount != 0, load(UInt32.self, at: start) == Self.blockMagic else { continue }
            let recordCount = load(UInt32.self, at: start + 40)
            let end = min(start + max(64, Int(load(UInt32.self, at: start + 44))), pages.count)
            if seal.contains(.places) {
                store(UInt64(start), at: start + 24)
                store(Self.identity.high ^ Self.identity.low, at: start + 32)
            }
            if seal.contains(.chain) {
                store(sequence, at: start + 8)
                store(lsn, at: start + 16)
                store(chain, at: start + 48)
            }
            sealRecords(start + 64..<end, firstLSN: lsn)
            if seal.contains(.bodies) { store(checksum(start + 64..<end), at: start + 52) }
            if seal.contains(.headers) { store(checksum(start..<start + 60), at: start + 60) }
            sequence += 1
            lsn += UInt64(recordCount)
            chain = load(UInt32.self, at: start + 60)
        }
    }

    private mutating func sealRecords(_ range: Range<Int>, firstLSN: UInt64) {
        var at = range.lowerBound
        var lsn = firstLSN
        while at + 32 <= range.upperBound {
            let payload = Int(load(UInt32.self, at: at + 4))
            let next = at + (32 + payload + 7) / 8 * 8
            guard next <= range.upperBound else { return }
            if seal.contains(.chain) {
                store(lsn, at: at + 8)
                store(UInt32(at / 8), at: at + 28)
            }
            if seal.contains(.bodies) { store(checksum(at + 4..<at + 32 + payload), at: at) }
            at = next
            lsn += 1
        }
    }

    private func checksum(_ range: Range<Int>) -> UInt32 {
        pages.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private func load<Word: FixedWidthInteger>(_: Word.Type, at offset: Int) -> Word {
        pages.withUnsafeBytes { Word(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Word.self)) }
    }

    private mutating func store<Word: FixedWidthInteger>(_ word: Word, at offset: Int) {
        pages.withUnsafeMutableBytes { $0.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self) }
    }
}
