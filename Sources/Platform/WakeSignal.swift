private import CPlatform
internal import Synchronization

/// One thread sleeps until another has something for it; raising it costs a system call only while the thread sleeps.
///
/// Any number of threads raise, one thread waits. A raise is never lost and never counted: two before a wait are one.
public final class WakeSignal: Sendable {
    private enum Word {
        static let quiet: UInt32 = 0
        static let raised: UInt32 = 1
        static let sleeping: UInt32 = 2
    }

    // SAFETY: a four-byte word at a fixed address for the futex call, freed only by `deinit`; every access is atomic.
    private nonisolated(unsafe) let word: UnsafeMutablePointer<Atomic<UInt32>>

    /// Nothing raised.
    public init() {
        word = .allocate(capacity: 1)
        word.initialize(to: Atomic(Word.quiet))
    }

    deinit {
        word.deinitialize(count: 1)
        word.deallocate()
    }

    /// Wakes the waiter, or lets its next wait return at once.
    public func raise() {
        // Always an exchange, never only a look: what was written before must reach a waiter that resets just now.
        if word.pointee.exchange(Word.raised, ordering: .acquiringAndReleasing) == Word.sleeping {
            assent_futex_wake(word, 1)
        }
    }

    /// Whether a wait would return at once.
    public var isRaised: Bool {
        word.pointee.load(ordering: .acquiring) == Word.raised
    }

    /// Returns after a raise, which it takes back.
    ///
    /// - Parameter spinCount: How often to look before sleeping, each look some tens of nanoseconds.
    public func wait(spinCount: Int = 0) {
        for _ in 0..<spinCount {
            if isRaised { break }
            assent_spin_hint()
        }
        while true {
            let (_, seen) = word.pointee.compareExchange(
                expected: Word.quiet,
                desired: Word.sleeping,
                ordering: .sequentiallyConsistent
            )
            if seen == Word.raised {
                _ = word.pointee.exchange(Word.quiet, ordering: .acquiringAndReleasing)
                return
            }
            assent_futex_wait(word, Word.sleeping)
        }
    }
}
