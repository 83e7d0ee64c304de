internal import Checksum

/// Finds the one bit whose change explains a wrong CRC-32C.
///
/// The checksum is linear: the difference between the checksums of two texts depends only on where they differ. So the
/// difference that one changed bit makes is worked out for every place, from the last byte backwards, and compared.
enum SingleBit {
    /// The reflected polynomial of CRC-32C (RFC 3720, appendix B.4).
    private static let polynomial: UInt32 = 0x82F6_3B78

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ polynomial }
    }

    /// - Returns: The byte and the bit that, changed, give the bytes this checksum; nil when no single one does.
    /// - Complexity: O(n), a few nanoseconds a byte.
    static func find(in bytes: UnsafeRawBufferPointer, checksum: UInt32) -> (byte: Int, bit: UInt8)? {
        let difference = CRC32C.checksum(bytes) ^ checksum
        guard difference != 0 else { return nil }
        return table.withUnsafeBufferPointer { table in
            var effects = (0..<8).map { table[1 << $0] }
            return effects.withUnsafeMutableBufferPointer { effects in
                for byte in stride(from: bytes.count - 1, through: 0, by: -1) {
                    for bit in 0..<8 {
                        if effects[bit] == difference { return (byte, UInt8(bit)) }
                        effects[bit] = table[Int(effects[bit] & 0xFF)] ^ effects[bit] >> 8
                    }
                }
                return nil
            }
        }
    }
}
