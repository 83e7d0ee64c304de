/// Up to which record each part of the state is complete: zero everywhere for an empty state.
struct IncludedRecords: Equatable {
    /// By request id shard.
    var requests: [UInt64]
    /// By card shard.
    var cards: [UInt64]
    /// The administration's.
    var administration: UInt64 = 0
    /// The lists'; `nil`: the administration's, as in snapshots of before there were lists.
    var listsAlone: UInt64?

    /// An empty state's.
    init(options: EngineOptions) {
        requests = Array(repeating: 0, count: options.requestShardCount)
        cards = Array(repeating: 0, count: options.cardShardCount)
    }

    /// The lists'.
    var lists: UInt64 { listsAlone ?? administration }

    /// Every part has the records up to this one.
    var everywhere: UInt64 { min(administration, lists, requests.min() ?? 0, cards.min() ?? 0) }
    /// No part has a record after this one.
    var anywhere: UInt64 { max(administration, lists, requests.max() ?? 0, cards.max() ?? 0) }
}
