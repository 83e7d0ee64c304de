import Authorization
import Domain
import Platform

/// Fetches what the events to be applied will read: bucket, card, history, entry, each named by the one before.
///
/// With many cards none of it is in a cache, and waiting for it is most of what replay would do.
struct ReplayForesight {
    private let places: StatePlaces
    /// The cards of the newest events, in a ring.
    private var cards: [Card]
    private var count = 0

    /// One of them, and where it was found.
    private struct Card {
        let hash: UInt64
        let shard: Int
        var slot: UInt32?
    }

    /// How many events lie between two steps for one event; four steps fit into `lead`.
    private static let distance = 8
    /// How many events ahead a card is noted, a power of two.
    static let lead = 32

    init(places: StatePlaces) {
        self.places = places
        cards = Array(repeating: Card(hash: 0, shard: 0), count: Self.lead)
    }

    /// Takes notice of a card that an event `lead` events from now is about.
    mutating func note(_ token: CardToken) {
        let hash = CardShard.hash(token)
        let card = Card(hash: hash, shard: places.cardShard(hash: hash))
        cards[count & (Self.lead - 1)] = card
        places.prefetchBucket(hash: hash, shard: card.shard)
        if count >= Self.lead {
            approach((count - Self.distance) & (Self.lead - 1))
            arrive((count - 2 * Self.distance) & (Self.lead - 1))
            enter((count - 3 * Self.distance) & (Self.lead - 1))
        }
        count += 1
    }

    private mutating func approach(_ index: Int) {
        let shard = places.cards.state(cards[index].shard)
        guard let slot = shard.pointee.shard.likelySlot(hash: cards[index].hash) else { return }
        cards[index].slot = slot
        Memory.prefetch(shard.pointee.shard.prefetchRecordAddress(slot: slot))
    }

    private func arrive(_ index: Int) {
        guard let slot = cards[index].slot else { return }
        let shard = places.cards.state(cards[index].shard)
        guard let address = shard.pointee.shard.prefetchHistoryAddress(slot: slot) else { return }
        Memory.prefetch(address)
        Memory.prefetch(address - CardShard.historyByteCount)
    }

    private func enter(_ index: Int) {
        guard let slot = cards[index].slot else { return }
        let shard = places.cards.state(cards[index].shard)
        let addresses = shard.pointee.shard.prefetchAddresses(slot: slot)
        if let payment = addresses.payment { Memory.prefetchToWrite(payment) }
        if let first = addresses.firstEntry { Memory.prefetch(first) }
        if let second = addresses.secondEntry { Memory.prefetch(second) }
        Memory.prefetch(addresses.hand)
    }
}
