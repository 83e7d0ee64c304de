private import CPlatform

/// How often a thread found a shard's lock taken. Counted where it has to wait anyway; a free lock costs nothing more.
public enum LockWaits {
    /// All of this process's.
    public static var count: UInt64 { assent_lock_wait_count() }
}
