private import CChecksum

/// CRC-32C (Castagnoli), as RFC 3720 appendix B.4 defines it: guards frames on the wire and records on disk.
public enum CRC32C {
    /// The checksum of `bytes`, finalised.
    ///
    /// `checksum(b, continuing: checksum(a))` equals the checksum of `a` followed by `b`.
    ///
    /// - Parameters:
    ///   - bytes: Any number of bytes, at any alignment.
    ///   - continuing: The checksum of what came before; 0 at the start.
    /// - Complexity: O(n); about 0.4 ns for 8 bytes in short input with the processor's instruction, a third in long.
    public static func checksum(_ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0) -> UInt32 {
        // SAFETY: the buffer vouches for `count` readable bytes; the C side reads no more and keeps nothing.
        assent_crc32c(continuing, bytes.baseAddress, bytes.count)
    }

    /// The same by tables alone, as on a processor without the instruction; tests compare the two.
    package static func portableChecksum(_ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0) -> UInt32 {
        // SAFETY: as above.
        assent_crc32c_portable(continuing, bytes.baseAddress, bytes.count)
    }

    /// Whether this processor computes CRC-32C by instruction.
    package static var isAccelerated: Bool {
        assent_crc32c_is_accelerated() != 0
    }
}
