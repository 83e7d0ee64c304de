public import Domain

/// What is kept of approvals and declines beside count and sum.
extension CounterShard {
    /// Reads what is no count and sum: of a key that holds something.
    ///
    /// - Complexity: linear in the values, or in the amounts that left the window since the key's last event.
    func readOther(
        _ counter: Int,
        _ record: UnsafePointer<Record>,
        at time: Instant,
        into readings: inout CounterReadings
    ) {
        guard !record.pointee.isPartial || !lacksSome(counter, at: time) else {
            return readings.setUnknown(counter, isCounted: true)
        }
        let window = counters[counter].window
        let tick = window.tick(time)
        switch counters[counter].kind {
        case .totals, .declines: preconditionFailure("read as totals")
        case .distinct:
            let count = values.count(record.pointee.values, after: tick - Int64(window.ticks))
            readings.set(counter, count: UInt64(count), sum: 0)
        case .least, .greatest:
            let amount = histories.amount(record.pointee.history, at: tick, windowTicks: window.ticks)
            if let amount { readings.set(counter, count: 1, sum: amount) }
        }
    }

    /// Notes what an approval has, its value or its amount.
    ///
    /// - Parameters:
    ///   - amount: in minor units, above zero.
    ///   - lsn: the record's number.
    mutating func note(
        _ counter: Int,
        _ use: borrowing CounterUse,
        amount: Int64,
        at time: Instant,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        guard let number = open(counter, use, at: time, lsn: lsn, policy: policy) else { return }
        let record = record(number)
        let window = counters[counter].window
        let tick = window.tick(time)
        switch counters[counter].kind {
        case .totals, .declines: preconditionFailure("counted by adding")
        case .distinct:
            values.note(
                use.value(counter, policy),
                at: tick,
                windowTicks: window.ticks,
                upTo: Int(counters[counter].valuesMax),
                &record.pointee.values
            )
            histories.history(record.pointee.history).pointee.lastTick = tick
        case .least, .greatest:
            histories.note(
                amount,
                record.pointee.history,
                tick: tick,
                windowTicks: window.ticks,
                isLeast: counters[counter].kind == .least
            )
        }
    }

    /// The key's record, made where there is none; `nil`: it has the event already.
    private mutating func open(
        _ counter: Int,
        _ use: borrowing CounterUse,
        at time: Instant,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) -> UInt32? {
        latest = max(latest, time)
        let key = use.key(counter, policy)
        let hash = use.hash(counter)
        let number: UInt32
        if let found = find(counter, key, hash) {
            guard lsn.rawValue > record(found).pointee.includedLSN else { return nil }
            number = found
            guard record(number).pointee.isPartial || !holdsSomething(record(number), at: time) else { return number }
        } else {
            sweep(looks: Self.looksPerKey)
            number = makeRecord(counter, key, hash)
        }
        record(number).pointee.isPartial = lacksSome(counter, at: time)
        return number
    }

    /// Ends a key's row of declines: it leaves memory.
    public mutating func endRow(
        _ counter: Int,
        _ use: borrowing CounterUse,
        at time: Instant,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        latest = max(latest, time)
        guard let found = find(counter, use.key(counter, policy), use.hash(counter)),
            lsn.rawValue > record(found).pointee.includedLSN
        else { return }
        remove(found)
    }
}

extension CompiledCounter.Kind {
    /// Whether a key's history is of counts and sums. Of declines the sum is how many were for want of funds.
    @inline(__always)
    var isTotals: Bool {
        switch self {
        case .totals, .declines: true
        case .distinct, .least, .greatest: false
        }
    }
}
