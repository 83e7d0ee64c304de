/// A fixed number of plain values in memory that belongs to this value and goes with it: no reference counts, no copies
/// on write, so that reading it while deciding allocates nothing.
struct Buffer<Element: BitwiseCopyable>: ~Copyable {
    // SAFETY: allocated in `init`, freed in `deinit` and nowhere else; the subscript checks its bounds. Code that reads
    // through `base` says why its indexes are in bounds.
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(repeating element: Element, count: Int) {
        precondition(count >= 0)
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: element, count: max(1, count))
        self.count = count
    }

    init(_ elements: [Element], filler: Element) {
        self.init(repeating: filler, count: elements.count)
        for (index, element) in elements.enumerated() { base[index] = element }
    }

    deinit { base.deallocate() }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            return base[index]
        }
        nonmutating set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            base[index] = newValue
        }
    }
}
