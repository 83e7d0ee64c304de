internal import Glibc

/// The system's clocks (clock_gettime(2)).
public enum Clock {
    /// Microseconds since 1970-01-01T00:00:00Z; may jump when the clock is set.
    public static func now() -> Int64 {
        var time = timespec()
        let code = clock_gettime(CLOCK_REALTIME, &time)
        precondition(code == 0, "the realtime clock exists")
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Nanoseconds since some start; never jumps, never goes back.
    public static func monotonicNanoseconds() -> Int64 {
        var time = timespec()
        let code = clock_gettime(CLOCK_MONOTONIC, &time)
        precondition(code == 0, "the monotonic clock exists")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Nanoseconds that the calling thread has had a processor for.
    public static func threadNanoseconds() -> Int64 {
        var time = timespec()
        let code = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        precondition(code == 0, "every thread has such a clock")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
