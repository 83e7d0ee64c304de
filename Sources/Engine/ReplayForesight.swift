import Authorization
import Domain
import Platform

/// Fetches what the records of a batch will read when they are applied: bucket, card, history, entry, each named by the
/// one before.
///
/// With many cards none of it is in a cache, and waiting for it is most of what replay would do.
struct ReplayForesight: ~Copyable {
    private let places: StatePlaces
    /// The cards of the newest records that were looked at, in a ring.
    // SAFETY: `lead` cards, allocated and initialised in `init`, freed in `deinit`; every index is masked by `place`.
    private let cards: UnsafeMutablePointer<Card>

    /// One of them, and where it was found.
    private struct Card: BitwiseCopyable {
        var hash: UInt64 = 0
        var shard = 0
        var slot: UInt32?
    }

    /// How many records are looked at together. Where an address is not in the processor's cache of addresses it waits
    /// for each fetch, unless several come close together.
    static let distance = 8
    /// How many records ahead of being applied a record is looked at first, the size of the ring: four steps.
    static let lead = 4 * distance

    init(places: StatePlaces) {
        self.places = places
        cards = .allocate(capacity: Self.lead)
        cards.initialize(repeating: Card(), count: Self.lead)
    }

    deinit { cards.deallocate() }

    /// Where in the ring the card of a record is.
    @inline(__always)
    private func place(_ index: Int) -> UnsafeMutablePointer<Card> { cards + (index & (Self.lead - 1)) }

    /// Goes on to the records of a batch from one on, or beyond its end for those before.
    @inline(__always)
    func look(at first: Int, of batch: ReplayBatch) {
        for index in numbers(from: first, of: batch) {
            batch.prefetch(index)
            note(batch[index].hash, at: index)
        }
        let second = first - Self.distance
        for index in numbers(from: second, of: batch) { approach(index) }
        let third = second - Self.distance
        for index in numbers(from: third, of: batch) { arrive(index) }
        let fourth = third - Self.distance
        for index in numbers(from: fourth, of: batch) { enter(index, isClosed: batch[index].isClosed) }
    }

    /// Those records that there are of the ones that are looked at together.
    @inline(__always)
    private func numbers(from first: Int, of batch: ReplayBatch) -> Range<Int> {
        let first = max(0, first)
        return first..<max(first, min(first + Self.distance, batch.count))
    }

    private func note(_ hash: UInt64, at index: Int) {
        let shard = places.cardShard(hash: hash)
        place(index).pointee = Card(hash: hash, shard: shard)
        places.prefetchBucket(hash: hash, shard: shard)
    }

    private func approach(_ index: Int) {
        let card = place(index)
        let shard = places.cards.state(card.pointee.shard)
        guard let slot = shard.pointee.shard.likelySlot(hash: card.pointee.hash) else { return }
        card.pointee.slot = slot
        Memory.prefetch(shard.pointee.shard.prefetchRecordAddress(slot: slot))
    }

    private func arrive(_ index: Int) {
        let card = place(index).pointee
        guard let slot = card.slot else { return }
        let shard = places.cards.state(card.shard)
        guard let address = shard.pointee.shard.prefetchHistoryAddress(slot: slot) else { return }
        Memory.prefetch(address)
        Memory.prefetch(address - CardShard.historyByteCount)
    }

    private func enter(_ index: Int, isClosed: Bool) {
        let card = place(index).pointee
        guard let slot = card.slot else { return }
        let shard = places.cards.state(card.shard)
        let addresses = shard.pointee.shard.prefetchAddresses(slot: slot)
        if isClosed {
            if let payment = addresses.closedPayment {
                Memory.prefetchToWrite(payment)
                Memory.prefetchToWrite(payment - 64)
                Memory.prefetchToWrite(payment - 128)
            }
        } else if let payment = addresses.payment {
            Memory.prefetchToWrite(payment)
        }
        if let first = addresses.firstEntry { Memory.prefetch(first) }
        if let second = addresses.secondEntry { Memory.prefetch(second) }
        // Two are looked at when a history is made.
        Memory.prefetch(addresses.hand)
        Memory.prefetch(addresses.hand + CardShard.historyByteCount)
    }
}
