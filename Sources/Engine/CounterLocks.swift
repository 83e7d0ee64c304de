import Authorization
import Domain
import Platform

/// The shards of counters that one event reads and changes, locked in ascending order after the card's shard: so no
/// other event of the same keys gets its number in between.
struct CounterLocks {
    private let slots: LockedSlots<CounterShard>
    /// Ascending, each once.
    private var shards = SixteenWords()
    private var count = 0
    private var isAll = false

    /// Takes the locks that an event needs. Give them back with `unlock`.
    @inline(__always)
    init(_ slots: LockedSlots<CounterShard>, _ use: borrowing CounterUse) {
        self.slots = slots
        var shards = shards
        var count = 0
        var rest = use.counters
        while rest != 0 {
            let shard = UInt64(use.shard(rest.trailingZeroBitCount))
            rest &= rest - 1
            var place = count
            while place > 0, shards[place - 1] > shard { place -= 1 }
            if place > 0, shards[place - 1] == shard { continue }
            var moved = count
            while moved > place {
                shards[moved] = shards[moved - 1]
                moved -= 1
            }
            shards[place] = shard
            count += 1
        }
        self.shards = shards
        self.count = count
        for place in 0..<count { slots.prefetch(Int(shards[place])) }
        for place in 0..<count { slots.lock(Int(shards[place])) }
    }

    /// Takes every lock: for the rare event of which it is not known beforehand where its payment was counted.
    init(all slots: LockedSlots<CounterShard>) {
        self.slots = slots
        isAll = true
        for shard in 0..<slots.count { slots.lock(shard) }
    }

    @inline(__always)
    func unlock() {
        guard !isAll else {
            for shard in 0..<slots.count { slots.unlock(shard) }
            return
        }
        for place in 0..<count { slots.unlock(Int(shards[place])) }
    }

    /// Whether all shards are locked that a payment counts in.
    func cover(_ use: borrowing CounterUse) -> Bool {
        var rest = isAll ? 0 : use.counters
        while rest != 0 {
            let shard = use.shard(rest.trailingZeroBitCount)
            rest &= rest - 1
            guard (0..<count).contains(where: { Int(shards[$0]) == shard }) else { return false }
        }
        return true
    }

    /// The time of the newest event of all locked shards.
    @inline(__always)
    var latest: Instant {
        var latest = Instant.epoch
        guard !isAll else {
            for shard in 0..<slots.count { latest = max(latest, slots.state(shard).pointee.latest) }
            return latest
        }
        for place in 0..<count { latest = max(latest, slots.state(Int(shards[place])).pointee.latest) }
        return latest
    }
}

extension LockedSlots<CounterShard> {
    /// Reads what every counter holds for a payment. The caller has the locks, or nobody else has the state.
    ///
    /// - Parameter recorded: where an event is decided again, which counters had no room for its keys.
    @inline(__always)
    func read(
        _ use: borrowing CounterUse,
        at time: Instant,
        policy: borrowing Policy,
        uncounted recorded: UInt16? = nil,
        into readings: inout CounterReadings
    ) {
        var rest = use.counters
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            state(use.shard(counter)).pointee.read(
                counter,
                use,
                at: time,
                policy: policy,
                uncounted: recorded,
                into: &readings
            )
        }
    }

    /// Changes what counters hold, each unless it has the record already. The caller has the locks, or nobody else has
    /// the state.
    @inline(__always)
    func apply(
        _ change: borrowing CountedChange,
        _ origin: PaymentOrigin,
        _ use: borrowing CounterUse,
        lsn: LogSequenceNumber,
        policy: borrowing Policy,
        included: [UInt64]? = nil
    ) {
        var rest = use.counters
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            let shard = use.shard(counter)
            guard policy.counts(change.payment, in: counter), lsn.rawValue > included?[shard] ?? 0 else { continue }
            state(shard).pointee.apply(change, origin, to: counter, use, lsn: lsn, policy: policy)
        }
    }

    /// Changes what counters of declines hold, in the same way.
    func answer(
        _ change: borrowing CountedChange,
        _ use: borrowing CounterUse,
        lsn: LogSequenceNumber,
        policy: borrowing Policy,
        included: [UInt64]?
    ) {
        var rest = policy.declineCountersOn
        while rest != 0 {
            let counter = rest.trailingZeroBitCount
            rest &= rest - 1
            let shard = use.shard(counter)
            guard lsn.rawValue > included?[shard] ?? 0 else { continue }
            state(shard).pointee.answer(change, to: counter, use, lsn: lsn, policy: policy)
        }
    }
}
