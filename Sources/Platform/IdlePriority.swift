private import CPlatform

/// The lowest priority that a thread can have (sched(7), SCHED_IDLE).
///
/// Such a thread may be stopped at any place for as long as others are busy. So it must never hold a lock that one of
/// them could want.
public enum IdlePriority {
    /// Gives it to the calling thread, for good.
    public static func take() throws(PlatformError) {
        guard assent_become_idle() == 0 else { throw lastError("lower the priority of", "a thread") }
    }

    /// Whether the calling thread has it.
    public static var isTaken: Bool { assent_is_idle() == 1 }
}
