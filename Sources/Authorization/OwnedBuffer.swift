/// A fixed number of plain values in memory that belongs to this value and goes with it.
///
/// What the hot path reads lies in these rather than in arrays: no reference counts, no copies on write.
struct OwnedBuffer<Element: BitwiseCopyable>: ~Copyable {
    // SAFETY: allocated in `init`, freed in `deinit` and nowhere else; the subscript checks its bounds.
    private let base: UnsafeMutablePointer<Element>
    let count: Int

    private let memory: SlabMemory

    init(repeating element: Element, count: Int, memory: SlabMemory = .heap) {
        precondition(count >= 0)
        self.memory = memory
        base = memory.allocate(max(1, count) * MemoryLayout<Element>.stride)
            .bindMemory(to: Element.self, capacity: max(1, count))
        base.initialize(repeating: element, count: count)
        self.count = count
    }

    init(_ elements: [Element], orEmpty filler: Element) {
        self.init(repeating: filler, count: elements.count)
        for (index, element) in elements.enumerated() { base[index] = element }
    }

    deinit { memory.release(UnsafeMutableRawPointer(base), max(1, count) * MemoryLayout<Element>.stride) }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            return base[index]
        }
        set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            base[index] = newValue
        }
    }

    /// The elements without a check of bounds, for a loop whose indexes are in bounds by construction; it says why.
    var unchecked: UnsafePointer<Element> { UnsafePointer(base) }

    /// Where an element lies, for the processor to fetch ahead.
    func address(of index: Int) -> UnsafeRawPointer {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
        return UnsafeRawPointer(base + index)
    }
}
