import Authorization
import Domain
import Platform

/// Where the parts of a state lie, and which part a card or a request id belongs to: for whoever sees to it that the
/// state outlives it.
///
/// Plain addresses, because reaching a part through the state counts a reference each time.
struct StatePlaces: Sendable {
    let requests: LockedSlots<RequestIDTable>
    let cards: LockedSlots<CardCell>
    let counters: LockedSlots<CounterShard>
    private let requestPlaces: RequestIDPlaces
    private let cardHints: CardIndexHints.Table
    private let cardShardMask: UInt64
    private let requestShardMask: UInt64

    init(
        requests: LockedSlots<RequestIDTable>,
        cards: LockedSlots<CardCell>,
        counters: LockedSlots<CounterShard>,
        requestPlaces: RequestIDPlaces,
        cardHints: CardIndexHints.Table
    ) {
        self.requests = requests
        self.cards = cards
        self.counters = counters
        self.requestPlaces = requestPlaces
        self.cardHints = cardHints
        cardShardMask = UInt64(cards.count - 1)
        requestShardMask = UInt64(requests.count - 1)
    }

    @inline(__always)
    func cardShard(_ token: CardToken) -> Int { cardShard(hash: CardShard.hash(token)) }

    @inline(__always)
    func cardShard(hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & cardShardMask) }

    @inline(__always)
    func requestShard(_ id: RequestID) -> Int {
        let product = (id.high ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: id.low ^ 0xC2B2_AE3D_27D4_EB4F)
        return Int(truncatingIfNeeded: (product.high ^ product.low) & requestShardMask)
    }

    /// Fetches the buckets in which an id and the card of a token with this hash will be looked for. Takes no lock and
    /// reads nothing that changes, but for one atomic word.
    @inline(__always)
    func prefetchBuckets(_ id: RequestID, _ hash: UInt64) {
        let requestShard = requestShard(id)
        let cardShard = cardShard(hash: hash)
        requests.prefetch(requestShard)
        cards.prefetch(cardShard)
        prefetchBucket(id, shard: requestShard)
        prefetchBucket(hash: hash, shard: cardShard)
    }

    /// Fetches the bucket of a shard in which an id will be looked for.
    @inline(__always)
    func prefetchBucket(_ id: RequestID, shard: Int) {
        if let address = requestPlaces.bucketAddress(id, shard: shard) { Memory.prefetch(address) }
    }

    /// Fetches the bucket of its shard in which the card of a token with this hash will be looked for.
    @inline(__always)
    func prefetchBucket(hash: UInt64, shard: Int) {
        if let address = cardHints.bucketAddress(hash: hash, shard: shard) { Memory.prefetch(address) }
    }
}
