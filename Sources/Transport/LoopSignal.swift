internal import Synchronization

/// Lets the journal's thread wake a loop at most once per commit, and not at all when nobody waits there.
///
/// The loop says that somebody waits and then looks at the durable LSN; the journal's thread stores the durable LSN and
/// then looks whether somebody waits. All four are sequentially consistent, so one of the two sees the other.
final class LoopSignal: Sendable {
    private let hasWaiting = Atomic(false)
    private let isWoken = Atomic(false)

    /// On the loop: whether connections wait for durability.
    func setWaiting(_ waiting: Bool) { hasWaiting.store(waiting, ordering: .sequentiallyConsistent) }

    /// On the loop, before it looks at the durable LSN: the next commit wakes again.
    func clearWake() { isWoken.store(false, ordering: .sequentiallyConsistent) }

    /// On any thread, after the durable LSN was stored: whether the loop must be woken by the caller.
    func claimWake() -> Bool {
        hasWaiting.load(ordering: .sequentiallyConsistent)
            && !isWoken.exchange(true, ordering: .sequentiallyConsistent)
    }
}
