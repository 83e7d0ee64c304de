import Authorization

/// Up to which record each part of the state is complete: zero everywhere for an empty state.
struct IncludedRecords: Equatable {
    /// By request id shard.
    var requests: [UInt64]
    /// By card shard.
    var cards: [UInt64]
    /// By card shard, where its payments were counted.
    var origins: [UInt64]
    /// By shard of counters; a key may have more.
    var counters: [UInt64]
    /// The administration's.
    var administration: UInt64 = 0
    /// The lists'; `nil`: the administration's, as in snapshots of before there were lists.
    var listsAlone: UInt64?

    /// An empty state's.
    init(options: EngineOptions) {
        requests = Array(repeating: 0, count: options.requestShardCount)
        cards = Array(repeating: 0, count: options.cardShardCount)
        origins = cards
        counters = Array(repeating: 0, count: AuthorizationLimits.counterShardCount)
    }

    /// The lists'.
    var lists: UInt64 { listsAlone ?? administration }

    /// All that has to do with counters has the records up to this one.
    mutating func setCounters(_ lsn: UInt64) {
        origins = origins.map { _ in lsn }
        counters = counters.map { _ in lsn }
    }

    /// Every part has the records up to this one.
    var everywhere: UInt64 { ([administration, lists] + requests + cards + origins + counters).min() ?? 0 }
    /// No part has a record after this one.
    var anywhere: UInt64 = 0
}
