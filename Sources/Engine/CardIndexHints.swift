import Authorization
import Domain
import Platform
import Synchronization

/// Where each card shard's index lies, to be read without its lock and used for fetching ahead alone. Apart from the
/// shards, because what is in a shard is written by every decision and so is in another processor's cache.
final class CardIndexHints: Sendable {
    // SAFETY: `count` atomics, initialised in `init`; places are checked.
    private nonisolated(unsafe) let hints: UnsafeMutablePointer<Atomic<UInt>>
    private let count: Int

    init(count: Int) {
        self.count = count
        hints = .allocate(capacity: count)
        for shard in 0..<count { (hints + shard).initialize(to: Atomic(0)) }
    }

    deinit {
        hints.deinitialize(count: count)
        hints.deallocate()
    }

    /// One shard's hint.
    struct Place {
        fileprivate let hints: CardIndexHints
        fileprivate let shard: Int

        /// The index has moved.
        func set(_ hint: UInt) { hints.hints[shard].store(hint, ordering: .relaxed) }
    }

    /// All hints, to be read without the object; good as long as it lives.
    struct Table: @unchecked Sendable {
        // SAFETY: the object, which owns the hints, lives as long as anybody uses this; places are checked.
        fileprivate let hints: UnsafeMutablePointer<Atomic<UInt>>
        fileprivate let count: Int

        /// Where the search for a card begins, or began a moment ago.
        @inline(__always)
        func bucketAddress(hash: UInt64, shard: Int) -> UnsafeRawPointer? {
            precondition(shard >= 0 && shard < count, "no such shard")
            return CardShard.prefetchAddress(hash: hash, hint: hints[shard].load(ordering: .relaxed))
        }
    }

    /// All hints.
    var table: Table { Table(hints: hints, count: count) }

    /// The hint of one shard, for the shard itself.
    func place(_ shard: Int) -> Place {
        precondition((0..<count).contains(shard), "no such shard")
        return Place(hints: self, shard: shard)
    }
}
