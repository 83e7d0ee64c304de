private import CPlatform

/// A lower priority than that of threads that answer (sched(7), SCHED_BATCH): where the processors are busy it gets
/// about a tenth of the time that one of them gets, and none of them waits for it to end its turn.
///
/// The last takes more than a nice value: since Linux 6.6 whoever runs may do so for a slice of time, however much more
/// important those are that wake meanwhile, unless their slices are shorter (since 6.12). So it has longer ones.
public enum LowPriority {
    private static let steps: Int32 = 10
    /// Longer than that of others on any machine, which is 0.7 to 2.8 ms.
    private static let sliceNanoseconds: UInt64 = 5_000_000

    /// Gives it to the calling thread, for good. Where that is forbidden the thread keeps the priority that it has, and
    /// so does one that has another than ordinary threads already.
    public static func take() { _ = assent_lower_priority(steps, sliceNanoseconds) }
}
