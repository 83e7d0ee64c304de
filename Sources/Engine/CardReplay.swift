import Authorization
import Domain
import Platform

/// The part of recovery that concerns cards and payments: applies events in the order of the journal.
struct CardReplay: Sendable {
    private let state: EngineState
    private let options: EngineOptions
    /// What the parts of the state hold.
    private let included: IncludedRecords
    /// Nobody else has the state yet, and the reading thread does not touch the cards: no lock is needed.
    private let places: StatePlaces

    init(state: EngineState, options: EngineOptions, included: IncludedRecords) {
        self.state = state
        self.options = options
        self.included = included
        places = state.places
    }

    /// Applies a batch.
    ///
    /// - Returns: why it cannot be; nothing is applied after it.
    func apply(_ batch: ReplayBatch) -> EngineError? {
        let foresight = ReplayForesight(places: places)
        // One for all records of the batch, because it is large.
        var event = AuthorizationEvent.blank
        for first in stride(from: -ReplayForesight.lead, to: batch.count, by: ReplayForesight.distance) {
            foresight.look(at: first + ReplayForesight.lead, of: batch)
            guard first >= 0 else { continue }
            for index in first..<min(first + ReplayForesight.distance, batch.count) {
                do throws(EngineError) {
                    try apply(batch[index], of: batch, &event)
                } catch {
                    return error
                }
            }
        }
        return nil
    }

    private func apply(
        _ record: ReplayBatch.Record,
        of batch: ReplayBatch,
        _ event: inout AuthorizationEvent
    ) throws(EngineError) {
        let lsn = record.lsn
        guard let kind = record.kind else { return apply(batch.effect(record), hash: record.hash, lsn: lsn) }
        let payload = batch.payload(record)
        // A `StoredRecord` is as large as the largest event, so each is read as what it is.
        switch kind {
        case .authorization:
            try reading(kind, lsn) { () throws(EventError) in try event.decode(payload) }
            try apply(&event, lsn: lsn)
        case .lifecycle:
            try apply(
                try reading(kind, lsn) { () throws(EventError) in try LifecycleEvent(decoding: payload) },
                lsn: lsn
            )
        case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced:
            try apply(
                try reading(kind, lsn) { () throws(EventError) in try CardEvent(decoding: payload, kind: kind) },
                lsn: lsn
            )
        case .configurationChanged, .ruleAdded, .ruleMoved, .principalChanged, .listCreated, .listDeleted,
            .listEntriesAdded, .listEntriesRemoved:
            preconditionFailure("a record that concerns no card")
        }
    }

    /// Says which record cannot be read, where one cannot.
    @inline(__always)
    private func reading<Event>(
        _ kind: EventKind,
        _ lsn: LogSequenceNumber,
        _ body: () throws(EventError) -> Event
    ) throws(EngineError) -> Event {
        do throws(EventError) { return try body() } catch {
            throw .unreadableRecord(lsn: lsn, kind: kind.rawValue, detail: "\(error)")
        }
    }

    @inline(__always)
    private func apply(_ effect: AuthorizationEffect, hash: UInt64, lsn: LogSequenceNumber) {
        let shard = places.cardShard(hash: hash)
        guard lsn.rawValue > included.cards[shard] else { return }
        places.cards.state(shard).pointee.replay(effect, hash: hash, lsn: lsn)
    }

    private func apply(_ event: inout AuthorizationEvent, lsn: LogSequenceNumber) throws(EngineError) {
        var account = event.request.cardToken
        if let root = event.observation.account { account = root }
        let shard = places.cardShard(account)
        let cell = places.cards.state(shard)
        var differing: Decision?
        if lsn.rawValue > included.cards[shard] {
            let verifying = options.verifiesDecisions
            differing = cell.pointee.replay(&event, lsn: lsn, verifying: verifying, counters: counters(at: lsn))
        }
        if cell.pointee.policy.pointee.hasCounters, let change = CountedChange(&event, lsn: lsn) {
            count(change, lsn: lsn, shard)
        }
        guard let differing else { return }
        throw .decisionDiffers(lsn: lsn, recorded: event.decision, now: differing)
    }

    private func apply(_ event: LifecycleEvent, lsn: LogSequenceNumber) throws(EngineError) {
        let shard = places.cardShard(event.account)
        let cell = places.cards.state(shard)
        var differing: LifecycleEvent?
        if lsn.rawValue > included.cards[shard] {
            let verifying = options.verifiesDecisions
            differing = cell.pointee.replay(event, lsn: lsn, verifying: verifying, counters: counters(at: lsn))
        }
        if cell.pointee.policy.pointee.hasCounters, let change = CountedChange(event, lsn: lsn) {
            count(change, lsn: lsn, shard)
        }
        guard let differing else { return }
        throw .eventDiffers(lsn: lsn, recorded: event.decision, now: differing.decision)
    }

    /// The counters, where they are as they were before a record: a snapshot has them of later than cards.
    @inline(__always)
    private func counters(at lsn: LogSequenceNumber) -> LockedSlots<CounterShard>? {
        lsn.rawValue > included.anywhere ? places.counters : nil
    }

    /// Counts what an event did over all cards, where that is not in a snapshot already.
    private func count(_ change: CountedChange, lsn: LogSequenceNumber, _ shard: Int) {
        places.cards.state(shard).pointee.count(
            change,
            lsn: lsn,
            counters: places.counters,
            included: (included.origins[shard], included.counters)
        )
    }

    private func apply(_ event: CardEvent, lsn: LogSequenceNumber) throws(EngineError) {
        let shard = places.cardShard(event.token)
        let cell = places.cards.state(shard)
        if lsn.rawValue > included.cards[shard] {
            _ = cell.pointee.advance(to: event.time)
            cell.pointee.apply(event, lsn: lsn)
        }
        if case .replaced(let replaced) = event { alias(replaced, lsn: lsn) }
        guard case .created = event, lsn.rawValue > included.administration else { return }
        // The other thread looks at the administration too.
        let place = Administration.CardPlace(shard: UInt32(shard), slot: UInt32(cell.pointee.shard.cardCount - 1))
        let hasRoom = state.administration.withLock { administration in
            guard administration.cardPlaces.count < options.cardCountMax else { return false }
            administration.cardPlaces.append(place)
            return true
        }
        guard !hasRoom else { return }
        throw .limitReached(
            lsn: lsn,
            detail: "the directory has more cards than the limit of \(options.cardCountMax); raise the limit"
        )
    }

    /// The second part of a replacement, in the shard of the new card.
    private func alias(_ event: CardEvent.Replaced, lsn: LogSequenceNumber) {
        let shard = state.cardShard(event.newToken)
        let slot = state.cards.withLock(shard) { cell -> Int in
            if lsn.rawValue > included.cards[shard] { cell.applyAlias(event, lsn: lsn) }
            return cell.shard.cardCount - 1
        }
        guard lsn.rawValue > included.administration else { return }
        state.administration.withLock {
            $0.cardPlaces.append(Administration.CardPlace(shard: UInt32(shard), slot: UInt32(slot)))
        }
    }
}
