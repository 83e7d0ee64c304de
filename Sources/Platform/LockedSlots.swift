public import CPlatform

/// The states of a `LockedTable` and their locks, for whoever sees to it that the table outlives them.
///
/// Plain addresses: reaching a state through the object that has the table counts a reference each time, and two
/// threads that do so take turns with that count.
public struct LockedSlots<State: ~Copyable>: @unchecked Sendable {
    // SAFETY: slot `i`'s state is touched only while slot `i`'s lock is held, or while nobody else has the table; the
    // table, which owns the memory, lives as long as anybody uses this.
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let stride: Int
    @usableFromInline let stateOffset: Int

    /// How many states there are.
    public let count: Int

    init(base: UnsafeMutableRawPointer, stride: Int, stateOffset: Int, count: Int) {
        self.base = base
        self.stride = stride
        self.stateOffset = stateOffset
        self.count = count
    }

    /// Asks the processor for a lock and the beginning of its state, which are about to be used.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        precondition(index >= 0 && index < count, "no such slot")
        let slot = base + index * stride
        Memory.prefetchToWrite(slot)
        Memory.prefetchToWrite(slot + 64)
        if stride > 128 { Memory.prefetchToWrite(slot + 128) }
    }

    /// Runs `body` on one state, alone.
    @inlinable
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ index: Int,
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock(index)
        defer { unlock(index) }
        return try body(&state(index).pointee)
    }

    /// Runs `body` on one state, alone, unless somebody else has it just now.
    @inlinable
    public func withLockIfFree<Result>(_ index: Int, _ body: (inout State) -> Result?) -> Result? {
        precondition(index >= 0 && index < count, "no such slot")
        guard assent_try_lock(base + index * stride) != 0 else { return nil }
        defer { unlock(index) }
        return body(&state(index).pointee)
    }

    /// Takes one lock and keeps it; pair it with `unlock(_:)`, in a `defer`.
    @inlinable @inline(__always)
    public func lock(_ index: Int) {
        precondition(index >= 0 && index < count, "no such slot")
        assent_lock(base + index * stride)
    }

    /// Gives back a lock taken by `lock(_:)`.
    @inlinable @inline(__always)
    public func unlock(_ index: Int) {
        precondition(index >= 0 && index < count, "no such slot")
        assent_unlock(base + index * stride)
    }

    /// The state of a slot whose lock the caller holds, or of a table that nobody else has.
    @inlinable @inline(__always)
    public func state(_ index: Int) -> UnsafeMutablePointer<State> {
        precondition(index >= 0 && index < count, "no such slot")
        return (base + index * stride + stateOffset).assumingMemoryBound(to: State.self)
    }
}
