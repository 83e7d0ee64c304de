private import CPlatform

/// How long threads waited for a shard's lock that they found taken. Counted where they wait anyway; a free lock costs
/// nothing more.
public enum LockWaits {
    /// All of this process's since its start, in microseconds.
    public static var counts: BucketHistogram.Counts {
        let ranges = 0..<ASSENT_LOCK_WAIT_RANGES
        return BucketHistogram.Counts(
            bounds: ranges.dropLast().map { UInt64(assent_lock_wait_bound($0)) },
            counts: ranges.map { assent_lock_wait_count($0) },
            sum: assent_lock_wait_nanoseconds() / 1_000
        )
    }
}
