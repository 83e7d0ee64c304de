import Authorization
public import Domain
import Journal
import Platform

/// The state at one record, in one number: two engines that applied the same records have the same.
public struct StateDigest: Hashable, Sendable {
    /// The newest record that is in the state.
    public let lsn: LogSequenceNumber
    /// Over cards, velocity histories, counters, remembered ids, configuration, rules, lists and principals; not over
    /// the journal's layout.
    public let digest: Digest128
    /// How many cards there are.
    public let cardCount: Int
    /// How many request ids are remembered.
    public let rememberedRequestCount: Int
    /// The record that set the configuration in force.
    public let policyVersion: LogSequenceNumber
}

extension Engine {
    /// Takes the digest of the whole state. Every shard is locked meanwhile, so nothing is decided: about 0.1 s for a
    /// million cards.
    ///
    /// The number may not be durable yet; wait for it before showing the digest to anybody.
    ///
    /// - Complexity: O(cards).
    public func digest() -> StateDigest {
        state.administration.withLock { administration in
            state.lockAll()
            defer { state.unlockAll() }
            var digest = administration.digest
            var rememberedRequestCount = 0
            for index in 0..<state.requests.count {
                digest.add(state.requests.state(index).pointee.digest)
                rememberedRequestCount += state.requests.state(index).pointee.count
            }
            let latest = (0..<state.cards.count).reduce(Instant.epoch) { latest, index in
                max(latest, state.cards.state(index).pointee.shard.latestEventTime)
            }
            for index in 0..<state.cards.count {
                digest.add(state.cards.state(index).pointee.shard.digest(at: latest))
                digest.add(state.cards.state(index).pointee.originsDigest(at: latest))
            }
            for index in 0..<state.counters.count {
                state.counters.withLock(index) { digest.add($0.digest(at: latest)) }
            }
            return StateDigest(
                lsn: LogSequenceNumber(rawValue: journal.lastLSN),
                digest: digest,
                cardCount: administration.cardPlaces.count,
                rememberedRequestCount: rememberedRequestCount,
                policyVersion: administration.current.lsn
            )
        }
    }
}

extension Administration {
    /// The configuration in force, all rules and lists, as a part of the state's digest.
    var digest: Digest128 {
        var digest = Digest128()
        digest.combine(current.lsn.rawValue, UInt64(cardPlaces.count))
        for entry in current.settings.entries {
            for var text in [entry.key, entry.value] {
                text.withUTF8 { digest.combine(UnsafeRawBufferPointer($0)) }
            }
        }
        digest.add(book.digest)
        digest.add(lists.digest)
        withUnsafeTemporaryAllocation(byteCount: Principal.encodedByteCountMax, alignment: 8) { buffer in
            for principal in principals.all {
                let byteCount = principal.encode(into: buffer)
                digest.combine(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]))
            }
        }
        return digest
    }
}
