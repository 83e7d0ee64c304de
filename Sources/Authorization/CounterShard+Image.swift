public import Domain

/// Keys as a snapshot holds them, each with the record up to which it has everything: so a shard is copied piece by
/// piece while it is used, and nothing is copied twice.
///
/// An image is, little-endian as the machine is: the key (64 bytes), its hash, the record (u64), the counter (u8),
/// whether approvals may be missing (u8), two bytes of zero, how many entries follow (u32), the last tick (i64), and
/// the entries: tick (u32), count (u32), sum (i64); of a counter of different values the value (u128) and tick (i64).
extension CounterShard {
    private static var keyByteCount: Int { CounterKey.byteCount + 32 }
    private static var entryByteCount: Int { 16 }

    /// The most bytes that the image of one key takes.
    public static var imageByteCountMax: Int {
        keyByteCount + (Int(AuthorizationLimits.counterTicksMax) + 2) * entryByteCount
    }

    /// Writes the images of keys from a record on, until so many records were looked at or fewer than
    /// `imageByteCountMax` bytes are left.
    ///
    /// - Parameter lsn: the newest record that is in the shard.
    public func encodeImages(
        from record: Int,
        looks: Int,
        lsn: UInt64,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> (next: Int, count: Int, byteCount: Int) {
        var next = record
        let end = min(recordCount, record + looks)
        var (count, byteCount) = (0, 0)
        while next < end, buffer.count - byteCount >= Self.imageByteCountMax {
            let record = self.record(UInt32(next))
            next += 1
            guard record.pointee.isUsed, holdsSomething(record, at: latest) else { continue }
            byteCount += encode(
                record,
                lsn: lsn,
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[byteCount...])
            )
            count += 1
        }
        return (next, count, byteCount)
    }

    private func encode(
        _ record: UnsafePointer<Record>,
        lsn: UInt64,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        var at = Self.keyByteCount
        var count: UInt32 = 0
        var cursor = histories.start(record.pointee.history)
        while let entry = histories.next(record.pointee.history, &cursor) {
            buffer.storeBytes(of: entry, toByteOffset: at, as: VelocityStore.Entry.self)
            at += Self.entryByteCount
            count += 1
        }
        let lastTick = histories.history(record.pointee.history).pointee.lastTick
        let windowTicks = Int64(counters[Int(record.pointee.counter)].window.ticks)
        values.forEach(record.pointee.values) { entry in
            guard lastTick - entry.tick < windowTicks else { return }
            buffer.storeBytes(of: entry, toByteOffset: at, as: ValueStore.Entry.self)
            at += ValueStore.Entry.byteCount
            count += 1
        }
        buffer.storeBytes(of: record.pointee.key, as: CounterKey.self)
        buffer.storeBytes(of: record.pointee.hash, toByteOffset: 64, as: UInt64.self)
        buffer.storeBytes(of: lsn, toByteOffset: 72, as: UInt64.self)
        buffer.storeBytes(of: record.pointee.counter, toByteOffset: 80, as: UInt8.self)
        buffer.storeBytes(of: record.pointee.isPartial ? 1 : 0, toByteOffset: 81, as: UInt8.self)
        buffer.storeBytes(of: 0, toByteOffset: 82, as: UInt16.self)
        buffer.storeBytes(of: count, toByteOffset: 84, as: UInt32.self)
        buffer.storeBytes(of: lastTick, toByteOffset: 88, as: Int64.self)
        return at
    }

    /// Takes over keys from their images. `policyChanged` must have been called with the policy of the images' time,
    /// and a checksum has shown that the images are as they were written.
    ///
    /// - Throws: `EventError` when the bytes are not so many images; the shard is of no use then.
    public mutating func restore(images buffer: UnsafeRawBufferPointer, count: Int) throws(EventError) {
        var at = 0
        for _ in 0..<count { at += try restoreImage(UnsafeRawBufferPointer(rebasing: buffer[at...])) }
        guard at == buffer.count else { throw .trailingBytes(count: buffer.count - at) }
    }

