public import Domain

/// Cards as a snapshot holds them: with all that a decision reads of them, apart from where it lies.
///
/// An image is, little-endian as the machine is: the card's record (64 bytes), its details (32), how many histories
/// follow (u32) and zero (u32); each history is its rule (u32), how many entries follow (u32), its last tick (i64),
/// and the entries: tick (u32), count (u32), sum (i64).
extension CardShard {
    private static var fixedByteCount: Int { CardRecord.byteCount + CardDetail.byteCount + 8 }
    private static var historyHeadByteCount: Int { 16 }
    private static var entryByteCount: Int { 16 }

    /// The most bytes that the image of one card takes.
    public static var imageByteCountMax: Int {
        let entries = Int(AuthorizationLimits.windowTicksMax) + 2
        return fixedByteCount + AuthorizationLimits.velocityRuleCount
            * (historyHeadByteCount + entries * entryByteCount)
    }

    /// Writes the images of the cards from a slot on, until there are so many or fewer than `imageByteCountMax` bytes
    /// are left.
    ///
    /// - Returns: the slot to go on from, and how many bytes were written.
    /// - Complexity: linear in the cards and their entries.
    public func encodeImages(
        from slot: Int,
        countMax: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> (next: Int, byteCount: Int) {
        var slot = slot
        let end = min(cardCount, slot + countMax)
        var byteCount = 0
        while slot < end, buffer.count - byteCount >= Self.imageByteCountMax {
            byteCount += encodeImage(
                ofSlot: UInt32(slot),
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[byteCount...])
            )
            slot += 1
        }
        return (slot, byteCount)
    }

    /// Writes the image of one card.
    ///
    /// - Parameter buffer: with room for `imageByteCountMax` bytes.
    /// - Returns: how many bytes were written; 0 where there is no such card.
    public func encodeImage(of token: CardToken, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let slot = slot(of: token) else { return 0 }
        return encodeImage(ofSlot: slot, into: buffer)
    }

    private func encodeImage(ofSlot slot: UInt32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        precondition(buffer.count >= Self.imageByteCountMax, "the buffer has room for any card")
        var card = record(slot).pointee
        var number = card.velocity
        card.velocity = 0
        card.awaitingCount = 0
        // SAFETY: the buffer has room for any card, as just checked; both structures are plain bytes without padding.
        buffer.storeBytes(of: card, as: CardRecord.self)
        buffer.storeBytes(of: detail(slot).pointee, toByteOffset: CardRecord.byteCount, as: CardDetail.self)
        var at = Self.fixedByteCount
        var count: UInt32 = 0
        while number != 0 {
            let header = velocity.history(number)
            let rule = Int(header.pointee.rule)
            if header.pointee.epoch == epochs[rule], !header.pointee.isEmpty, windows[rule].ticks != 0 {
                at = encodeHistory(number, rule: rule, at: at, into: buffer)
                count += 1
            }
            number = header.pointee.next
        }
        buffer.storeBytes(of: count, toByteOffset: CardRecord.byteCount + CardDetail.byteCount, as: UInt32.self)
        buffer.storeBytes(of: 0, toByteOffset: CardRecord.byteCount + CardDetail.byteCount + 4, as: UInt32.self)
        return at
    }

    private func encodeHistory(
        _ number: UInt32,
        rule: Int,
        at start: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        var at = start + Self.historyHeadByteCount
        var count: UInt32 = 0
        var cursor = velocity.start(number)
        while let entry = velocity.next(number, &cursor) {
            buffer.storeBytes(of: entry, toByteOffset: at, as: VelocityStore.Entry.self)
            at += Self.entryByteCount
            count += 1
        }
        buffer.storeBytes(of: UInt32(rule), toByteOffset: start, as: UInt32.self)
        buffer.storeBytes(of: count, toByteOffset: start + 4, as: UInt32.self)
        buffer.storeBytes(of: velocity.history(number).pointee.lastTick, toByteOffset: start + 8, as: Int64.self)
        return at
    }

