import Platform

/// A fixed number of plain values in zeroed memory of their own, touched page by page as they are used.
struct MappedBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // SAFETY: the memory belongs to this value alone, which cannot be copied.
    private let base: UnsafeMutablePointer<Element>
    private let count: Int

    init(count: Int, hugePages: Bool) throws(PlatformError) {
        self.count = count
        base = try Memory.mapAnonymous(byteCount: count * MemoryLayout<Element>.stride, hugePages: hugePages)
            .bindMemory(to: Element.self, capacity: count)
    }

    deinit { Memory.unmap(UnsafeMutableRawPointer(base), byteCount: count * MemoryLayout<Element>.stride) }

    /// A part of the values, good as long as the buffer.
    func slice(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a slice lies in its buffer")
        return UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
