public import CPlatform
internal import Glibc

/// Memory straight from the kernel, and hints to the processor.
public enum Memory {
    /// Zeroed memory that starts on a page, in huge pages where the kernel has them (mmap(2), madvise(2)).
    ///
    /// Pages take real memory when first touched. Never given back: for tables that live as long as the process.
    ///
    /// - Throws: When the kernel refuses; nothing is mapped then.
    public static func mapAnonymous(byteCount: Int) throws(PlatformError) -> UnsafeMutableRawPointer {
        precondition(byteCount > 0, "a mapping has at least one byte")
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw lastError("map", "\(byteCount) bytes of memory") }
        _ = madvise(memory, byteCount, Int32(MADV_HUGEPAGE))
        return memory
    }

    /// Gives back memory from `mapAnonymous(byteCount:)`.
    public static func unmap(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        let code = munmap(memory, byteCount)
        precondition(code == 0, "this memory was mapped")
    }

    /// Asks the processor to fetch the cache line at an address; any address is allowed.
    @inlinable @inline(__always)
    public static func prefetch(_ address: UnsafeRawPointer) {
        assent_prefetch(address)
    }
}
