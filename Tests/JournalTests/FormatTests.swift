import Testing

@testable import Journal

/// The bytes on disk.
struct FormatTests {
    private static let header = BlockHeader(
        flags: [],
        sequence: 7,
        firstLSN: 9,
        position: 8_192,
        journal: 0x1122_3344_5566_7788,
        recordCount: 2,
        blockByteCount: 200,
        previousChecksum: 0xAABB_CCDD,
        bodyChecksum: 0x0102_0304
    )

    private func bytes(of header: BlockHeader) -> [UInt64] {
        var words = [UInt64](repeating: .max, count: 8)
        words.withUnsafeMutableBytes { raw in
            guard let start = raw.baseAddress else { return }
            _ = header.write(at: start)
        }
        return words
    }

    /// Written down, so that a change of format cannot go unnoticed.
    @Test func aBlockHeaderHasTheseBytes() {
        let words = bytes(of: Self.header)
        #expect(
            words.prefix(7).map { $0.littleEndian } == [
                0x0000_0001_4B4C_4241, 7, 9, 8_192, 0x1122_3344_5566_7788, 0x0000_00C8_0000_0002,
                0x0102_0304_AABB_CCDD,
            ]
        )
        #expect(words[7] & 0xFFFF_FFFF == 0)
    }

    @Test func aBlockHeaderReadsAsItWasWrittenAndNoChangedBitGoesUnnoticed() {
        var words = bytes(of: Self.header)
        words.withUnsafeMutableBytes { raw in
            #expect(BlockHeader.read(UnsafeRawBufferPointer(raw))?.header == Self.header)
            for bit in 0..<raw.count * 8 {
                raw[bit / 8] ^= 1 << (bit % 8)
                #expect(BlockHeader.read(UnsafeRawBufferPointer(raw)) == nil, "bit \(bit)")
                raw[bit / 8] ^= 1 << (bit % 8)
            }
        }
    }

    @Test func aSegmentHeaderReadsAsItWasWrittenAndNoChangedBitGoesUnnoticed() {
        let header = SegmentHeader(
            identity: JournalIdentity(high: 1, low: 2),
            variant: 3,
            index: 4,
            base: 5,
            segmentByteCount: 6
        )
        var bytes = [UInt8](repeating: 0xEE, count: SegmentHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        #expect(bytes.withUnsafeBytes { raw in (try? SegmentHeader.read(raw)) == header })
        for byte in 0..<bytes.count {
            bytes[byte] ^= 1 << (byte % 8)
            _ = bytes.withUnsafeBytes { raw in
                #expect(throws: SegmentHeader.Problem.damaged) { try SegmentHeader.read(raw) }
            }
            bytes[byte] ^= 1 << (byte % 8)
        }
    }

    @Test(arguments: [0, 1, 7, 8, 31, 350, 65_536])
    func aRecordReadsAsItWasWritten(length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
        let place = UnsafeMutableRawBufferPointer.allocate(
            byteCount: RecordFormat.byteCount(payload: length) + 8,
            alignment: 8
        )
        defer { place.deallocate() }
        guard let start = place.baseAddress else { return }
        place.initializeMemory(as: UInt8.self, repeating: 0xEE)
        payload.withUnsafeBytes { raw in
            RecordFormat.write(at: start, lsn: 5, position: 4_160, kind: 65_535, time: -1, payload: raw)
        }
        #expect(RecordFormat.read(UnsafeRawBufferPointer(place), at: 0, position: 4_160) == nil)
        #expect(RecordFormat.seal(start) == place.count - 8)
        let raw = UnsafeRawBufferPointer(place)
        let record = RecordFormat.read(raw, at: 0, position: 4_160).map { JournalRecord($0) }
        #expect(record?.lsn == 5 && record?.kind == 65_535 && record?.time == -1 && record?.payload == payload)
        // The padding is zero, and what comes behind is left alone.
        #expect(raw[(32 + length)..<(place.count - 8)].allSatisfy { $0 == 0 })
        #expect(raw[(place.count - 8)...].allSatisfy { $0 == 0xEE })
        #expect(RecordFormat.read(raw, at: 0, position: 4_168) == nil, "a record from another place")
        let cut = UnsafeRawBufferPointer(rebasing: raw[..<(place.count - 9)])
        #expect(RecordFormat.read(cut, at: 0, position: 4_160) == nil, "a record that is cut off")
    }

    @Test func fileNamesSortAsSegmentsDoAndNothingElseIsTaken() {
        #expect(SegmentHeader.fileName(0) == "0000000000000000.segment")
        #expect(SegmentHeader.fileName(0x1F) == "000000000000001f.segment")
        for index in [0, 1, 255, 65_536, UInt64.max] {
            #expect(SegmentHeader.index(ofFile: SegmentHeader.fileName(index)) == index)
        }
        for name in ["", "lock", "000000000000001F.segment", "0000000000000001.segment.new", "1.segment"] {
            #expect(SegmentHeader.index(ofFile: name) == nil)
        }
    }
}
