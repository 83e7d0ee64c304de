import Authorization
import Domain
import Journal
import Platform

/// Fetches what the records to be applied will read: bucket, card, history, entry, each named by the one before.
///
/// With many cards and ids none of it is in a cache, and waiting for it is most of what replay would do.
struct ReplayForesight {
    private let state: EngineState
    /// The cards of the newest records, in a ring.
    private var tokens: [CardToken]
    private var count = 0

    /// How many records lie between two steps for one record; four steps fit into `ahead`'s 32.
    private static let distance = 8
    private static let ringCount = 32

    init(state: EngineState) {
        self.state = state
        tokens = Array(repeating: CardToken(high: 0, low: 0), count: Self.ringCount)
    }

    /// Takes notice of a record that will be applied soon.
    mutating func note(_ record: JournalRecordView) {
        guard let (id, token) = EventNames.names(kind: record.kind, payload: record.payload) else { return }
        tokens[count & (Self.ringCount - 1)] = token
        state.prefetchBuckets(id, token)
        if count >= Self.ringCount {
            approach(tokens[(count - Self.distance) & (Self.ringCount - 1)])
            arrive(tokens[(count - 2 * Self.distance) & (Self.ringCount - 1)])
            enter(tokens[(count - 3 * Self.distance) & (Self.ringCount - 1)])
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
        guard let addresses = cell.pointee.shard.prefetchEntryAddresses(token) else { return }
        Memory.prefetch(addresses.first)
        if let second = addresses.second { Memory.prefetch(second) }
    }
}
