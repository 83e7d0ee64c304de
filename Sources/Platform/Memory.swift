public import CPlatform
internal import Glibc

/// Memory straight from the kernel, and hints to the processor.
public enum Memory {
    /// Zeroed memory that starts on a page (mmap(2)).
    ///
    /// Pages take real memory when first touched. Never given back: for tables that live as long as the process.
    ///
    /// - Parameter hugePages: Whether to ask for huge pages (madvise(2)): fewer misses of the address cache where reads
    ///   are random, at the price of memory that is taken 2 MiB at a time.
    /// - Throws: When the kernel refuses; nothing is mapped then.
    public static func mapAnonymous(
        byteCount: Int,
        hugePages: Bool = true
    ) throws(PlatformError) -> UnsafeMutableRawPointer {
        precondition(byteCount > 0, "a mapping has at least one byte")
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw lastError("map", "\(byteCount) bytes of memory") }
        if hugePages { _ = madvise(memory, byteCount, Int32(MADV_HUGEPAGE)) }
        return memory
    }

    /// Has the kernel give all pages of a part of `mapAnonymous(byteCount:)`'s memory now (madvise(2)
    /// MADV_POPULATE_WRITE): for a fraction of what as many faults cost later. What is in them stays.
    ///
    /// An old kernel refuses, and then the pages come when they are touched.
    public static func populate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        let before = Int(bitPattern: memory) & (pageByteCount - 1)
        _ = madvise(memory - before, before + byteCount, Int32(MADV_POPULATE_WRITE))
    }

    private static let pageByteCount = 4_096

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

    /// Asks the processor to fetch the cache line at an address for writing; any address is allowed.
    @inlinable @inline(__always)
    public static func prefetchToWrite(_ address: UnsafeRawPointer) {
        assent_prefetch_to_write(address)
    }

    /// Whether every byte is zero.
    public static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
        // SAFETY: both ranges lie in the buffer; each byte is compared with its neighbour, and the first with zero.
        return bytes[0] == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
    }

    /// Sets every byte to zero.
    public static func clear(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        // SAFETY: the buffer vouches for its bytes.
        memset(start, 0, bytes.count)
    }
}
