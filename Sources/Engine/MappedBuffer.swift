import Platform

/// A fixed number of plain values in zeroed memory of their own, touched page by page as they are used.
struct MappedBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // SAFETY: the memory belongs to this value alone, which cannot be copied; every index is checked.
    private let base: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int) throws(PlatformError) {
        self.count = count
        base = try Memory.mapAnonymous(byteCount: count * MemoryLayout<Element>.stride)
            .bindMemory(to: Element.self, capacity: count)
    }

    deinit { Memory.unmap(UnsafeMutableRawPointer(base), byteCount: count * MemoryLayout<Element>.stride) }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(index >= 0 && index < count, "an index lies in its buffer")
            return base[index]
        }
        @inline(__always) nonmutating set {
            precondition(index >= 0 && index < count, "an index lies in its buffer")
            base[index] = newValue
        }
    }

    func address(_ index: Int) -> UnsafeRawPointer { UnsafeRawPointer(base + index) }
}
