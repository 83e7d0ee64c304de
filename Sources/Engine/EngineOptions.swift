package import Archive
package import Authorization

/// How large an engine may grow and how it tells the time. Everything is sized from these at the start.
public struct EngineOptions: Sendable {
    /// Shards of the card table, a power of two from 1 to 4,096.
    public var cardShardCount = 64
    /// Shards of the request id table, a power of two from 1 to 4,096.
    public var requestShardCount = 64
    /// How many request ids are remembered over all shards, 4,096 to 2^30. At most 64 bytes each, touched as they come.
    public var rememberedRequestCount = 4_194_304
    /// How many cards there may be, 1 to 2^28.
    public var cardCountMax = 20_000_000
    /// How many threads may append to the journal at once; the journal keeps room for one record of each.
    public var appenderCount = 16
    /// How much memory for cards and their histories is kept ready ahead of need; 0 for none.
    public var readyMemoryByteCount = 16 << 20
    /// How much more is made ready while nobody else wants the processor: what a burst of payments finds.
    public var spareMemoryByteCount = 0
    /// Whether time is the transmission time of each request. For replaying history; a data directory made with it
    /// can never serve real traffic, and the other way round.
    public var simulatedClock = false
    /// Whether recovery decides every authorization and every message of a payment's life again, and refuses to start
    /// where the answer differs.
    public var verifiesDecisions = false

    /// The least `rememberedRequestCount`; simulations have fewer requests than others remember.
    package var rememberedRequestCountMin = 4_096

    /// How many snapshots are kept, at least 1; more than one guards against a disk that forgets.
    public var snapshotKeptCount = 3

    /// Where cards lie; `nil`: in huge pages of their own, which a simulation with an engine every few milliseconds has
    /// no time for.
    package var cardMemory: SlabMemory?
    /// How the archive of closed payments works; for simulations.
    package var archive = PaymentArchive.options

    /// The defaults.
    public init() {}

    /// How far ahead of the engine's clock a transmission time may lie, in microseconds: ten seconds.
    ///
    /// It bounds how far one fast clock can move the id table's horizon into the future, and so for how long it could
    /// have everybody else's requests refused as too old.
    public static let clockSkewMax: Int64 = 10_000_000

    /// What is wrong with these options and what would be right; `nil` when they can be used.
    public var complaint: String? {
        func isShardCount(_ count: Int) -> Bool { (1...4_096).contains(count) && count & (count - 1) == 0 }
        if !isShardCount(cardShardCount) || !isShardCount(requestShardCount) {
            return "a shard count must be a power of two from 1 to 4096"
        }
        if !(rememberedRequestCountMin...1 << 30).contains(rememberedRequestCount) {
            return "the number of remembered requests must be from 4096 to 1073741824"
        }
        if !(1...1 << 28).contains(cardCountMax) { return "the number of cards must be from 1 to 268435456" }
        if !(1...1_024).contains(appenderCount) { return "the number of appending threads must be from 1 to 1024" }
        if !(1...1_000).contains(snapshotKeptCount) { return "the number of kept snapshots must be from 1 to 1000" }
        return nil
    }
}
