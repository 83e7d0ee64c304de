public import CPlatform

/// A fixed number of states, each behind its own adaptive lock and on cache lines of its own.
///
/// For sharded tables: no reference counting, and no two shards share a line. Whoever holds several locks takes them
/// in ascending order of index.
public struct LockedTable<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // SAFETY: slot `i`'s state is touched only while slot `i`'s lock is held; `deinit` runs when nobody can.
    @usableFromInline let slots: UnsafeMutableRawPointer
    @usableFromInline let stride: Int
    @usableFromInline let stateOffset: Int

    /// How many states there are.
    public let count: Int

    /// - Parameters:
    ///   - count: At least 1.
    ///   - make: Called once for each index, ascending.
    /// - Throws: What `make` throws; the states made until then are destroyed.
    public init<Failure: Error>(count: Int, _ make: (Int) throws(Failure) -> State) throws(Failure) {
        precondition(count > 0, "a table has at least one slot")
        let line = max(LockLayout.lineByteCount, MemoryLayout<State>.alignment)
        self.count = count
        stateOffset = LockLayout.stateOffset(alignment: MemoryLayout<State>.alignment)
        stride = (stateOffset + MemoryLayout<State>.stride + line - 1) / line * line
        slots = UnsafeMutableRawPointer.allocate(byteCount: stride * count, alignment: line)
        for index in 0..<count {
            let slot = slots + index * stride
            do {
                let made = try make(index)
                (slot + stateOffset).bindMemory(to: State.self, capacity: 1).initialize(to: made)
            } catch {
                Self.destroy(slots, stride: stride, stateOffset: stateOffset, count: index)
                throw error
            }
            slot.storeBytes(of: 0, as: UInt32.self)
        }
    }

    deinit { Self.destroy(slots, stride: stride, stateOffset: stateOffset, count: count) }

    private static func destroy(_ slots: UnsafeMutableRawPointer, stride: Int, stateOffset: Int, count: Int) {
        for index in 0..<count {
            let slot = slots + index * stride
            (slot + stateOffset).assumingMemoryBound(to: State.self).deinitialize(count: 1)
        }
        slots.deallocate()
    }

    /// Asks the processor for a lock and the beginning of its state, which are about to be used.
    @inlinable @inline(__always)
    public borrowing func prefetch(_ index: Int) {
        precondition(index >= 0 && index < count, "no such slot")
        let slot = slots + index * stride
        Memory.prefetchToWrite(slot)
        Memory.prefetchToWrite(slot + 64)
        if stride > 128 { Memory.prefetchToWrite(slot + 128) }
    }

    /// Runs `body` on one state, alone.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ index: Int,
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock(index)
        defer { unlock(index) }
        return try body(&state(index).pointee)
    }

    /// Runs `body` on one state, alone, unless somebody else has it just now.
    @inlinable
    public borrowing func withLockIfFree<Result>(_ index: Int, _ body: (inout State) -> Result?) -> Result? {
        precondition(index >= 0 && index < count, "no such slot")
        guard assent_try_lock(slots + index * stride) != 0 else { return nil }
        defer { unlock(index) }
        return body(&state(index).pointee)
    }

    /// Takes one lock and keeps it; pair it with `unlock(_:)`, in a `defer`.
    @inlinable
    public borrowing func lock(_ index: Int) {
        precondition(index >= 0 && index < count, "no such slot")
        assent_lock(slots + index * stride)
    }

    /// Gives back a lock taken by `lock(_:)`.
    @inlinable
    public borrowing func unlock(_ index: Int) {
        precondition(index >= 0 && index < count, "no such slot")
        assent_unlock(slots + index * stride)
    }

    /// The state of a slot whose lock the caller holds.
    @inlinable
    public borrowing func state(_ index: Int) -> UnsafeMutablePointer<State> {
        precondition(index >= 0 && index < count, "no such slot")
        return (slots + index * stride + stateOffset).assumingMemoryBound(to: State.self)
    }
}
