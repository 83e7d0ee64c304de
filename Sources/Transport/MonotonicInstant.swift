/// A moment on the monotonic clock, in microseconds since an arbitrary start; what time-outs are measured with.
struct MonotonicInstant: Comparable, Sendable {
    var microseconds: Int64

    /// Whether a number of milliseconds has passed from this moment to `now`.
    func hasPassed(milliseconds: Int64, at now: MonotonicInstant) -> Bool {
        now.microseconds - microseconds >= milliseconds * 1_000
    }

    static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
