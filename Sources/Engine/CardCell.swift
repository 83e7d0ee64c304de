import Authorization
import Domain
import Journal
import Platform

/// One shard of the card table, with what belongs to it: the policy that it decides by, its last instant, its counts.
struct CardCell: ~Copyable {
    // What every decision changes comes first: the lock is just before it.
    /// The time of this shard's newest record. Time does not go backwards within a shard.
    private(set) var lastTime = Instant.epoch
    var shard: CardShard
    /// Where payments were counted over all cards.
    var origins: OriginStore
    /// The policy in force; owned by the administration, replaced only while every shard is locked.
    var policy: UnsafePointer<Policy>
    /// Where others find the shard's index, for fetching ahead without the lock.
    private let hint: CardIndexHints.Place
    private(set) var counts = DecisionCounts()
    /// What was touched while a snapshot of this shard is being made.
    private var touched = TouchedItems()
    private var isTracking = false
    /// Whether a snapshot is copying where payments were counted: it is for all records since it began that, so none
    /// of them may go meanwhile.
    var keepsOrigins = false
    private let memory: SlabMemory
    /// Where a record is written before the journal copies it.
    private let scratch: UnsafeMutableRawBufferPointer

    init(policy: UnsafePointer<Policy>, memory: SlabMemory, hint: CardIndexHints.Place) {
        self.policy = policy
        scratch = .allocate(
            byteCount: max(AuthorizationEvent.encodedByteCountMax, LifecycleEvent.encodedByteCountMax),
            alignment: 64
        )
        shard = CardShard(expectedCards: 0, memory: memory)
        shard.policyChanged(policy.pointee)
        origins = OriginStore(memory: memory)
        self.memory = memory
        self.hint = hint
        hint.set(shard.indexHint)
    }

    deinit { scratch.deallocate() }

    /// Decides what the event asks, takes the number, changes the state: everything between lock and unlock. The event
    /// is filled in where it lies, because it is large.
    @inline(__always)
    mutating func decide(
        _ event: inout AuthorizationEvent,
        as alias: CardAlias?,
        clock: Instant,
        journal: Journal,
        counters: LockedSlots<CounterShard>
    ) -> RecordPlace {
        event.observation.counters.clear()
        let place: RecordPlace
        if policy.pointee.hasCounters {
            place = decideCounting(&event, as: alias, clock: clock, journal: journal, counters: counters)
        } else {
            event.time = advance(to: clock)
            shard.decide(&event, as: alias, policy: policy.pointee)
            // From here on nothing can fail.
            place = append(&event, to: journal)
            shard.apply(&event, lsn: place.lsn, policy: policy.pointee)
        }
        if isTracking { note(event.account, payment: event.decision.joined?.id) }
        counts.add(event.decision)
        return place
    }

    /// Makes a decision's record.
    @inline(__always)
    func append(_ event: inout AuthorizationEvent, to journal: Journal) -> RecordPlace {
        let byteCount = AuthorizationEvent.encode(&event, into: scratch)
        return journal.append(
            .authorization,
            time: event.time,
            payload: UnsafeRawBufferPointer(rebasing: scratch[..<byteCount])
        )
    }

    /// The same for a message of a payment's life.
    mutating func settle(
        _ request: LifecycleRequest,
        as alias: CardAlias?,
        archived: (payment: PaymentRecord, match: MatchRule)?,
        clock: Instant,
        journal: Journal,
        counters: LockedSlots<CounterShard>
    ) -> (event: LifecycleEvent, place: RecordPlace) {
        var time = advance(to: clock)
        var seen = shard.observe(request, as: alias, archived: archived, at: time, policy: policy.pointee)
        var locks: CounterLocks?
        defer { locks?.unlock() }
        if policy.pointee.hasCounters, seen.card.found {
            let taken = lockCounters(for: request, seen, at: time, counters)
            locks = taken.locks
            if taken.time > time {
                time = taken.time
                seen = shard.observe(request, as: alias, archived: archived, at: time, policy: policy.pointee)
            }
            counters.read(taken.use, at: time, policy: policy.pointee, into: &seen.card.counters)
        }
        let decision = shard.decide(request, at: time, seen: seen, policy: policy.pointee)
        let event = LifecycleEvent(request: request, time: time, observation: seen.card, decision: decision)
        // From here on nothing can fail.
        let byteCount = event.encode(into: scratch)
        let place = journal.append(
            .lifecycle,
            time: time,
            payload: UnsafeRawBufferPointer(rebasing: scratch[..<byteCount])
        )
        shard.apply(event, lsn: place.lsn, policy: policy.pointee)
        if locks != nil, let change = CountedChange(event, lsn: place.lsn) {
            count(change, lsn: place.lsn, counters: counters, under: locks)
        }
        note(event.account, payment: event.before?.id)
        return (event, place)
    }

