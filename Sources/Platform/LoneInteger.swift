public import Synchronization

/// An atomic integer on a cache line of its own, for one that is written so often that whatever lay beside it would be
/// slow to read on other processors.
public struct LoneInteger: ~Copyable, @unchecked Sendable {
    // SAFETY: the memory is initialised in `init`, belongs to this value alone, and holds an atomic.
    @usableFromInline let place: UnsafeMutablePointer<Atomic<Int>>

    /// Begins with a value.
    public init(_ initial: Int) {
        place =
            UnsafeMutableRawPointer
            .allocate(byteCount: LockLayout.lineByteCount, alignment: LockLayout.lineByteCount)
            .bindMemory(to: Atomic<Int>.self, capacity: 1)
        place.initialize(to: Atomic(initial))
    }

    deinit {
        place.deinitialize(count: 1)
        place.deallocate()
    }

    /// The value, in no order with anything else.
    @inlinable @inline(__always)
    public borrowing func loadRelaxed() -> Int { place.pointee.load(ordering: .relaxed) }

    /// Sets the value, in no order with anything else.
    @inlinable @inline(__always)
    public borrowing func storeRelaxed(_ value: Int) { place.pointee.store(value, ordering: .relaxed) }

    /// The value, in the one order of all such loads and stores.
    @inlinable @inline(__always)
    public borrowing func load() -> Int { place.pointee.load(ordering: .sequentiallyConsistent) }

    /// Sets the value, in the one order of all such loads and stores.
    @inlinable @inline(__always)
    public borrowing func store(_ value: Int) { place.pointee.store(value, ordering: .sequentiallyConsistent) }

    /// Asks the processor for it.
    @inlinable @inline(__always)
    public borrowing func prefetch() { Memory.prefetchToWrite(place) }
}
