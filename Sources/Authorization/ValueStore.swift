/// The different values that the keys of one shard had, each with the tick of its newest approval.
///
/// Units of 128 bytes of a slab, five values in each. Where a key has as many as it may, the one that was seen longest
/// ago gives way: so those that are left are always the newest, and of them as many are in the window as of all, up to
/// the bound. What is left depends on the approvals alone, not on where it lies.
struct ValueStore: ~Copyable {
    /// A value and when it was last seen.
    struct Entry: BitwiseCopyable, Equatable {
        var value: CounterValue
        var tick: Int64

        static let byteCount = 24

        /// Whether it gives way before another.
        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            tick != other.tick ? tick < other.tick : value.precedes(other.value)
        }
    }

    /// What a unit begins with.
    private struct Header: BitwiseCopyable {
        /// The next unit of the key; of a free unit: the next free one; 0: none.
        var next: UInt32
        var count: UInt32
    }

    private static let unitByteCount = 128
    private static let entriesOffset = 8
    private static let entriesPerUnit = 5

    private var units: Slab
    private var firstFree: UInt32 = 0
    private let pinned = Pinned()

    /// An empty one; it takes no memory before it is needed.
    init(memory: SlabMemory) {
        precondition(MemoryLayout<Entry>.size == Entry.byteCount)
        units = Slab(stride: Self.unitByteCount, segmentShift: 7, memory: memory)
    }

    /// How many bytes the units take.
    var byteCount: Int { units.byteCount }

    private func header(_ unit: UInt32) -> UnsafeMutablePointer<Header> {
        // SAFETY: a unit is 128 bytes, aligned to 32, and begins with a header, which `takeUnit` initialises.
        units.address(of: unit).assumingMemoryBound(to: Header.self)
    }

    private func entry(_ unit: UInt32, _ index: Int) -> UnsafeMutablePointer<Entry> {
        // SAFETY: 8 + 5 x 24 = 128, `index` is below `entriesPerUnit`, and entries below the count are initialised.
        (units.address(of: unit) + Self.entriesOffset + index * Entry.byteCount).assumingMemoryBound(to: Entry.self)
    }

    private mutating func takeUnit() -> UInt32 {
        // Number 0 stands for none.
        if units.count == 0 { _ = units.append() }
        let unit: UInt32
        if firstFree == 0 {
            unit = units.append()
        } else {
            unit = firstFree
            firstFree = header(unit).pointee.next
        }
        units.address(of: unit).initializeMemory(as: Header.self, to: Header(next: 0, count: 0))
        return unit
    }

    /// Notes a value at a tick, which is not before any other.
    ///
    /// - Parameters:
    ///   - first: the key's first unit; 0: it has none.
    ///   - windowTicks: what is older is as good as not there.
    ///   - most: how many values the key may have, above zero.
    /// - Complexity: linear in the values.
    mutating func note(
        _ value: CounterValue,
        at tick: Int64,
        windowTicks: UInt32,
        upTo most: Int,
        _ first: inout UInt32
    ) {
        let noted = Entry(value: value, tick: tick)
        var (unit, last, count) = (first, UInt32(0), 0)
        var oldest: UnsafeMutablePointer<Entry>?
        while unit != 0 {
            for index in 0..<Int(header(unit).pointee.count) {
                let entry = entry(unit, index)
                if entry.pointee.value == value {
                    entry.pointee.tick = tick
                    return
                }
                if let known = oldest, !entry.pointee.precedes(known.pointee) { continue }
                oldest = entry
            }
            count += Int(header(unit).pointee.count)
            last = unit
            unit = header(unit).pointee.next
        }
        if let oldest, count >= most || tick - oldest.pointee.tick >= Int64(windowTicks) {
            oldest.pointee = noted
        } else {
            append(noted, behind: last, &first)
        }
    }

    /// Adds a value that is not there.
    ///
    /// - Parameter last: the key's last unit; 0: it has none.
    private mutating func append(_ entry: Entry, behind last: UInt32, _ first: inout UInt32) {
        var unit = last
        if unit == 0 || header(unit).pointee.count == Self.entriesPerUnit {
            unit = takeUnit()
            if last == 0 { first = unit } else { header(last).pointee.next = unit }
        }
        let index = Int(header(unit).pointee.count)
        self.entry(unit, index).initialize(to: entry)
        header(unit).pointee.count += 1
    }

    /// The same for values from an image, of which none is twice.
    mutating func restore(_ entries: [Entry], _ first: inout UInt32) {
        var last: UInt32 = 0
        for entry in entries {
            append(entry, behind: last, &first)
            if last == 0 { last = first }
            if header(last).pointee.next != 0 { last = header(last).pointee.next }
        }
    }

    /// How many values were seen after a tick.
    func count(_ first: UInt32, after tick: Int64) -> Int {
        var count = 0
        forEach(first) { if $0.tick > tick { count += 1 } }
        return count
    }

    @inline(__always)
    func forEach(_ first: UInt32, _ body: (Entry) -> Void) {
        var unit = first
        while unit != 0 {
            for index in 0..<Int(header(unit).pointee.count) { body(entry(unit, index).pointee) }
            unit = header(unit).pointee.next
        }
    }

    /// Gives back a key's units.
    mutating func release(_ first: UInt32) {
        var unit = first
        while unit != 0 {
            let next = header(unit).pointee.next
            header(unit).pointee.next = firstFree
            firstFree = unit
            unit = next
        }
    }
}
