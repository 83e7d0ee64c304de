import Authorization
import Domain
import Platform

/// Fetches what the events to be applied will read: bucket, card, history, entry, each named by the one before.
///
/// With many cards none of it is in a cache, and waiting for it is most of what replay would do.
struct ReplayForesight {
    private let state: EngineState
    /// The cards of the newest events, in a ring.
    private var tokens: [CardToken]
    private var count = 0

    /// How many events lie between two steps for one event; four steps fit into `lead`.
    private static let distance = 8
    /// How many events ahead a card is noted, a power of two.
    static let lead = 32

    init(state: EngineState) {
        self.state = state
        tokens = Array(repeating: CardToken(high: 0, low: 0), count: Self.lead)
    }

    /// Takes notice of a card that an event `lead` events from now is about.
    mutating func note(_ token: CardToken) {
        tokens[count & (Self.lead - 1)] = token
        state.prefetchBucket(token)
        if count >= Self.lead {
            approach(tokens[(count - Self.distance) & (Self.lead - 1)])
            arrive(tokens[(count - 2 * Self.distance) & (Self.lead - 1)])
            enter(tokens[(count - 3 * Self.distance) & (Self.lead - 1)])
        }
        count += 1
    }

    private func approach(_ token: CardToken) {
        let cell = state.cards.state(state.cardShard(token))
        if let address = cell.pointee.shard.prefetchRecordAddress(token) { Memory.prefetch(address) }
    }

    private func arrive(_ token: CardToken) {
        let cell = state.cards.state(state.cardShard(token))
        guard let address = cell.pointee.shard.prefetchHistoryAddress(token) else { return }
        Memory.prefetch(address)
        Memory.prefetch(address - CardShard.historyByteCount)
    }

    private func enter(_ token: CardToken) {
        let cell = state.cards.state(state.cardShard(token))
        let places = cell.pointee.shard.prefetchAddresses(token)
        if let first = places.firstEntry { Memory.prefetch(first) }
        if let second = places.secondEntry { Memory.prefetch(second) }
    }
}