    /// Ends holds that are due.
    ///
    /// - Returns: how many.
    mutating func expire(
        at clock: Instant,
        limit: Int,
        journal: Journal,
        counters: LockedSlots<CounterShard>
    ) -> Int {
        let time = max(lastTime, clock)
        var due: [PaymentRecord] = []
        shard.forEachDuePayment(limit: limit, at: time) { due.append($0) }
        for payment in due {
            let (event, _) = settle(
                LifecycleRequest(expiryOf: payment, at: time),
                as: nil,
                archived: nil,
                clock: time,
                journal: journal,
                counters: counters
            )
            precondition(event.outcome != .declined, "a hold that is due expires")
        }
        return due.count
    }

    /// The payment in memory that a message means; `nil` when it means none there.
    mutating func match(_ reference: PaymentReference, account: CardToken, amount: Int64?) -> PaymentRecord? {
        shard.match(reference, account: account, amount: amount)?.payment
    }

    /// Puts some keys of payments into the index, so that no message has to wait for all of them.
    mutating func indexPayments(budget: Int) { shard.indexPayments(budget: budget) }

    /// Takes a payment from memory, unless it has changed or a snapshot is being made, which counts what it has copied.
    mutating func removePayment(_ id: LogSequenceNumber, lastLSN: LogSequenceNumber) -> Bool {
        guard !isTracking else { return false }
        return shard.removePayment(id, lastLSN: lastLSN)
    }

    /// Applies what a recorded decision did; `hash` is that of the account's token.
    @inline(__always)
    mutating func replay(_ effect: AuthorizationEffect, hash: UInt64, lsn: LogSequenceNumber) {
        _ = advance(to: effect.time)
        shard.apply(effect, hash: hash, lsn: lsn, policy: policy.pointee)
    }

    /// Applies a recorded decision; with `verifying`, decides it again first.
    ///
    /// - Parameter counters: `nil`: they are not as they were then, and what is recorded of them has to do.
    /// - Returns: the decision as it would be made now, where it differs from the recorded one.
    mutating func replay(
        _ event: inout AuthorizationEvent,
        lsn: LogSequenceNumber,
        verifying: Bool,
        counters: LockedSlots<CounterShard>?
    ) -> Decision? {
        let time = advance(to: event.time)
        var differing: Decision?
        if verifying {
            let alias = event.observation.alias(event.request.cardToken)
            var seen = shard.observe(event.request, as: alias, at: time, policy: policy.pointee)
            seen.counters = readAgain(&event, counters)
            let rules = shard.ruleVerdict(event.request, at: time, seen: seen, policy: policy.pointee)
            var decision = Authorization.decide(
                event.request,
                at: time,
                seen: seen,
                policy: policy.pointee,
                rules: rules
            )
            // Records of before there were expiry tables do not say when a hold expires.
            if event.decision.expiresAt == nil { decision.expiresAt = nil }
            let isSame = decision == event.decision ? seen == event.observation : false
            if !isSame { differing = decision }
        }
        shard.apply(&event, lsn: lsn, policy: policy.pointee)
        return differing
    }

    /// Applies a recorded message of a payment's life; with `verifying`, decides it again first.
    ///
    /// - Returns: the event as it would be now, where it differs from the recorded one.
    mutating func replay(
        _ event: LifecycleEvent,
        lsn: LogSequenceNumber,
        verifying: Bool,
        counters: LockedSlots<CounterShard>?
    ) -> LifecycleEvent? {
        let time = advance(to: event.time)
        let again = verifying ? decideAgain(event, at: time, counters) : event
        shard.apply(event, lsn: lsn, policy: policy.pointee)
        note(event.account)
        return again == event ? nil : again
    }