    private mutating func restoreImage(_ buffer: UnsafeRawBufferPointer) throws(EventError) -> Int {
        guard buffer.count >= Self.keyByteCount else { throw .truncated }
        // SAFETY: the bytes are there, and any bit pattern is a key.
        let key = buffer.loadUnaligned(as: CounterKey.self)
        let counter = Int(buffer[80])
        let count = Int(buffer.loadUnaligned(fromByteOffset: 84, as: UInt32.self))
        let lastTick = buffer.loadUnaligned(fromByteOffset: 88, as: Int64.self)
        guard counter < AuthorizationLimits.counterCount, counters[counter].isOn, count > 0, lastTick >= 0 else {
            throw .invalidField("counter")
        }
        let isDistinct = counters[counter].kind == .distinct
        let entryByteCount = isDistinct ? ValueStore.Entry.byteCount : Self.entryByteCount
        guard (buffer.count - Self.keyByteCount) / entryByteCount >= count else { throw .truncated }
        let hash = key.hash(counter: counter)
        guard hash == buffer.loadUnaligned(fromByteOffset: 64, as: UInt64.self) else { throw .invalidField("key") }
        let number = replace(counter, key, hash)
        let record = self.record(number)
        record.pointee.includedLSN = buffer.loadUnaligned(fromByteOffset: 72, as: UInt64.self)
        record.pointee.isPartial = buffer[81] != 0
        let end = Self.keyByteCount + count * entryByteCount
        guard !isDistinct else {
            try restoreValues(
                record,
                lastTick: lastTick,
                UnsafeRawBufferPointer(rebasing: buffer[Self.keyByteCount..<end])
            )
            return end
        }
        var at = Self.keyByteCount
        let low = UInt32(truncatingIfNeeded: lastTick)
        var previousAge = UInt32.max
        for _ in 0..<count {
            let entry = buffer.loadUnaligned(fromByteOffset: at, as: VelocityStore.Entry.self)
            let age = low &- entry.tick
            guard age <= previousAge, age < counters[counter].window.ticks else { throw .invalidField("entry") }
            histories.restore(
                record.pointee.history,
                tick: lastTick - Int64(age),
                count: entry.count,
                sum: entry.sum
            )
            previousAge = age
            at += Self.entryByteCount
        }
        return at
    }

    private mutating func restoreValues(
        _ record: UnsafeMutablePointer<Record>,
        lastTick: Int64,
        _ buffer: UnsafeRawBufferPointer
    ) throws(EventError) {
        let counter = counters[Int(record.pointee.counter)]
        let entries = stride(from: 0, to: buffer.count, by: ValueStore.Entry.byteCount).map {
            // SAFETY: the bytes are there, and any bit pattern is a value and a tick.
            buffer.loadUnaligned(fromByteOffset: $0, as: ValueStore.Entry.self)
        }
        guard entries.count <= Int(counter.valuesMax),
            entries.allSatisfy({ (0..<Int64(counter.window.ticks)).contains(lastTick &- $0.tick) }),
            Set(entries.map(\.value)).count == entries.count
        else { throw .invalidField("value") }
        values.restore(entries, &record.pointee.values)
        histories.history(record.pointee.history).pointee.lastTick = lastTick
    }

    /// How many bytes `encodeHead` writes.
    public static var headByteCount: Int { 8 + AuthorizationLimits.counterCount * 8 }

    /// Writes what a shard has besides keys: the time of its last event, and when counters last had no room.
    public func encodeHead(into buffer: UnsafeMutableRawBufferPointer) {
        buffer.storeBytes(of: latest.microseconds, as: Int64.self)
        for counter in 0..<AuthorizationLimits.counterCount {
            buffer.storeBytes(of: uncountedAt[counter], toByteOffset: 8 + counter * 8, as: Int64.self)
        }
    }

    /// Takes over the `headByteCount` bytes that `encodeHead` wrote.
    public mutating func restore(head buffer: UnsafeRawBufferPointer) {
        let uncountedAt = (0..<AuthorizationLimits.counterCount).map {
            buffer.loadUnaligned(fromByteOffset: 8 + $0 * 8, as: Int64.self)
        }
        restore(latest: Instant(microseconds: buffer.loadUnaligned(as: Int64.self)), uncountedAt: uncountedAt)
    }

    /// A fingerprint of what all counters hold at a time; it depends neither on where keys lie nor on how they are
    /// spread over shards.
    public func digest(at time: Instant) -> Digest128 {
        var sum = Digest128()
        for number in 0..<UInt32(recordCount) {
            let record = self.record(number)
            guard record.pointee.isUsed, holdsSomething(record, at: time) else { continue }
            sum.add(digest(record, at: time))
        }
        return sum
    }

    private func digest(_ record: UnsafePointer<Record>, at time: Instant) -> Digest128 {
        let window = counters[Int(record.pointee.counter)].window
        let now = window.tick(time)
        let lastTick = histories.history(record.pointee.history).pointee.lastTick
        let low = UInt32(truncatingIfNeeded: lastTick)
        var digest = Digest128()
        digest.combine(UInt64(record.pointee.counter), 0)
        record.pointee.key.combine(into: &digest)
        var cursor = histories.start(record.pointee.history)
        while let entry = histories.next(record.pointee.history, &cursor) {
            let tick = lastTick - Int64(low &- entry.tick)
            guard now - tick < Int64(window.ticks) else { continue }
            digest.combine(UInt64(entry.count), UInt64(bitPattern: tick))
            digest.combine(UInt64(bitPattern: entry.sum), 0)
        }
        var sum = Digest128()
        values.forEach(record.pointee.values) { entry in
            guard now - entry.tick < Int64(window.ticks) else { return }
            var part = Digest128()
            part.combine(entry.value.low, entry.value.high)
            part.combine(UInt64(bitPattern: entry.tick), 1)
            sum.add(part)
        }
        if record.pointee.values != 0 { digest.combine(sum.high, sum.low) }
        return digest
    }
}
