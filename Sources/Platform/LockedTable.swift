/// A fixed number of states, each behind its own adaptive lock and on cache lines of its own.
///
/// For sharded tables: no reference counting, and no two shards share a line. Whoever holds several locks takes them
/// in ascending order of index.
public struct LockedTable<State: ~Copyable>: ~Copyable, Sendable {
    /// The states, to be reached without the table; good as long as it lives.
    public let slots: LockedSlots<State>

    /// How many states there are.
    @inlinable public var count: Int { slots.count }

    /// - Parameters:
    ///   - count: At least 1.
    ///   - make: Called once for each index, ascending.
    /// - Throws: What `make` throws; the states made until then are destroyed.
    public init<Failure: Error>(count: Int, _ make: (Int) throws(Failure) -> State) throws(Failure) {
        precondition(count > 0, "a table has at least one slot")
        let line = max(LockLayout.lineByteCount, MemoryLayout<State>.alignment)
        let stateOffset = LockLayout.stateOffset(alignment: MemoryLayout<State>.alignment)
        let stride = (stateOffset + MemoryLayout<State>.stride + line - 1) / line * line
        // SAFETY: all states are initialised here, in `count` parts of `stride` bytes, and destroyed once.
        let base = UnsafeMutableRawPointer.allocate(byteCount: stride * count, alignment: line)
        slots = LockedSlots(base: base, stride: stride, stateOffset: stateOffset, count: count)
        for index in 0..<count {
            let slot = base + index * stride
            do {
                let made = try make(index)
                (slot + stateOffset).bindMemory(to: State.self, capacity: 1).initialize(to: made)
            } catch {
                Self.destroy(slots, count: index)
                throw error
            }
            slot.storeBytes(of: 0, as: UInt32.self)
        }
    }

    deinit { Self.destroy(slots, count: slots.count) }

    private static func destroy(_ slots: LockedSlots<State>, count: Int) {
        for index in 0..<count { slots.state(index).deinitialize(count: 1) }
        slots.base.deallocate()
    }

    /// Asks the processor for a lock and the beginning of its state, which are about to be used.
    @inlinable @inline(__always)
    public borrowing func prefetch(_ index: Int) { slots.prefetch(index) }

    /// Runs `body` on one state, alone.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ index: Int,
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try slots.withLock(index, body)
    }

    /// Runs `body` on one state, alone, unless somebody else has it just now.
    @inlinable
    public borrowing func withLockIfFree<Result>(_ index: Int, _ body: (inout State) -> Result?) -> Result? {
        slots.withLockIfFree(index, body)
    }

    /// Takes one lock and keeps it; pair it with `unlock(_:)`, in a `defer`.
    @inlinable @inline(__always)
    public borrowing func lock(_ index: Int) { slots.lock(index) }

    /// Gives back a lock taken by `lock(_:)`.
    @inlinable @inline(__always)
    public borrowing func unlock(_ index: Int) { slots.unlock(index) }

    /// The state of a slot whose lock the caller holds.
    @inlinable @inline(__always)
    public borrowing func state(_ index: Int) -> UnsafeMutablePointer<State> { slots.state(index) }
}
