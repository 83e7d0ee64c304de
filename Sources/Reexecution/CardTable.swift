import Authorization
import Domain

/// All cards, in more parts than a daemon has: time runs forward within each part of a daemon's, and so within each of
/// these, whatever the number of the daemon's is.
struct CardTable: ~Copyable {
    /// A part.
    final class Part {
        var shard = CardShard(expectedCards: 0)
        /// Where payments were counted over all cards.
        var origins = OriginStore(memory: .heap)
    }

    /// The most parts that a daemon can have; made when a card needs them.
    private var parts: [Part?] = Array(repeating: nil, count: 4_096)

    /// The part of a token.
    mutating func part(of token: CardToken, policy: borrowing Policy) -> Part {
        let place = Int(truncatingIfNeeded: CardShard.hash(token) & UInt64(parts.count - 1))
        if let part = parts[place] { return part }
        let part = Part()
        part.shard.policyChanged(policy)
        parts[place] = part
        return part
    }

    /// Puts another policy in force.
    func adopt(_ policy: borrowing Policy) {
        for part in parts { part?.shard.policyChanged(policy) }
    }
}
