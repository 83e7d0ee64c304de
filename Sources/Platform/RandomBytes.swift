private import CPlatform
internal import Glibc

/// Bytes nobody can foresee, from the kernel (getrandom(2)).
public enum RandomBytes {
    /// Fills a buffer.
    public static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var done = 0
        // SAFETY: each call gets the part that is not filled yet, and its exact size.
        while done < buffer.count, let start = buffer.baseAddress {
            let count = assent_random(start + done, buffer.count - done)
            precondition(count > 0 || errno == EINTR, "the kernel has random bytes")
            if count > 0 { done += Int(count) }
        }
    }

    /// A number of all 64 bits.
    public static func word() -> UInt64 {
        var word: UInt64 = 0
        withUnsafeMutableBytes(of: &word) { fill($0) }
        return word
    }
}
