private import CPlatform

/// One state behind a mutex, and threads that wait until it holds what they need.
///
/// For rare waits; the hot path uses `Locked` and `WakeSignal`.
public struct Monitor<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // SAFETY: `state` is touched only while `mutex` is held; the condition only ever goes with that mutex.
    private let mutex: UnsafeMutableRawPointer
    private let condition: UnsafeMutableRawPointer
    private let state: UnsafeMutablePointer<State>

    /// Takes over the state.
    public init(_ initial: consuming State) {
        mutex = .allocate(byteCount: LockLayout.lineByteCount, alignment: LockLayout.lineByteCount)
        condition = mutex + LockLayout.lineByteCount / 2
        assent_mutex_make(mutex)
        assent_condition_make(condition)
        state = .allocate(capacity: 1)
        state.initialize(to: initial)
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
        assent_condition_destroy(condition)
        assent_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` on the state, alone, then lets every waiter look again.
    public borrowing func update<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        assent_mutex_lock(mutex)
        defer {
            assent_condition_notify_all(condition)
            assent_mutex_unlock(mutex)
        }
        return try body(&state.pointee)
    }

    /// Runs `body` on the state, alone; waiters look again where it returns true.
    public borrowing func updateWaking(where body: (inout State) -> Bool) {
        assent_mutex_lock(mutex)
        defer { assent_mutex_unlock(mutex) }
        if body(&state.pointee) { assent_condition_notify_all(condition) }
    }

    /// Runs `body` on the state, alone, and wakes nobody.
    public borrowing func read<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        assent_mutex_lock(mutex)
        defer { assent_mutex_unlock(mutex) }
        return try body(state.pointee)
    }

    /// Waits until `body` gives a result; it is asked at once and after every update.
    public borrowing func wait<Result>(for body: (inout State) -> Result?) -> Result {
        assent_mutex_lock(mutex)
        defer { assent_mutex_unlock(mutex) }
        while true {
            if let result = body(&state.pointee) { return result }
            assent_condition_wait(condition, mutex)
        }
    }

    /// Waits as `wait(for:)` does, but no longer than a time on the monotonic clock.
    ///
    /// - Returns: Nil when the time came first.
    public borrowing func wait<Result>(
        untilNanoseconds deadline: Int64,
        for body: (inout State) -> Result?
    ) -> Result? {
        assent_mutex_lock(mutex)
        defer { assent_mutex_unlock(mutex) }
        while true {
            if let result = body(&state.pointee) { return result }
            if assent_condition_wait_until(condition, mutex, deadline) != 0 { return body(&state.pointee) }
        }
    }
}
