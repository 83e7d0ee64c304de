import Authorization
import Domain
import Platform

/// Everything that the records of the journal add up to. Deleted, it comes back by applying them again.
final class EngineState: Sendable {
    let requests: LockedTable<RequestIDTable>
    let cards: LockedTable<CardCell>
    let counters: LockedTable<CounterShard>
    let administration: Locked<Administration>
    /// The same parts without counting references; good as long as the state.
    let places: StatePlaces
    private let cardHints: CardIndexHints

    /// - Throws: when the kernel has no memory to reserve.
    init(options: EngineOptions) throws(PlatformError) {
        let perShard = (options.rememberedRequestCount + options.requestShardCount - 1) / options.requestShardCount
        let memory = try RequestIDMemory(shardCount: options.requestShardCount, capacity: perShard)
        requests = LockedTable(count: options.requestShardCount) { RequestIDTable(shard: $0, of: memory) }
        let administration = Administration()
        let policy = UnsafePointer(administration.policy)
        let cardMemory: SlabMemory
        if let given = options.cardMemory {
            cardMemory = given
        } else {
            cardMemory = SlabMemory(
                try PagePool(
                    readyByteCount: options.readyMemoryByteCount,
                    spareByteCount: options.spareMemoryByteCount
                )
            )
        }
        let hints = CardIndexHints(count: options.cardShardCount)
        cards = LockedTable(count: options.cardShardCount) { shard in
            CardCell(policy: policy, memory: cardMemory, hint: hints.place(shard))
        }
        counters = LockedTable(count: AuthorizationLimits.counterShardCount) { _ in CounterShard(memory: cardMemory) }
        cardHints = hints
        self.administration = Locked(administration)
        places = StatePlaces(
            requests: requests.slots,
            cards: cards.slots,
            counters: counters.slots,
            requestPlaces: memory.places,
            cardHints: hints.table
        )
    }

    @inline(__always)
    func cardShard(_ token: CardToken) -> Int { places.cardShard(token) }

    @inline(__always)
    func requestShard(_ id: RequestID) -> Int { places.requestShard(id) }

    /// Takes every shard's lock, in the order that all follow.
    func lockAll() {
        for index in 0..<requests.count { requests.lock(index) }
        lockCards()
    }

    /// Gives them back.
    func unlockAll() {
        unlockCards()
        for index in 0..<requests.count { requests.unlock(index) }
    }

    /// Takes the locks of the card shards alone.
    func lockCards() {
        for index in 0..<cards.count { cards.lock(index) }
    }

    /// Gives them back.
    func unlockCards() {
        for index in 0..<cards.count { cards.unlock(index) }
    }

    /// Puts the policy of the newest version in force on every shard. The caller holds the administration and every
    /// card shard, or nobody else has the state.
    func activate(_ compiled: consuming Policy, in administration: inout Administration) {
        if compiled.rules !== administration.policy.pointee.rules {
            // The shards count from nothing again when they get other rules.
            for index in 0..<cards.count {
                cards.state(index).pointee.shard.forEachRuleTally { administration.keep($1, of: $0) }
            }
        }
        let previous = administration.activate(compiled)
        for index in 0..<cards.count { cards.state(index).pointee.activate(UnsafePointer(administration.policy)) }
        for index in 0..<counters.count {
            counters.withLock(index) { $0.policyChanged(administration.policy.pointee) }
        }
        previous.deinitialize(count: 1)
        previous.deallocate()
    }
}
