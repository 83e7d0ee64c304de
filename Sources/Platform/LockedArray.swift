public import Glibc

/// A fixed number of states, each behind a lock of its own and on cache lines of its own.
///
/// The lock is an adaptive `pthread_mutex_t`: it spins for a moment before it sleeps, which suits critical sections
/// of well under a microsecond. Locks are taken in ascending order by whoever takes more than one.
public struct LockedArray<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // SAFETY: a state is reached only between the lock and the unlock of its own mutex, and the memory lives as long
    // as this value, which cannot be copied.
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let stride: Int
    /// How many states there are.
    public let count: Int

    /// Makes each state from its index.
    ///
    /// - Throws: what `make` throws; the states made before it are freed.
    public init<Failure: Error>(count: Int, make: (Int) throws(Failure) -> State) throws(Failure) {
        precondition(count > 0, "an array of locks has at least one")
        let lineByteCount = 128
        let stride = (Self.stateOffset + MemoryLayout<State>.stride + lineByteCount - 1) / lineByteCount * lineByteCount
        self.count = count
        self.stride = stride
        base = .allocate(byteCount: stride * count, alignment: lineByteCount)
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
        defer { pthread_mutexattr_destroy(&attributes) }
        for index in 0..<count {
            do {
                let made = try make(index)
                Self.state(base, stride, index).initialize(to: made)
            } catch {
                Self.destroy(base, stride, upTo: index)
                throw error
            }
            pthread_mutex_init(Self.mutex(base, stride, index), &attributes)
        }
    }

    deinit { Self.destroy(base, stride, upTo: count) }

    /// Runs the body with the state at this index, alone.
    @inlinable
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ index: Int, _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(index >= 0 && index < count, "a shard index is in range")
        let mutex = Self.mutex(base, stride, index)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&Self.state(base, stride, index).pointee)
    }

    /// Runs the body while every lock is held, taken in ascending order.
    ///
    /// The body reaches the states through the function that it is given.
    public func withAllLocked<Result: ~Copyable, Failure: Error>(
        _ body: ((Int) -> UnsafeMutablePointer<State>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        for index in 0..<count { pthread_mutex_lock(Self.mutex(base, stride, index)) }
        defer {
            for index in (0..<count).reversed() { pthread_mutex_unlock(Self.mutex(base, stride, index)) }
        }
        return try body { [base, stride, count] index in
            precondition(index >= 0 && index < count, "a shard index is in range")
            return Self.state(base, stride, index)
        }
    }

    @usableFromInline static var stateOffset: Int {
        let alignment = max(MemoryLayout<State>.alignment, 16)
        return (MemoryLayout<pthread_mutex_t>.size + alignment - 1) / alignment * alignment
    }

    @usableFromInline
    static func mutex(
        _ base: UnsafeMutableRawPointer, _ stride: Int, _ index: Int
    ) -> UnsafeMutablePointer<pthread_mutex_t> {
        (base + stride * index).assumingMemoryBound(to: pthread_mutex_t.self)
    }

    @usableFromInline
    static func state(_ base: UnsafeMutableRawPointer, _ stride: Int, _ index: Int) -> UnsafeMutablePointer<State> {
        (base + stride * index + stateOffset).assumingMemoryBound(to: State.self)
    }

    private static func destroy(_ base: UnsafeMutableRawPointer, _ stride: Int, upTo count: Int) {
        for index in 0..<count {
            state(base, stride, index).deinitialize(count: 1)
            pthread_mutex_destroy(mutex(base, stride, index))
        }
        base.deallocate()
    }
}
