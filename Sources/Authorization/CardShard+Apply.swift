public import Domain

extension CardShard {
    /// Takes over what a decision did: an approval's payment with its hold, and its place in the velocity windows.
    /// Drops what has left the windows. `lsn` is the record's number; it becomes the payment's id.
    ///
    /// The policy must be the one under which the event was decided; an event of layout version 1 does not say when its
    /// hold expires, so that follows from the policy.
    ///
    /// - Complexity: amortised constant; allocates only when a slab grows. A payment that nothing waited for is written
    ///   behind the newest, and nothing is looked up.
    public mutating func apply(
        _ event: borrowing AuthorizationEvent,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        var event = copy event
        apply(&event, lsn: lsn, policy: policy)
    }

    /// The same, of an event where it lies: a borrowed one of this size is moved for the call.
    public mutating func apply(
        _ event: inout AuthorizationEvent,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        if let effect = AuthorizationEffect(&event, lsn: lsn) {
            return apply(effect, hash: CardShard.hash(effect.account), lsn: lsn, policy: policy)
        }
        let isApproval = event.decision.outcome != .declined
        let slot = slot(of: event.account)
        guard let slot = begin(slot, at: event.time, isApproval: isApproval, policy: policy) else { return }
        join(event, lsn: lsn, slot: slot, policy: policy)
    }

    /// The same, of what a decision did that joined no payment; `hash` is that of the account's token.
    @inline(__always)
    public mutating func apply(
        _ effect: AuthorizationEffect,
        hash: UInt64,
        lsn: LogSequenceNumber,
        policy: borrowing Policy
    ) {
        let isApproval = effect.outcome != .declined
        let slot = slot(of: effect.account, hash: hash)
        guard let slot = begin(slot, at: effect.time, isApproval: isApproval, policy: policy) else { return }
        let card = record(slot)
        let amount = effect.amount
        guard isApproval else {
            precondition(amount == 0, "a decline with an amount")
            if card.pointee.velocity != 0 { evict(slot, at: effect.time) }
            return
        }
        precondition(amount >= 0 && amount <= AuthorizationLimits.amountMax, "an amount out of range")
        if amount > 0 {
            precondition(
                card.pointee.held >= 0 && amount <= card.pointee.balances.available,
                "an approval above the limit"
            )
            if effect.isFinancial { card.pointee.posted += amount } else { card.pointee.held += amount }
            append(effect, lsn: lsn, currency: card.pointee.currency, expiresAt: effect.expiry(under: policy))
        }
        if policy.hasVelocityRules || card.pointee.velocity != 0 { count(slot, at: effect.time, sum: amount) }
    }

    /// Notes the time of an event, and gives the slot of its account; `nil`: there is none, and nothing was approved.
    @inline(__always)
    private mutating func begin(
        _ slot: UInt32?,
        at time: Instant,
        isApproval: Bool,
        policy: borrowing Policy
    ) -> UInt32? {
        precondition(windowLengths == policy.windowLengths, "policyChanged was not called")
        precondition(time >= latest, "time ran backwards")
        latest = time
        precondition(slot != nil || !isApproval, "an approval of an unknown card")
        return slot
    }

    /// Adds the payment of an approval that nothing waited for.
    @inline(__always)
    private mutating func append(
        _ effect: AuthorizationEffect,
        lsn: LogSequenceNumber,
        currency: UInt32,
        expiresAt: Instant
    ) {
        if !effect.isFinancial {
            let plain = PlainPayment(
                id: lsn.rawValue,
                account: effect.account,
                approved: effect.amount,
                at: effect.time.microseconds,
                expiresAt: expiresAt.microseconds,
                keys: effect.keys,
                currency: currency,
                category: effect.category.code,
                network: effect.network,
                isFlagged: effect.outcome == .flagged
            )
            if let plain { return payments.append(plain) }
        }
        payments.appendFull(effect.newPayment(lsn: lsn, currency: currency, expiresAt: expiresAt))
    }

    /// Takes over an authorization that joined a payment which waited for it.
    private mutating func join(
        _ event: borrowing AuthorizationEvent,
        lsn: LogSequenceNumber,
        slot: UInt32,
        policy: borrowing Policy
    ) {
        guard let before = event.observation.awaiting, let joined = event.decision.joined else {
            preconditionFailure("joined with nothing")
        }
        let after = event.joinedPayment(joined, lsn: lsn)
        put(after, before: before, slot: slot)
        let card = record(slot)
        card.pointee.held += after.hold - before.hold
        card.pointee.posted += after.posted - before.posted
        let isApproval = event.decision.outcome != .declined
        let change = VelocityChange(
            count: isApproval && !before.flags.contains(.counted) ? 1 : 0,
            sum: after.spent - before.spent
        )
        self.change(slot, at: event.time, by: change, policy: policy)
    }

