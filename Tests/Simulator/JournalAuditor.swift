import Checksum

/// Reads the journal's blocks off the simulated disk with code of its own, written from the format's description, and
/// remembers every record that was ever durable.
struct JournalAuditor {
    /// A record as it lies on the disk.
    struct Record: Equatable {
        let lsn: UInt64
        let kind: UInt16
        let time: Int64
        let payload: [UInt8]
    }

    /// Where a block lies.
    struct Block {
        let segment: String
        let firstLSN: UInt64
        let offset: Int
        let byteCount: Int
        let recordCount: Int
    }

    /// Which bytes count.
    enum View { case seen, durable }

    /// Every record known to be durable; the one with LSN n at n - 1.
    private(set) var records: [Record] = []
    /// The blocks that they came in.
    private(set) var blocks: [Block] = []
    private var chain: UInt32 = 0
    private var segment = 0
    private var offset = headerByteCount
    private var sequence: UInt64 = 1

    private static let headerByteCount = 4_096

    var durableLSN: UInt64 { UInt64(records.count) }

    /// Goes on as far as whole blocks lie behind each other.
    mutating func advance(_ disk: SimulatedDisk, _ view: View = .durable) throws(SimulationFailure) {
        let segments = disk.journal.segments
        while segment < segments.count {
            let (name, contents) = segments[segment]
            let bytes = view == .durable ? contents.durable : contents.bytes
            if try take(bytes, in: name) { continue }
            // The writer goes on in the next segment when a whole buffer no longer fits.
            guard segment + 1 < segments.count else { return }
            let next = segments[segment + 1].contents
            guard Self.hasBlock(view == .durable ? next.durable : next.bytes, sequence: sequence) else { return }
            segment += 1
            offset = Self.headerByteCount
        }
    }

    /// Everything from the beginning.
    static func readAll(_ disk: SimulatedDisk, _ view: View) throws(SimulationFailure) -> JournalAuditor {
        var auditor = JournalAuditor()
        try auditor.advance(disk, view)
        return auditor
    }

    /// A little-endian number somewhere in bytes.
    static func word<Word: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int, _: Word.Type) -> Word {
        bytes.withUnsafeBytes { Word(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Word.self)) }
    }

    private static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private static func hasBlock(_ bytes: [UInt8], sequence: UInt64) -> Bool {
        bytes.count >= headerByteCount + 64 && word(bytes, headerByteCount, UInt32.self) == 0x4B4C_4241
            && word(bytes, headerByteCount + 8, UInt64.self) == sequence
    }

    private mutating func take(_ bytes: [UInt8], in name: String) throws(SimulationFailure) -> Bool {
        guard offset + 64 <= bytes.count, Self.word(bytes, offset, UInt32.self) == 0x4B4C_4241 else { return false }
        let headerChecksum = Self.word(bytes, offset + 60, UInt32.self)
        let byteCount = Int(Self.word(bytes, offset + 44, UInt32.self))
        guard Self.checksum(bytes, offset..<offset + 60) == headerChecksum, offset + byteCount <= bytes.count,
            Self.checksum(bytes, offset + 64..<offset + byteCount) == Self.word(bytes, offset + 52, UInt32.self)
        else { return false }
        let place = "block at byte \(offset) of \(name)"
        try SimulationFailure.require(Self.word(bytes, offset + 8, UInt64.self) == sequence, "\(place): sequence")
        try SimulationFailure.require(Self.word(bytes, offset + 48, UInt32.self) == chain, "\(place): chain")
        try SimulationFailure.require(
            Self.word(bytes, offset + 16, UInt64.self) == durableLSN + 1,
            "\(place): starts with another record than \(durableLSN + 1)"
        )
        let recordCount = Int(Self.word(bytes, offset + 40, UInt32.self))
        var at = offset + 64
        for _ in 0..<recordCount {
            let payloadByteCount = Int(Self.word(bytes, at + 4, UInt32.self))
            let lsn = Self.word(bytes, at + 8, UInt64.self)
            try SimulationFailure.require(lsn == durableLSN + 1, "\(place): record \(lsn) in a wrong place")
            let end = at + 32 + payloadByteCount
            try SimulationFailure.require(
                Self.checksum(bytes, at + 4..<end) == Self.word(bytes, at, UInt32.self),
                "\(place): record \(lsn) has a wrong checksum"
            )
            records.append(
                Record(
                    lsn: lsn,
                    kind: Self.word(bytes, at + 24, UInt16.self),
                    time: Self.word(bytes, at + 16, Int64.self),
                    payload: Array(bytes[at + 32..<end])
                )
            )
            at = (end + 7) & ~7
        }
        try SimulationFailure.require(at == offset + byteCount, "\(place): its records do not fill it")
        blocks.append(
            Block(
                segment: name,
                firstLSN: durableLSN + 1 - UInt64(recordCount),
                offset: offset,
                byteCount: byteCount,
                recordCount: recordCount
            )
        )
        chain = headerChecksum
        sequence += 1
        offset += (byteCount + 4_095) & ~4_095
        return true
    }
}
