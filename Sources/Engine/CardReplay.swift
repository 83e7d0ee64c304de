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
        var foresight = ReplayForesight(places: places)
        // One for all records of the batch, because it is large.
        var event = AuthorizationEvent.blank
        for index in 0..<min(ReplayForesight.lead, batch.count) { note(batch, index, &foresight) }
        for index in 0..<batch.count {
            if index + ReplayForesight.lead < batch.count { note(batch, index + ReplayForesight.lead, &foresight) }
            do throws(EngineError) {
                try apply(batch[index], batch.payload(batch[index]), &event)
            } catch {
                return error
            }
        }
        return nil
    }

    private func note(_ batch: ReplayBatch, _ index: Int, _ foresight: inout ReplayForesight) {
        batch.prefetch(index)
        let token = batch[index].token
        if !token.isZero { foresight.note(token) }
    }

    private func apply(
        _ record: ReplayBatch.Record,
        _ payload: UnsafeRawBufferPointer,
        _ event: inout AuthorizationEvent
    ) throws(EngineError) {
        let place = record.place
        // Nearly all records are of this kind, so it is read without the copies that the others take.
        if record.kind == EventKind.authorization.rawValue {
            do throws(EventError) {
                try event.decode(payload)
            } catch {
                throw .unreadableRecord(lsn: place.lsn, kind: record.kind, detail: "\(error)")
            }
            return try apply(&event, at: place)
        }
        switch try StoredRecord(kind: record.kind, payload: payload, lsn: place.lsn) {
        case .lifecycle(let event, _): try apply(event, at: place)
        case .card(let event, _): try apply(event, at: place)
        case .authorization, .configuration, .rule, .principal, .list: preconditionFailure("a record of another kind")
        }
    }

    private func apply(_ event: inout AuthorizationEvent, at place: RecordPlace) throws(EngineError) {
        var account = event.request.cardToken
        if let root = event.observation.account { account = root }
        let shard = places.cardShard(account)
        guard place.lsn.rawValue > included.cards[shard] else { return }
        let verifying = options.verifiesDecisions
        let differing = places.cards.state(shard).pointee.replay(&event, lsn: place.lsn, verifying: verifying)
        guard let differing else { return }
        throw .decisionDiffers(lsn: place.lsn, recorded: event.decision, now: differing)
    }

    private func apply(_ event: LifecycleEvent, at place: RecordPlace) throws(EngineError) {
        let shard = places.cardShard(event.account)
        guard place.lsn.rawValue > included.cards[shard] else { return }
        let verifying = options.verifiesDecisions
        let cell = places.cards.state(shard)
        let differing = cell.pointee.replay(event, lsn: place.lsn, verifying: verifying)
        guard let differing else { return }
        throw .eventDiffers(lsn: place.lsn, recorded: event.decision, now: differing.decision)
    }

    private func apply(_ event: CardEvent, at place: RecordPlace) throws(EngineError) {
        if case .created = event, place.lsn.rawValue > included.administration {
            let count = state.administration.withLock { $0.cardPlaces.count }
            guard count < options.cardCountMax else {
                throw .limitReached(
                    lsn: place.lsn,
                    detail: "the directory has more cards than the limit of \(options.cardCountMax); raise the limit"
                )
            }
        }
        let shard = state.cardShard(event.token)
        let lsn = place.lsn.rawValue
        let slot = state.cards.withLock(shard) { cell -> Int in
            if lsn > included.cards[shard] {
                _ = cell.advance(to: event.time)
                cell.apply(event, lsn: place.lsn)
            }
            return cell.shard.cardCount - 1
        }
        if case .replaced(let replaced) = event { alias(replaced, at: place) }
        if case .created = event, lsn > included.administration {
            state.administration.withLock {
                $0.cardPlaces.append(Administration.CardPlace(shard: UInt32(shard), slot: UInt32(slot)))
            }
        }
    }

    /// The second part of a replacement, in the shard of the new card.
    private func alias(_ event: CardEvent.Replaced, at place: RecordPlace) {
        let shard = state.cardShard(event.newToken)
        let slot = state.cards.withLock(shard) { cell -> Int in
            if place.lsn.rawValue > included.cards[shard] { cell.applyAlias(event, lsn: place.lsn) }
            return cell.shard.cardCount - 1
        }
        guard place.lsn.rawValue > included.administration else { return }
        state.administration.withLock {
            $0.cardPlaces.append(Administration.CardPlace(shard: UInt32(shard), slot: UInt32(slot)))
        }
    }
}