    /// Moves a card's velocity windows.
    mutating func change(_ slot: UInt32, at time: Instant, by change: VelocityChange, policy: borrowing Policy) {
        guard policy.hasVelocityRules || record(slot).pointee.velocity != 0 else { return }
        if change.count > 0 || change.sum > 0 {
            count(slot, at: time, count: UInt32(change.count), sum: max(0, change.sum))
        } else {
            evict(slot, at: time)
        }
        guard change.sum < 0 else { return }
        var number = record(slot).pointee.velocity
        while number != 0 {
            let header = velocity.history(number)
            let rule = Int(header.pointee.rule)
            if header.pointee.epoch == epochs[rule], windows[rule].ticks != 0 {
                velocity.subtract(number, sum: -change.sum)
            }
            number = header.pointee.next
        }
    }

    /// Takes over what a command did to a card. `lsn` is the record's number; it becomes a new card's `createdLSN`.
    ///
    /// The event must come from `validate`, so that the card exists, or not, as the event wants it. A replacement has a
    /// second part, `applyAlias`, in the shard of the new token; this is what it does to the card that is replaced.
    public mutating func apply(_ event: CardEvent, lsn: LogSequenceNumber) {
        latest = max(latest, event.time)
        switch event {
        case .created(let created): create(created, lsn: lsn)
        case .statusChanged(let changed):
            let card = record(existing(changed.token))
            precondition(card.pointee.status == changed.previous, "the status was another")
            card.pointee.status = changed.status
        case .limitsChanged(let changed):
            let card = record(existing(changed.token))
            precondition((0...AuthorizationLimits.amountMax).contains(changed.limit))
            precondition(!card.pointee.isAlias, "the limits are the account's")
            card.pointee.limit = changed.limit
            card.pointee.transactionLimit = changed.transactionLimit ?? -1
            card.pointee.expiry = changed.expiry?.monthNumber ?? 0
            card.pointee.profileIndex = changed.profileIndex
        case .replaced(let replaced):
            let card = record(existing(replaced.token))
            precondition(card.pointee.status == replaced.previous, "the status was another")
            card.pointee.status = replaced.status
        }
    }

    /// Adopts the velocity windows of a policy; call it for every policy, the first included, before events under it.
    ///
    /// A rule whose window keeps its length keeps its history, even if its maxima or its action are others. A rule
    /// whose window got another length, or which was off, starts empty for every card: what was approved before
    /// counts for nothing in it.
    ///
    /// - Complexity: constant; histories that no longer count are given back later.
    public mutating func policyChanged(_ policy: borrowing Policy) {
        for rule in 0..<AuthorizationLimits.velocityRuleCount {
            let window = policy.velocityRules[rule].window
            guard window != windows[rule] else { continue }
            windows[rule] = window
            epochs[rule] += 1
        }
        windowLengths = policy.windowLengths
        windowsOn = policy.velocityRulesOn
        rules.adopt(policy.rules)
    }

    // MARK: Cards

    private func existing(_ token: CardToken) -> UInt32 {
        guard let slot = slot(of: token) else { preconditionFailure("an event of an unknown card") }
        return slot
    }

    private mutating func create(_ event: CardEvent.Created, lsn: LogSequenceNumber) {
        precondition(slot(of: event.token) == nil, "the card exists")
        precondition(cardCount < AuthorizationLimits.cardsPerShardMax, "the shard is full")
        precondition((0...AuthorizationLimits.amountMax).contains(event.limit))
        let slot = records.append()
        let detailSlot = details.append()
        precondition(slot == detailSlot)
        record(slot).initialize(
            to: CardRecord(
                tokenHigh: event.token.high,
                tokenLow: event.token.low,
                limit: event.limit,
                posted: 0,
                held: 0,
                transactionLimit: event.transactionLimit ?? -1,
                currency: event.currency.packed,
                velocity: 0,
                expiry: event.expiry?.monthNumber ?? 0,
                status: event.status,
                profileIndex: event.profileIndex,
                lifecycle: 0
            )
        )
        detail(slot).initialize(
            to: CardDetail(
                createdLSN: lsn.rawValue,
                createdAt: event.time.microseconds,
                lastFour: event.lastFour.packed,
                reserved: 0,
                reservedToo: 0
            )
        )
        index.insert(CardIndex.hash(event.token), slot: slot)
    }

