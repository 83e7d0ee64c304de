public import CPlatform

/// One state behind one adaptive lock, both in one allocation that starts on a cache line of its own.
///
/// Not recursive. A small state shares the lock's cache line, so that taking the lock also fetches it.
public struct Locked<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // SAFETY: `state` is touched only between lock and unlock of `place`, both freed only by `deinit`.
    @usableFromInline let place: UnsafeMutableRawPointer
    @usableFromInline let state: UnsafeMutablePointer<State>

    /// Takes over the state.
    public init(_ initial: consuming State) {
        let offset = LockLayout.stateOffset(alignment: MemoryLayout<State>.alignment)
        place = UnsafeMutableRawPointer.allocate(
            byteCount: offset + MemoryLayout<State>.stride,
            alignment: max(LockLayout.lineByteCount, MemoryLayout<State>.alignment)
        )
        place.storeBytes(of: 0, as: UInt32.self)
        state = (place + offset).bindMemory(to: State.self, capacity: 1)
        state.initialize(to: initial)
    }

    deinit {
        state.deinitialize(count: 1)
        place.deallocate()
    }

    /// Asks the processor for the lock and the beginning of the state, which are about to be used.
    @inlinable @inline(__always)
    public borrowing func prefetch() {
        Memory.prefetchToWrite(place)
        Memory.prefetchToWrite(place + 64)
    }

    /// Runs `body` on the state, alone. No I/O, logging or callback belongs inside.
    ///
    /// - Complexity: 3 to 7 ns when nobody else holds the lock.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        assent_lock(place)
        defer { assent_unlock(place) }
        return try body(&state.pointee)
    }
}

/// Where things lie in an allocation that a lock starts.
@usableFromInline
enum LockLayout {
    /// Two lines of 64: processors fetch lines in pairs.
    @usableFromInline static let lineByteCount = 128

    @usableFromInline
    static func stateOffset(alignment: Int) -> Int {
        (Int(ASSENT_LOCK_BYTES) + alignment - 1) / alignment * alignment
    }
}
