public import Authorization
import Domain
import Platform

/// What counters take.
public struct CounterFigures: Sendable {
    /// Counters that are on.
    public internal(set) var counters: [Counter] = []
    /// The memory of all keys and of where payments were counted, unused room in it included.
    public internal(set) var byteCount = 0
    /// How many payments are kept track of.
    public internal(set) var originCount = 0
    /// How many keys there may be.
    public internal(set) var keyCountMax = 0

    /// One counter.
    public struct Counter: Sendable {
        /// 1 to 16.
        public let number: Int
        /// What it counts.
        public let rule: CounterRule
        /// How many keys are in memory, silent ones included that were not looked at yet.
        public internal(set) var keyCount = 0
        /// How many approvals found no room since the process started.
        public internal(set) var uncounted: UInt64 = 0
    }
}

extension Engine {
    /// What counters take now.
    ///
    /// - Complexity: takes each lock of cards and counters for a moment.
    public var counterFigures: CounterFigures {
        var figures = CounterFigures()
        let settings = state.administration.withLock { $0.current.settings }
        figures.keyCountMax = settings.counterKeysMax
        for (index, rule) in settings.counters.enumerated() {
            if let rule { figures.counters.append(CounterFigures.Counter(number: index + 1, rule: rule)) }
        }
        for shard in 0..<state.counters.count {
            state.counters.withLock(shard) { counters in
                figures.byteCount += counters.byteCount
                for place in figures.counters.indices {
                    let (keys, uncounted) = counters.figures(figures.counters[place].number - 1)
                    figures.counters[place].keyCount += keys
                    figures.counters[place].uncounted += uncounted
                }
            }
        }
        for shard in 0..<state.cards.count {
            state.cards.withLock(shard) { cell in
                figures.byteCount += cell.origins.byteCount
                figures.originCount += cell.origins.count
            }
        }
        return figures
    }

    private static let shardsPerSweep = 16
    private static let looksPerSweep = 256

    /// Takes keys from memory that fell silent, in some shards at each call.
    func sweepCounters() {
        let isOn = state.cards.withLock(0) { $0.policy.pointee.hasCounters }
        guard isOn else { return }
        // By the time of events, not by the clock: what is gone then is gone in every state with these records.
        let time = (0..<state.cards.count).reduce(Instant.epoch) { latest, shard in
            max(latest, state.cards.withLock(shard) { $0.shard.latestEventTime })
        }
        let first = nextCounterShard.withLock { next in
            defer { next = (next + Self.shardsPerSweep) % state.counters.count }
            return next
        }
        for step in 0..<Self.shardsPerSweep {
            state.counters.withLock((first + step) % state.counters.count) {
                $0.sweep(at: time, looks: Self.looksPerSweep)
            }
        }
    }
}
