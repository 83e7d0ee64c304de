import Authorization
import Domain

/// What is counted over all cards, in as many parts as a daemon has, so that time runs forward in each.
struct CounterTable: ~Copyable {
    // SAFETY: allocated and initialised in `init`, destroyed in `deinit`, and reached by numbers below `count` alone.
    private let shards: UnsafeMutablePointer<CounterShard>

    private static var count: Int { AuthorizationLimits.counterShardCount }

    /// Nothing is counted.
    init() {
        shards = .allocate(capacity: Self.count)
        for shard in 0..<Self.count { (shards + shard).initialize(to: CounterShard(memory: .heap)) }
    }

    deinit {
        shards.deinitialize(count: Self.count)
        shards.deallocate()
    }

    /// Puts another policy in force.
    func adopt(_ policy: borrowing Policy) {
        for shard in 0..<Self.count { shards[shard].policyChanged(policy) }
    }

    /// The time of the newest event that read what an event reads.
    func latest(_ use: CounterUse) -> Instant {
        var latest = Instant.epoch
        var rest = use.counters
        while rest != 0 {
            latest = max(latest, shards[use.shard(rest.trailingZeroBitCount)].latest)
            rest &= rest - 1
        }
        return latest
    }

    /// What counters hold, at a time that is not before the latest. Which had no room for a key is taken from the
    /// record: that depends on how soon a daemon looks at keys that fell silent.
    func read(
        _ use: CounterUse,
        at time: Instant,
        recorded: CounterReadings,
        policy: borrowing Policy
    ) -> CounterReadings {
        var readings = CounterReadings()
        var rest = use.counters
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            shards[use.shard(counter)].read(
                counter,
                use,
                at: time,
                policy: policy,
                uncounted: recorded.uncounted,
                into: &readings
            )
        }
        return readings
    }

    /// Carries out what an event changes.
    ///
    /// - Parameter origins: those of its account.
    func apply(
        _ change: CountedChange,
        _ origins: inout OriginStore,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        if change.answer != .none, policy.declineCountersOn != 0 {
            let use = change.useOfAnswer(origins, policy: policy)
            var rest = policy.declineCountersOn
            while rest != 0 {
                let counter = rest.trailingZeroBitCount
                rest &= rest - 1
                shards[use.shard(counter)].answer(change, to: counter, use, lsn: lsn, policy: policy)
            }
        }
        guard let origin = change.origin(&origins, isNew: true, policy: policy) else { return }
        let use = origin.use(account: change.account, currency: change.currency, policy: policy)
        var rest = use.counters
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            guard policy.counts(change.payment, in: counter) else { continue }
            shards[use.shard(counter)].apply(change, origin, to: counter, use, lsn: lsn, policy: policy)
        }
        origins.trim(after: lsn, at: change.time, policy: policy)
    }
}
