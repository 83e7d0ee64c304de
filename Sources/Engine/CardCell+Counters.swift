import Authorization
import Domain
import Journal
import Platform

extension CardCell {
    /// `decide` where something is counted over all cards: what the counters hold is read and changed under their own
    /// locks, which are held until the event has its number. The event is dated by all shards that it reads.
    mutating func decideCounting(
        _ event: inout AuthorizationEvent,
        as alias: CardAlias?,
        clock: Instant,
        journal: Journal,
        counters: LockedSlots<CounterShard>
    ) -> RecordPlace {
        let account = alias?.account ?? event.request.cardToken
        let use = CounterUse(event.request, of: account, policy: policy.pointee)
        // A payment that waits for this authorization may have been counted elsewhere.
        let mayJoin = shard.mayJoin(event.request, of: account, at: advance(to: clock))
        let locks = mayJoin ? CounterLocks(all: counters) : CounterLocks(counters, use)
        defer { locks.unlock() }
        let time = advance(to: max(clock, locks.latest))
        event.time = time
        counters.read(use, at: time, policy: policy.pointee, into: &event.observation.counters)
        shard.decide(&event, as: alias, policy: policy.pointee)
        if !event.observation.found { event.observation.counters.clear() }
        // From here on nothing can fail.
        let place = append(&event, to: journal)
        shard.apply(&event, lsn: place.lsn, policy: policy.pointee)
        if let change = CountedChange(&event, lsn: place.lsn) {
            count(change, lsn: place.lsn, counters: counters)
        }
        return place
    }

    /// Takes the locks of the counters that a message reads, and dates it by them.
    ///
    /// Which payment a message is about does not depend on the time. Where it counts does, once: when the last counter
    /// that holds it lets it go.
    ///
    /// - Returns: the locks, to be given back when the message has its number, and the message's time.
    mutating func lockCounters(
        for request: LifecycleRequest,
        _ seen: LifecycleObservation,
        at clock: Instant,
        _ counters: LockedSlots<CounterShard>
    ) -> (locks: CounterLocks, use: CounterUse, time: Instant) {
        var time = clock
        while true {
            let origin = origin(of: seen, at: time)
            let use = use(for: request, seen, origin)
            let locks = CounterLocks(counters, use)
            time = advance(to: max(time, locks.latest))
            if (self.origin(of: seen, at: time) == nil) == (origin == nil) { return (locks, use, time) }
            locks.unlock()
        }
    }

    private func origin(of seen: LifecycleObservation, at time: Instant) -> PaymentOrigin? {
        origins.find(seen.payment, at: time, policy: policy.pointee)
    }

    private func use(
        for request: LifecycleRequest,
        _ seen: LifecycleObservation,
        _ origin: PaymentOrigin?
    ) -> CounterUse {
        let account = seen.card.account ?? request.cardToken
        return CounterUse(request, seen: seen, of: account, origin: origin, policy: policy.pointee)
    }

    /// Observes what a recorded message read of counters, for deciding it again.
    ///
    /// - Parameter counters: `nil`: they are not as they were then, and what is recorded has to do.
    func readAgain(
        _ event: LifecycleEvent,
        _ seen: LifecycleObservation,
        _ counters: LockedSlots<CounterShard>?
    ) -> CounterReadings {
        guard let counters else { return event.observation.counters }
        var readings = CounterReadings()
        guard policy.pointee.hasCounters, seen.card.found else { return readings }
        let use = use(for: event.request, seen, origin(of: seen, at: event.time))
        let uncounted = event.observation.counters.uncounted
        counters.read(use, at: event.time, policy: policy.pointee, uncounted: uncounted, into: &readings)
        return readings
    }

    /// Changes what counters hold. The caller has their locks, or nobody else has the state.
    ///
    /// - Parameters:
    ///   - locks: where they were taken before it was known what changes, to be sure that they are the right ones.
    ///   - included: while records are replayed, what the parts of the state have already.
    @inline(__always)
    mutating func count(
        _ change: CountedChange,
        lsn: LogSequenceNumber,
        counters: LockedSlots<CounterShard>,
        under locks: CounterLocks? = nil,
        included: (origins: UInt64, counters: [UInt64])? = nil
    ) {
        let isNew = lsn.rawValue > included?.origins ?? 0
        if change.answer != .none, policy.pointee.declineCountersOn != 0 {
            let use = change.useOfAnswer(origins, policy: policy.pointee)
            if let locks { precondition(locks.cover(use), "a counter that is not locked") }
            counters.answer(change, use, lsn: lsn, policy: policy.pointee, included: included?.counters)
        }
        guard let origin = change.origin(&origins, isNew: isNew, policy: policy.pointee) else { return }
        let use = origin.use(account: change.account, currency: change.currency, policy: policy.pointee)
        if let locks { precondition(locks.cover(use), "a counter that is not locked") }
        counters.apply(change, origin, use, lsn: lsn, policy: policy.pointee, included: included?.counters)
        if isNew, !keepsOrigins { origins.trim(after: lsn, at: change.time, policy: policy.pointee) }
    }

    /// The same for a recorded decision.
    func readAgain(
        _ event: inout AuthorizationEvent,
        _ counters: LockedSlots<CounterShard>?
    ) -> CounterReadings {
        guard let counters else { return event.observation.counters }
        var readings = CounterReadings()
        guard policy.pointee.hasCounters, event.observation.found else { return readings }
        let use = CounterUse(event.request, of: event.account, policy: policy.pointee)
        let uncounted = event.observation.counters.uncounted
        counters.read(use, at: event.time, policy: policy.pointee, uncounted: uncounted, into: &readings)
        return readings
    }

    /// The digest of where payments were counted.
    func originsDigest(at time: Instant) -> Digest128 { origins.digest(at: time, policy: policy.pointee) }
}
