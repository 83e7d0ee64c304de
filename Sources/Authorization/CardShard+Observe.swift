public import Domain

extension CardShard {
    /// Reads what a decision needs; changes nothing.
    ///
    /// `amount` is that of the request, for working out when a declining velocity rule would let it pass; without it
    /// that time is known for rules on the count alone. The policy's velocity windows must be those of the last
    /// `policyChanged`, and `time` must not be before the last event.
    ///
    /// - Complexity: constant, and linear in the approvals that slid out of the windows since the card's last event;
    ///   allocates nothing.
    public func observe(
        _ token: CardToken,
        requesting amount: Int64? = nil,
        at time: Instant,
        policy: borrowing Policy
    ) -> Observation {
        var seen = Observation(unknownCardUnder: policy.version)
        observe(token, requesting: amount, at: time, policy: policy, into: &seen)
        return seen
    }

    /// The same into an observation of an unknown card.
    @inline(__always)
    func observe(
        _ token: CardToken,
        requesting amount: Int64?,
        at time: Instant,
        policy: borrowing Policy,
        into seen: inout Observation
    ) {
        precondition(windowLengths == policy.windowLengths, "policyChanged was not called")
        precondition(time >= latest, "time ran backwards")
        seen.policyVersion = policy.version
        guard let slot = slot(of: token) else { return }
        let card = record(slot)
        // The money of a card that replaced another is elsewhere.
        guard !card.pointee.isAlias else { return }
        guard let currency = Currency(packed: card.pointee.currency) else {
            preconditionFailure("a card record was damaged in memory")
        }
        seen.found = true
        seen.status = card.pointee.status
        seen.expiry = card.pointee.expiry == 0 ? nil : ExpiryMonth(monthNumber: card.pointee.expiry)
        seen.currency = currency
        seen.profileIndex = card.pointee.profileIndex
        seen.balances = card.pointee.balances
        seen.transactionLimit = card.pointee.transactionLimit < 0 ? nil : card.pointee.transactionLimit
        var number = card.pointee.velocity
        while number != 0 {
            let header = velocity.history(number)
            let rule = Int(header.pointee.rule)
            if header.pointee.epoch == epochs[rule], !header.pointee.isEmpty, windows[rule].ticks != 0 {
                let compiled = policy.velocityRules[rule]
                let sumMax = compiled.sumMax(exponent: currency.exponent)
                seen.setVelocityTotals(
                    rule,
                    totals(number, at: time, rule: compiled, requesting: amount, sumMax: sumMax)
                )
            }
            number = header.pointee.next
        }
    }

    /// What is in a history's window at a time.
    @inline(__always)
    private func totals(
        _ number: UInt32,
        at time: Instant,
        rule: CompiledVelocityRule,
        requesting amount: Int64?,
        sumMax: Int64?
    ) -> VelocityTotals {
        let header = velocity.history(number)
        let tick = rule.window.tick(time)
        precondition(tick >= header.pointee.lastTick, "time ran backwards")
        guard tick - header.pointee.lastTick < Int64(rule.window.ticks) else { return VelocityTotals() }
        var totals = VelocityTotals(count: UInt64(header.pointee.count), sum: header.pointee.sum)
        let low = UInt32(truncatingIfNeeded: tick)
        var cursor = velocity.start(number)
        var behind = cursor
        let isOutdated = low &- header.pointee.oldestTick >= rule.window.ticks
        while isOutdated, let entry = velocity.next(number, &cursor), low &- entry.tick >= rule.window.ticks {
            totals.count -= UInt64(entry.count)
            totals.sum -= entry.sum
            behind = cursor
        }
        if rule.action == .decline, let amount = sumMax == nil ? 0 : amount,
            rule.excess(totals, adding: amount, sumMax: sumMax, sumIsComparable: true) != .none
        {
            totals.freeAt = freeAt(number, from: behind, totals, rule: rule, requesting: amount, sumMax: sumMax)
        }
        return totals
    }

    /// When enough will have left the window for the request to fit.
    private func freeAt(
        _ number: UInt32,
        from oldest: VelocityStore.Cursor,
        _ totals: VelocityTotals,
        rule: CompiledVelocityRule,
        requesting amount: Int64,
        sumMax: Int64?
    ) -> Instant? {
        let lastTick = velocity.history(number).pointee.lastTick
        var rest = totals
        var cursor = oldest
        for _ in 0..<AuthorizationLimits.retryScanEntriesMax {
            guard let entry = velocity.next(number, &cursor) else { return nil }
            rest.count -= UInt64(entry.count)
            rest.sum -= entry.sum
            if rule.excess(rest, adding: amount, sumMax: sumMax, sumIsComparable: true) == .none {
                let age = UInt32(truncatingIfNeeded: lastTick) &- entry.tick
                return rule.window.end(ofTick: lastTick - Int64(age))
            }
        }
        return nil
    }
}