    /// Decides a recorded message from the state as it is.
    ///
    /// Which payment it named is taken from the record where several have the same key: a payment that has left memory
    /// and came back is as new as one that never left it. What is recorded of the payment counts only where memory does
    /// not have it.
    private mutating func decideAgain(
        _ event: LifecycleEvent,
        at time: Instant,
        _ counters: LockedSlots<CounterShard>?
    ) -> LifecycleEvent {
        var seen = shard.observe(
            event.request,
            as: event.observation.alias(event.request.cardToken),
            archived: event.before.map { ($0, event.match) },
            at: time,
            policy: policy.pointee
        )
        if let before = event.before, let payment = seen.payment, payment.id != before.id {
            seen.payment = shard.payment(LogSequenceNumber(rawValue: before.id)) ?? before
            seen.match = event.match
        }
        seen.card.counters = readAgain(event, seen, counters)
        let decision = shard.decide(event.request, at: time, seen: seen, policy: policy.pointee, again: true)
        return LifecycleEvent(request: event.request, time: time, observation: seen.card, decision: decision)
    }

    /// Carries out a command's event.
    mutating func apply(_ event: CardEvent, lsn: LogSequenceNumber) {
        shard.apply(event, lsn: lsn)
        note(event.token)
        hint.set(shard.indexHint)
    }

    /// Carries out a replacement in the shard of the new card.
    mutating func applyAlias(_ event: CardEvent.Replaced, lsn: LogSequenceNumber) {
        _ = advance(to: event.time)
        shard.applyAlias(event, lsn: lsn)
        note(event.newToken)
        hint.set(shard.indexHint)
    }

    // MARK: Snapshots

    /// A card has changed: what a snapshot has of it already is out of date.
    @inline(__always)
    private mutating func note(_ token: CardToken, payment: UInt64? = nil) {
        guard isTracking else { return }
        touched.cards.append(token)
        if let payment { touched.payments.append(payment) }
    }

    /// Collects the cards that are touched from now on.
    mutating func beginTracking() {
        isTracking = true
        touched = TouchedItems()
    }

    /// Gives what was touched, and goes on collecting.
    mutating func takeTouched() -> TouchedItems {
        let taken = touched
        touched = TouchedItems()
        return taken
    }

    /// Whether nothing was touched since.
    var isUntouched: Bool { touched.isEmpty }

    /// Collects no longer.
    mutating func endTracking() {
        keepsOrigins = false
        isTracking = false
        touched = TouchedItems()
    }

    /// Takes over cards from a snapshot.
    mutating func restore(images: UnsafeRawBufferPointer, count: Int) throws(EventError) {
        try shard.restore(images: images, count: count)
        hint.set(shard.indexHint)
    }

    /// Takes over payments from a snapshot.
    ///
    /// - Returns: Whether all of them belong to cards that are there.
    mutating func restore(payments: UnsafeBufferPointer<PaymentRecord>) -> Bool {
        for payment in payments {
            guard shard.card(payment.account) != nil else { return false }
            shard.restore(payment: payment)
        }
        return true
    }

    /// Takes over the times of a snapshot, and the digest of the payments that were not in memory.
    mutating func restore(lastTime: Instant, latestEventTime: Instant, absentPayments: Digest128) {
        shard.restore(absentPayments: absentPayments)
        self.lastTime = max(self.lastTime, lastTime)
        shard.restore(latestEventTime: latestEventTime)
    }

    /// The time for a record of now: the clock, or the shard's newest time if the clock went backwards.
    mutating func advance(to clock: Instant) -> Instant {
        lastTime = max(lastTime, clock)
        return lastTime
    }

    /// Puts another policy in force from the next decision on.
    mutating func activate(_ policy: UnsafePointer<Policy>) {
        self.policy = policy
        shard.policyChanged(policy.pointee)
        if !policy.pointee.hasCounters, origins.count > 0 { origins = OriginStore(memory: memory) }
    }
}

extension Journal {
    /// Appends a record in the domain's terms.
    @inline(__always)
    func append(_ kind: EventKind, time: Instant, payload: UnsafeRawBufferPointer) -> RecordPlace {
        let appended = append(kind: kind.rawValue, time: time.microseconds, payload: payload)
        return RecordPlace(lsn: LogSequenceNumber(rawValue: appended.lsn), position: appended.position)
    }
}