    /// Takes over cards from their images: new ones in the order of the images, known ones as they are there.
    ///
    /// `policyChanged` must have been called with the policy of the images' time. The images must be unchanged since
    /// they were written, which a checksum has shown.
    ///
    /// - Throws: `EventError` when the bytes are not so many images; the shard is of no use then.
    public mutating func restore(images buffer: UnsafeRawBufferPointer, count: Int) throws(EventError) {
        var at = 0
        for _ in 0..<count { at += try restoreImage(UnsafeRawBufferPointer(rebasing: buffer[at...])) }
        guard at == buffer.count else { throw .trailingBytes(count: buffer.count - at) }
    }

    /// Takes over the time of the last event.
    public mutating func restore(latestEventTime: Instant) { latest = max(latest, latestEventTime) }

    private mutating func restoreImage(_ buffer: UnsafeRawBufferPointer) throws(EventError) -> Int {
        guard buffer.count >= Self.fixedByteCount else { throw .truncated }
        guard let status = MemoryLayout<CardRecord>.offset(of: \.status), CardStatus(rawValue: buffer[status]) != nil
        else { throw .invalidField("status") }
        // SAFETY: the bytes are there, and the one field that not every bit pattern fits was just checked.
        var card = buffer.loadUnaligned(as: CardRecord.self)
        let details = buffer.loadUnaligned(fromByteOffset: CardRecord.byteCount, as: CardDetail.self)
        guard card.velocity == 0, card.awaitingCount == 0, card.isAlias || card.limit >= 0,
            Currency(packed: card.currency) != nil,
            LastFour(packed: details.lastFour) != nil
        else { throw .invalidField("card") }
        let slot = place(card, details)
        var number = record(slot).pointee.velocity
        // Payments are counted as they are restored.
        card.awaitingCount = record(slot).pointee.awaitingCount
        record(slot).pointee = card
        detail(slot).pointee = details
        while number != 0 {
            let next = velocity.history(number).pointee.next
            velocity.release(number)
            number = next
        }
        let historyCount = buffer.loadUnaligned(
            fromByteOffset: CardRecord.byteCount + CardDetail.byteCount,
            as: UInt32.self
        )
        guard historyCount <= UInt32(AuthorizationLimits.velocityRuleCount) else { throw .invalidField("histories") }
        var at = Self.fixedByteCount
        for _ in 0..<historyCount { at = try restoreHistory(of: slot, buffer, at: at) }
        return at
    }

    /// The slot of the card, an existing or a new one.
    private mutating func place(_ card: CardRecord, _ details: CardDetail) -> UInt32 {
        if let slot = slot(of: card.token) { return slot }
        let slot = records.append()
        let detailSlot = self.details.append()
        precondition(slot == detailSlot, "records and details go together")
        record(slot).initialize(to: card)
        detail(slot).initialize(to: details)
        if card.isAlias { aliasCount += 1 }
        index.insert(CardIndex.hash(card.token), slot: slot)
        return slot
    }

    private mutating func restoreHistory(
        of slot: UInt32,
        _ buffer: UnsafeRawBufferPointer,
        at start: Int
    ) throws(EventError) -> Int {
        guard buffer.count - start >= Self.historyHeadByteCount else { throw .truncated }
        let rule = Int(buffer.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        let count = Int(buffer.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self))
        let lastTick = buffer.loadUnaligned(fromByteOffset: start + 8, as: Int64.self)
        var at = start + Self.historyHeadByteCount
        guard rule < AuthorizationLimits.velocityRuleCount, windows[rule].ticks != 0 else {
            throw .invalidField("velocity rule")
        }
        guard (buffer.count - at) / Self.entryByteCount >= count else { throw .truncated }
        let card = record(slot)
        let number = velocity.makeHistory(
            rule: rule,
            owner: slot,
            epoch: epochs[rule],
            next: card.pointee.velocity
        )
        card.pointee.velocity = number
        let low = UInt32(truncatingIfNeeded: lastTick)
        var previousAge = UInt32.max
        for _ in 0..<count {
            let entry = buffer.loadUnaligned(fromByteOffset: at, as: VelocityStore.Entry.self)
            let age = low &- entry.tick
            guard age <= previousAge, age < windows[rule].ticks else { throw .invalidField("velocity entry") }
            velocity.restore(number, tick: lastTick - Int64(age), count: entry.count, sum: entry.sum)
            previousAge = age
            at += Self.entryByteCount
        }
        return at
    }
}
