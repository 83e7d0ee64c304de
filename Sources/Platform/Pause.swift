internal import Glibc

/// Doing nothing for a while.
public enum Pause {
    /// Waits so many milliseconds (nanosleep(2)); a signal ends it early.
    public static func milliseconds(_ milliseconds: Int64) {
        guard milliseconds > 0 else { return }
        var time = timespec(tv_sec: Int(milliseconds / 1_000), tv_nsec: Int(milliseconds % 1_000) * 1_000_000)
        _ = nanosleep(&time, nil)
    }

    /// Lets others have the processor first (sched_yield(2)): what comes next is the less likely to be interrupted.
    public static func yield() { sched_yield() }

    /// Waits so many microseconds, up to a second, and as much longer as the kernel's timers are coarse (by default
    /// 50 microseconds, prctl(2) PR_SET_TIMERSLACK); a signal ends it early.
    public static func microseconds(_ microseconds: Int64) {
        guard microseconds > 0 else { return }
        var time = timespec(tv_sec: 0, tv_nsec: Int(min(microseconds, 999_999)) * 1_000)
        _ = nanosleep(&time, nil)
    }
}
