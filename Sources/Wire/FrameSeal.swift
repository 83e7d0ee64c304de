internal import Checksum

/// Puts the checksum on a frame.
public enum FrameSeal {
    /// Computes the CRC-32C of the frame with its checksum field zeroed, and stores it there.
    ///
    /// - Precondition: the frame has at least its 32 bytes of header.
    public static func seal(_ frame: UnsafeMutableRawBufferPointer) {
        precondition(frame.count >= WireLimits.frameHeaderByteCount, "a frame has a header")
        // SAFETY: bytes 20 to 23 are within the header just checked; stores need no alignment.
        frame.storeBytes(of: 0, toByteOffset: 20, as: UInt32.self)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(frame))
        frame.storeBytes(of: checksum.littleEndian, toByteOffset: 20, as: UInt32.self)
    }
}
