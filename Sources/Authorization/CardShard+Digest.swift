public import Domain

extension CardShard {
    /// A fingerprint of all cards, of their payments, and of the approvals that are in their velocity windows at a
    /// time.
    ///
    /// It depends neither on where things lie in memory nor on how cards are spread over shards, if `time` is the same
    /// for all of them: the sum of the shards' digests, each at the time of the last event of all, is that of the
    /// state. `time` counts from the shard's last event on; `nil` stands for that.
    ///
    /// - Complexity: linear in cards and entries.
    public func digest(at time: Instant? = nil) -> Digest128 {
        let time = max(time ?? latest, latest)
        var sum = Digest128()
        for slot in 0..<UInt32(cardCount) { sum.add(digest(ofSlot: slot, at: time)) }
        sum.add(payments.digest)
        return sum
    }

    private func digest(ofSlot slot: UInt32, at time: Instant) -> Digest128 {
        let card = record(slot).pointee
        let detail = detail(slot).pointee
        var digest = Digest128()
        digest.combine(card.tokenHigh, card.tokenLow)
        digest.combine(UInt64(bitPattern: card.limit), UInt64(bitPattern: card.posted))
        digest.combine(UInt64(bitPattern: card.held), UInt64(bitPattern: card.transactionLimit))
        digest.combine(
            UInt64(card.currency) << 32 | UInt64(card.expiry) << 16 | UInt64(card.status.rawValue) << 8
                | UInt64(card.profileIndex),
            UInt64(detail.lastFour) | UInt64(card.lifecycle & CardRecord.aliasBit) << 32
        )
        digest.combine(detail.createdLSN, UInt64(bitPattern: detail.createdAt))
        for rule in 0..<AuthorizationLimits.velocityRuleCount where windows[rule].ticks != 0 {
            var number = card.velocity
            while number != 0 {
                let header = velocity.history(number)
                if Int(header.pointee.rule) == rule, header.pointee.epoch == epochs[rule] {
                    combine(&digest, number, rule: rule, at: time)
                }
                number = header.pointee.next
            }
        }
        return digest
    }

    private func combine(_ digest: inout Digest128, _ number: UInt32, rule: Int, at time: Instant) {
        let header = velocity.history(number)
        let now = windows[rule].tick(time)
        var cursor = velocity.start(number)
        guard !header.pointee.isEmpty, now - header.pointee.lastTick < Int64(windows[rule].ticks) else { return }
        let low = UInt32(truncatingIfNeeded: header.pointee.lastTick)
        while let entry = velocity.next(number, &cursor) {
            let tick = header.pointee.lastTick - Int64(low &- entry.tick)
            guard now - tick < Int64(windows[rule].ticks) else { continue }
            digest.combine(UInt64(rule) << 32 | UInt64(entry.count), UInt64(bitPattern: tick))
            digest.combine(UInt64(bitPattern: entry.sum), 0)
        }
    }
}
