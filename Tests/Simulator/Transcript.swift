/// A running checksum over everything that a simulation did, to tell whether two runs were the same: FNV-1a over words,
/// with the upper half of each product mixed into the lower.
struct Transcript {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: UInt64) {
        value = (value ^ number) &* 0x100_0000_01B3
        value ^= value >> 32
    }

    mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(bytes.count)
        let wordsEnd = bytes.count & ~7
        for offset in stride(from: 0, to: wordsEnd, by: 8) {
            add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        for byte in bytes[wordsEnd...] { add(UInt64(byte)) }
    }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }
}