    // MARK: Velocity

    /// Adds one approval, or its money alone, to every history of a card, and makes those that are missing.
    @inline(__always)
    private mutating func count(_ slot: UInt32, at time: Instant, count: UInt32 = 1, sum: Int64) {
        var missing = windowsOn
        let card = record(slot)
        var number = card.pointee.velocity
        var previous: UInt32 = 0
        while number != 0 {
            let header = velocity.history(number)
            let next = header.pointee.next
            let rule = Int(header.pointee.rule)
            let window = windows[rule]
            if window.ticks == 0 {
                unlink(number, of: slot, after: previous)
                velocity.release(number)
            } else {
                let tick = window.tick(time)
                if header.pointee.epoch != epochs[rule] {
                    velocity.clear(number)
                    header.pointee.epoch = epochs[rule]
                }
                velocity.evict(number, at: tick, windowTicks: window.ticks)
                if velocity.needsUnit(number, tick: tick) {
                    reclaim(at: time, looks: Self.looksPerGrowth, sparing: slot)
                }
                velocity.append(number, tick: tick, count: count, sum: sum)
                missing &= ~(1 << rule)
                previous = number
            }
            number = next
        }
        while missing != 0 {
            let rule = missing.trailingZeroBitCount
            missing &= missing - 1
            if !velocity.hasFree { reclaim(at: time, looks: Self.looksPerGrowth, sparing: slot) }
            let made = velocity.makeHistory(
                rule: rule,
                owner: slot,
                epoch: epochs[rule],
                next: card.pointee.velocity
            )
            card.pointee.velocity = made
            velocity.append(made, tick: windows[rule].tick(time), count: count, sum: sum)
        }
    }

    private mutating func evict(_ slot: UInt32, at time: Instant) {
        var number = record(slot).pointee.velocity
        while number != 0 {
            let header = velocity.history(number)
            let rule = Int(header.pointee.rule)
            if header.pointee.epoch == epochs[rule], windows[rule].ticks != 0 {
                velocity.evict(number, at: windows[rule].tick(time), windowTicks: windows[rule].ticks)
            }
            number = header.pointee.next
        }
    }

    private func unlink(_ number: UInt32, of slot: UInt32, after previous: UInt32) {
        let next = velocity.history(number).pointee.next
        if previous == 0 {
            record(slot).pointee.velocity = next
        } else {
            velocity.history(previous).pointee.next = next
        }
    }

    // MARK: Giving back

    private static var looksPerGrowth: Int { 2 }

    /// Looks at up to `budget` units of velocity history and gives back those that hold nothing at `time`.
    ///
    /// Histories are also reclaimed while they are needed; this is for doing it ahead, in idle time. Nothing that can
    /// be observed changes, the digest included, so it needs no journal record.
    ///
    /// - Returns: How many units were given back.
    @discardableResult
    public mutating func sweep(at time: Instant, budget: Int) -> Int {
        let before = velocity.unitsInUse
        reclaim(at: time, looks: budget)
        return before - velocity.unitsInUse
    }

    /// Leaves the histories of one card alone: the one that asks, because it is walking along them.
    private mutating func reclaim(at time: Instant, looks: Int, sparing spared: UInt32? = nil) {
        let now = max(time, latest)
        for _ in 0..<min(looks, Int(velocity.unitCount) - 1) {
            if velocity.hand >= velocity.unitCount { velocity.hand = 1 }
            let number = velocity.hand
            velocity.hand += 1
            let header = velocity.history(number)
            guard header.pointee.kind != VelocityStore.Header.free, header.pointee.owner != spared else { continue }
            let rule = Int(header.pointee.rule)
            let window = windows[rule]
            let isOver =
                header.pointee.epoch != epochs[rule] || window.ticks == 0
                || window.tick(now) - header.pointee.lastTick >= Int64(window.ticks)
            guard isOver else { continue }
            remove(number, of: header.pointee.owner)
        }
    }

    private mutating func remove(_ number: UInt32, of slot: UInt32) {
        var previous: UInt32 = 0
        var candidate = record(slot).pointee.velocity
        while candidate != number {
            precondition(candidate != 0, "a history that its card does not have")
            previous = candidate
            candidate = velocity.history(candidate).pointee.next
        }
        unlink(number, of: slot, after: previous)
        velocity.release(number)
    }
}
