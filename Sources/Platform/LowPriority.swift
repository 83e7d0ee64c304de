private import CPlatform

/// A lower priority than that of threads that answer (setpriority(2), which on Linux is of the thread): where the
/// processors are busy it gets about a tenth of the time that one of them gets, and none of them waits for it to end
/// its turn.
public enum LowPriority {
    private static let niceness: Int32 = 10

    /// Gives it to the calling thread, for good. Where that is forbidden the thread keeps the priority that it has.
    public static func take() { _ = assent_lower_priority(niceness) }
}
