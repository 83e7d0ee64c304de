public import Domain

/// What making one snapshot came to.
public struct SnapshotReport: Equatable, Sendable {
    /// The newest record that any part of it holds.
    public internal(set) var lsn = LogSequenceNumber.zero
    /// Records from the one after this have to be replayed on top.
    public internal(set) var resumeLSN = LogSequenceNumber.zero
    /// When it was begun, by the wall clock.
    public internal(set) var madeAt = Instant.epoch
    /// Bytes of the file.
    public internal(set) var byteCount: UInt64 = 0
    /// Cards in it.
    public internal(set) var cardCount = 0
    /// Payments in it.
    public internal(set) var paymentCount = 0
    /// Request ids in it.
    public internal(set) var rememberedRequestCount = 0
    /// Microseconds from beginning to durable.
    public internal(set) var microseconds: UInt64 = 0
    /// Times that a thread waited longer than `longWaitMicroseconds` for a shard's lock while the snapshot was made.
    public internal(set) var longWaitCount: UInt64 = 0
    /// What a decision must not have to wait because of a snapshot, in microseconds.
    public static let longWaitMicroseconds: UInt64 = 5_000
    /// The longest time for which one lock was held, in nanoseconds: what a decision may have had to wait.
    public internal(set) var longestPauseNanoseconds: UInt64 = 0
    /// The longest that was worked under one lock, in nanoseconds of a processor: a pause is longer where the kernel
    /// gave the processor to somebody else meanwhile.
    public internal(set) var longestWorkNanoseconds: UInt64 = 0
    /// What was copied then.
    public internal(set) var longestWorkPart = Part.requestIDs
    /// How often it began again because the configuration was changed meanwhile.
    public internal(set) var restartCount = 0

    /// What is copied under one lock.
    public enum Part: String, Sendable {
        /// A piece of a shard's request ids.
        case requestIDs = "request_ids"
        /// Entries of lists: commands wait for them, decisions do not.
        case lists
        /// A piece of a shard's cards, for the first time.
        case cards
        /// Payments, and what was made or touched meanwhile.
        case rest
        /// Keys of counters.
        case counters
        /// Where payments were counted.
        case origins
        /// Where cards lie.
        case cardPlaces = "card_places"
    }
}

/// The snapshots of an engine since it was opened.
public struct SnapshotStatistics: Equatable, Sendable {
    /// Snapshots made.
    public internal(set) var madeCount: UInt64 = 0
    /// Attempts that failed.
    public internal(set) var failedCount: UInt64 = 0
    /// The newest one made; `nil` while there is none.
    public internal(set) var latest: SnapshotReport?
    /// The longest time for which a lock was held by any, in nanoseconds.
    public internal(set) var longestPauseNanoseconds: UInt64 = 0
}

/// A snapshot on disk.
public struct SnapshotFile: Equatable, Sendable {
    /// The newest record that it holds.
    public let lsn: LogSequenceNumber
    /// Bytes of the file.
    public let byteCount: UInt64
    /// When it was begun, by the wall clock; `nil` where that cannot be read.
    public let madeAt: Instant?
}
