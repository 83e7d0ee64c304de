public import Domain

/// What counters hold for one part of their keys, in memory of its own.
///
/// A key takes 96 bytes, up to 22 of the index, and a history of 128; more while more than ten ticks of approvals are
/// in its window, which has at most `AuthorizationLimits.counterTicksMax` ticks: so a key has at most 66 KiB. Different
/// values take 128 bytes for five of them. Keys with nothing in their window leave memory: a few are looked at whenever
/// a key is added.
///
/// A shard only ever changes by `add`, `takeBack`, `note`, `endRow` and `policyChanged`, called in the order of the
/// journal; the same calls make the same shard. Time never runs backwards within a shard.
public struct CounterShard: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): no memory is shared with another value; who mutates it has it alone. A record is 96
    // bytes of the slab, initialised when its number is given out.

    /// A key that is counted.
    struct Record: BitwiseCopyable {
        var key: CounterKey
        var hash: UInt64
        /// In a key that came from a snapshot: what was done up to this record is in it.
        var includedLSN: UInt64
        /// The key's history; of a free record: the next free one.
        var history: UInt32
        var counter: UInt8
        var isUsed: Bool
        /// Whether approvals may be missing, as long as any is that found no room.
        var isPartial: Bool
        var reserved: UInt8
        /// The first unit of the key's values; 0: none.
        var values: UInt32
        var reservedToo: UInt32

        static let byteCount = 96
    }

    /// The time of the newest event that asked it or changed it.
    public internal(set) var latest = Instant.epoch
    private(set) var records: Slab
    var histories: VelocityStore
    var values: ValueStore
    private var index: FingerprintIndex
    private var firstFree = UInt32.max
    /// The record that is looked at next for being silent.
    private var hand: UInt32 = 0
    /// The counters as of the last `policyChanged`, and how often each became another.
    private(set) var counters: OwnedBuffer<CompiledCounter>
    private(set) var epochs: OwnedBuffer<UInt32>
    /// By counter, how many keys are in memory.
    private var keyCounts: OwnedBuffer<Int>
    /// By counter, when it last had no room for a key, in microseconds; -1: never.
    private(set) var uncountedAt: OwnedBuffer<Int64>
    /// By counter, how many approvals found no room, since the process started.
    private var uncountedCounts: OwnedBuffer<UInt64>
    private let pinned = Pinned()

    private static var count: Int { AuthorizationLimits.counterCount }
    static var looksPerKey: Int { 2 }
    private static var looksWhenFull: Int { 16 }

    /// Makes an empty shard with all counters off.
    public init(memory: SlabMemory) {
        precondition(MemoryLayout<Record>.size == Record.byteCount)
        records = Slab(stride: Record.byteCount, segmentShift: 7, memory: memory)
        histories = VelocityStore(memory: memory, segmentShift: 7, isEmptyAtFirst: true)
        values = ValueStore(memory: memory)
        index = FingerprintIndex(memory: memory)
        counters = OwnedBuffer(repeating: CompiledCounter(nil, since: 0), count: Self.count)
        epochs = OwnedBuffer(repeating: 0, count: Self.count)
        keyCounts = OwnedBuffer(repeating: 0, count: Self.count)
        uncountedAt = OwnedBuffer(repeating: -1, count: Self.count)
        uncountedCounts = OwnedBuffer(repeating: 0, count: Self.count)
    }

    /// How many keys are in memory, silent ones included that were not looked at yet.
    public var keyCount: Int { index.count }

    /// How many bytes of memory it has taken, unused room in it included.
    public var byteCount: Int { records.byteCount + histories.byteCount + values.byteCount + index.byteCount }

    /// How many keys of counter 1 to 16, by index 0 to 15, are in memory, and how many approvals found no room.
    public func figures(_ counter: Int) -> (keys: Int, uncounted: UInt64) {
        (keyCounts[counter], uncountedCounts[counter])
    }

    /// One past the last record.
    public var recordCount: Int { records.count }

    /// Adopts the counters of a policy; call it for every policy, the first included, before events under it. A counter
    /// that became another starts empty.
    public mutating func policyChanged(_ policy: borrowing Policy) {
        for counter in 0..<Self.count {
            let compiled = policy.counters[counter]
            guard !compiled.counts(as: counters[counter]) else { continue }
            counters[counter] = compiled
            epochs[counter] += 1
            uncountedAt[counter] = -1
        }
    }

    // MARK: Asking

    /// Reads what a counter holds for a payment at a time, which is not before the last event.
    ///
    /// - Parameter recorded: where an event is decided again, which counters had no room for its keys (bit n: counter
    ///   n + 1): that alone depends on how soon silent keys were looked at. `nil`: it is found out.
    /// - Complexity: constant, and linear in the ticks that left the window since the key's last event.
    @inline(__always)
    public mutating func read(
        _ counter: Int,
        _ use: borrowing CounterUse,
        at time: Instant,
        policy: borrowing Policy,
        uncounted recorded: UInt16?,
        into readings: inout CounterReadings
    ) {
        precondition(time >= latest, "time ran backwards")
        // Deciding again leaves no time here: a restart forgets that of what was only read, and the clock may have gone
        // back by then, so that what came next is of an earlier one.
        if recorded == nil { latest = time }
        let window = counters[counter].window
        let found = find(counter, use.key(counter, policy), use.hash(counter))
        guard let found, holdsSomething(self.record(found), at: time) else {
            // A key with nothing in its window is as good as none: whether it is still in memory must not show.
            let isLeftOut: Bool
            if let recorded {
                isLeftOut = recorded >> UInt16(counter) & 1 == 1
            } else {
                isLeftOut = found == nil && isFull(policy)
            }
            if isLeftOut || lacksSome(counter, at: time) { readings.setUnknown(counter, isCounted: !isLeftOut) }
            return
        }
        let record = record(found)
        guard counters[counter].kind.isTotals else { return readOther(counter, record, at: time, into: &readings) }
        let (count, sum) = histories.totals(
            record.pointee.history,
            at: window.tick(time),
            windowTicks: window.ticks
        )
        // Less than nothing: more than 64 bits say, which is only so where most of it is taken back again.
        guard sum >= 0, !record.pointee.isPartial || !lacksSome(counter, at: time) else {
            return readings.setUnknown(counter, isCounted: true)
        }
        readings.set(counter, count: count, sum: sum)
    }

    /// Whether an approval found no room that would be in the window.
    func lacksSome(_ counter: Int, at time: Instant) -> Bool {
        let window = counters[counter].window
        let at = uncountedAt[counter]
        return at >= 0 && window.tick(time) - window.tick(Instant(microseconds: at)) < Int64(window.ticks)
    }

    /// Whether there is no room for another key, a few silent ones looked for.
    private mutating func isFull(_ policy: borrowing Policy) -> Bool {
        guard index.count >= policy.counterKeysPerShard else { return false }
        sweep(looks: Self.looksWhenFull)
        return index.count >= policy.counterKeysPerShard
    }

    // MARK: Changing

    /// Counts approvals and their money at a time. What a key cannot say any more, because it has 2^32 - 1 approvals or
    /// 2^63 - 1 minor units in its window, finds no room.
    ///
    /// - Parameters:
    ///   - count: 0 or 1.
    ///   - sum: in minor units, not below zero.
    ///   - lsn: the record's number.
    @inline(__always)
    public mutating func add(
        _ counter: Int,
        _ use: borrowing CounterUse,
        count: UInt32,
        sum: Int64,
        at time: Instant,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        latest = max(latest, time)
        let window = counters[counter].window
        let tick = window.tick(time)
        let hash = use.hash(counter)
        if let found = find(counter, use.key(counter, policy), hash) {
            let record = record(found)
            guard lsn.rawValue > record.pointee.includedLSN else { return }
            histories.evict(record.pointee.history, at: tick, windowTicks: window.ticks)
            if record.pointee.isPartial || histories.isEmpty(record.pointee.history) {
                record.pointee.isPartial = lacksSome(counter, at: time)
            }
            guard histories.hasRoom(record.pointee.history, count: count, sum: sum) else {
                record.pointee.isPartial = true
                return leaveOut(counter, at: time)
            }
            histories.append(record.pointee.history, tick: tick, count: count, sum: sum)
            return
        }
        sweep(looks: Self.looksPerKey)
        let made = makeRecord(counter, use.key(counter, policy), hash)
        record(made).pointee.isPartial = lacksSome(counter, at: time)
        histories.append(record(made).pointee.history, tick: tick, count: count, sum: sum)
    }

    /// Notes an approval for which a counter has no room.
    public mutating func leaveOut(_ counter: Int, at time: Instant) {
        latest = max(latest, time)
        uncountedAt[counter] = max(uncountedAt[counter], time.microseconds)
        uncountedCounts[counter] &+= 1
    }

    /// Takes money out of the tick in which it was counted, if that is still in the window: so nobody else's payments
    /// are touched, and a key's sum is never below zero.
    ///
    /// What is not there has left the window; records that a snapshot has already may find it so.
    ///
    /// - Parameters:
    ///   - sum: in minor units, above zero.
    ///   - counted: when the payment was first counted, in microseconds.
    public mutating func takeBack(
        _ counter: Int,
        _ use: borrowing CounterUse,
        sum: Int64,
        countedAt counted: Int64,
        at time: Instant,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        latest = max(latest, time)
        let window = counters[counter].window
        let tick = window.tick(Instant(microseconds: counted))
        guard window.tick(time) - tick < Int64(window.ticks),
            let found = find(counter, use.key(counter, policy), use.hash(counter))
        else { return }
        let record = record(found)
        guard lsn.rawValue > record.pointee.includedLSN else { return }
        histories.adjust(record.pointee.history, tick: tick, by: -sum)
    }

    // MARK: Records

    @inline(__always)
    func record(_ number: UInt32) -> UnsafeMutablePointer<Record> {
        // SAFETY: the slab's stride is the record's size, and `makeRecord` initialises what it gives out.
        records.address(of: number).assumingMemoryBound(to: Record.self)
    }

    @inline(__always)
    func find(_ counter: Int, _ key: CounterKey, _ hash: UInt64) -> UInt32? {
        let found = index.newest(hash) { number in
            let record = record(UInt32(truncatingIfNeeded: number))
            return Int(record.pointee.counter) == counter && record.pointee.key == key && isCurrent(record)
        }
        return found.map { UInt32(truncatingIfNeeded: $0) }
    }

    /// Whether it belongs to the counter as it is now.
    @inline(__always)
    func isCurrent(_ record: UnsafePointer<Record>) -> Bool {
        histories.history(record.pointee.history).pointee.epoch == epochs[Int(record.pointee.counter)]
    }

    mutating func makeRecord(_ counter: Int, _ key: CounterKey, _ hash: UInt64) -> UInt32 {
        var number = firstFree
        if number == .max { number = records.append() } else { firstFree = record(number).pointee.history }
        let history = histories.makeHistory(rule: counter, owner: number, epoch: epochs[counter], next: 0)
        record(number).initialize(
            to: Record(
                key: key,
                hash: hash,
                includedLSN: 0,
                history: history,
                counter: UInt8(counter),
                isUsed: true,
                isPartial: false,
                reserved: 0,
                values: 0,
                reservedToo: 0
            )
        )
        index.insert(hash, id: UInt64(number))
        keyCounts[counter] += 1
        return number
    }

    mutating func remove(_ number: UInt32) {
        let record = record(number)
        values.release(record.pointee.values)
        index.remove(record.pointee.hash, id: UInt64(number))
        histories.release(record.pointee.history)
        keyCounts[Int(record.pointee.counter)] -= 1
        record.pointee.isUsed = false
        record.pointee.history = firstFree
        firstFree = number
    }

    /// The record that has this very key, to be replaced by an image of it.
    mutating func replace(_ counter: Int, _ key: CounterKey, _ hash: UInt64) -> UInt32 {
        if let found = find(counter, key, hash) { remove(found) }
        return makeRecord(counter, key, hash)
    }

    mutating func restore(latest: Instant, uncountedAt: [Int64]) {
        self.latest = max(self.latest, latest)
        for (counter, at) in uncountedAt.enumerated() { self.uncountedAt[counter] = at }
    }

    /// Looks at some keys and takes those from memory that hold nothing at the time of the last event. Nothing that can
    /// be observed changes, the digest included.
    ///
    /// - Parameter time: of an event anywhere; the shard's next event is not dated before it.
    public mutating func sweep(at time: Instant? = nil, looks: Int) {
        if let time { latest = max(latest, time) }
        for _ in 0..<min(looks, records.count) {
            if hand >= records.count { hand = 0 }
            let number = hand
            hand += 1
            let record = record(number)
            guard record.pointee.isUsed else { continue }
            if !holdsSomething(record, at: latest) { remove(number) }
        }
    }

    func holdsSomething(_ record: UnsafePointer<Record>, at time: Instant) -> Bool {
        let window = counters[Int(record.pointee.counter)].window
        let header = histories.history(record.pointee.history)
        return window.ticks != 0 && isCurrent(record)
            && window.tick(time) - header.pointee.lastTick < Int64(window.ticks)
    }
}
