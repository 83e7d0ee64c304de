internal import Glibc

/// Doing nothing for a while.
public enum Pause {
    /// Waits so many milliseconds (nanosleep(2)); a signal ends it early.
    public static func milliseconds(_ milliseconds: Int64) {
        guard milliseconds > 0 else { return }
        var time = timespec(tv_sec: Int(milliseconds / 1_000), tv_nsec: Int(milliseconds % 1_000) * 1_000_000)
        _ = nanosleep(&time, nil)
    }
}
