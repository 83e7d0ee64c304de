import Checksum
import Randomness
import Testing

/// CRC-32C against published values, and the two implementations against each other.
struct CRC32CTests {
    /// RFC 3720 appendix B.4, and the check value of every CRC catalogue.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283 as UInt32),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ([UInt8](0..<32), 0x46DD_794E),
            ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
            ([], 0),
        ] as [([UInt8], UInt32)]
    )
    func publishedVectorsHold(bytes: [UInt8], expected: UInt32) {
        bytes.withUnsafeBytes { raw in
            #expect(CRC32C.checksum(raw) == expected)
            #expect(CRC32C.portableChecksum(raw) == expected)
        }
    }

    @Test func theInstructionAndTheTablesAgreeAtEveryLengthAndAlignment() {
        let seed = UInt64.random(in: .min ... .max)
        print("CRC32CTests seed \(seed)")
        var random = SeededRandom(seed: seed)
        let bytes = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        bytes.withUnsafeBytes { raw in
            for length in 0..<1_700 {
                let start = length % 9
                let part = UnsafeRawBufferPointer(rebasing: raw[start..<start + length])
                #expect(CRC32C.checksum(part) == CRC32C.portableChecksum(part), "length \(length)")
            }
            for _ in 0..<200 {
                let start = Int(random.next() % 64)
                let length = Int(random.next() % UInt64(raw.count - start))
                let part = UnsafeRawBufferPointer(rebasing: raw[start..<start + length])
                #expect(CRC32C.checksum(part) == CRC32C.portableChecksum(part), "length \(length)")
            }
        }
    }

    @Test func continuingOverAnyCutEqualsTheWhole() {
        let bytes = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 5) }
        bytes.withUnsafeBytes { raw in
            let whole = CRC32C.checksum(raw)
            for cut in stride(from: 0, through: raw.count, by: 13) {
                let head = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: raw[..<cut]))
                let tail = UnsafeRawBufferPointer(rebasing: raw[cut...])
                #expect(CRC32C.checksum(tail, continuing: head) == whole)
                #expect(CRC32C.portableChecksum(tail, continuing: head) == whole)
            }
        }
    }

    @Test func everySingleBitMatters() {
        var bytes = [UInt8](repeating: 0x5A, count: 800)
        let whole = bytes.withUnsafeBytes { CRC32C.checksum($0) }
        for bit in 0..<bytes.count * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(bytes.withUnsafeBytes { CRC32C.checksum($0) } != whole)
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
    }
}
