import Authorization
import Domain
import Journal
import Platform

/// Applies the records of a journal to an empty state or to that of a snapshot, one after the other.
///
/// A record that a part of the state has already is left out there.
struct Replay: ~Copyable {
    private let state: EngineState
    private let options: EngineOptions
    private let progress: StartProgress
    /// What the parts of the state hold.
    private let included: IncludedRecords
    /// What all parts of it hold.
    private let includedEverywhere: UInt64
    /// Why the directory cannot be served; nothing is applied after it.
    private(set) var failure: EngineError?

    init(
        state: EngineState,
        options: EngineOptions,
        included: IncludedRecords,
        progress: StartProgress = StartProgress()
    ) {
        self.progress = progress
        self.state = state
        self.options = options
        self.included = included
        includedEverywhere = included.everywhere
    }

    mutating func apply(_ record: JournalRecordView) -> ReplayVerdict {
        let place = RecordPlace(lsn: LogSequenceNumber(rawValue: record.lsn), position: record.position)
        progress.noteRecord(record.lsn)
        guard record.lsn > includedEverywhere else { return .applied }
        do throws(EngineError) {
            // Nearly all records are of this kind, so it is read without the copies that the others take.
            if record.kind == EventKind.authorization.rawValue {
                do throws(EventError) {
                    var event = try AuthorizationEvent(decoding: record.payload)
                    return apply(&event, at: place).map { refuse($0) } ?? .applied
                } catch {
                    throw .unreadableRecord(lsn: place.lsn, kind: record.kind, detail: "\(error)")
                }
            }
            switch try StoredRecord(kind: record.kind, payload: record.payload, lsn: place.lsn) {
            case .authorization(var event, _):
                if let error = apply(&event, at: place) { throw error }
            case .lifecycle(let event, _): try apply(event, at: place)
            case .card(let event, _): try apply(event, at: place)
            case .configuration(let event, _): try apply(event, at: place)
            }
            return .applied
        } catch {
            return refuse(error)
        }
    }

    private mutating func refuse(_ error: EngineError) -> ReplayVerdict {
        failure = error
        return .refused("\(error)")
    }

    private func apply(_ event: inout AuthorizationEvent, at place: RecordPlace) -> EngineError? {
        remember(event.request.requestID, event.request.transmissionTime, place)
        var account = event.request.cardToken
        if let root = event.observation.account { account = root }
        let shard = state.cardShard(account)
        guard place.lsn.rawValue > included.cards[shard] else { return nil }
        let verifying = options.verifiesDecisions
        state.cards.lock(shard)
        let differing = state.cards.state(shard).pointee.replay(&event, lsn: place.lsn, verifying: verifying)
        state.cards.unlock(shard)
        guard let differing else { return nil }
        return .decisionDiffers(lsn: place.lsn, recorded: event.decision, now: differing)
    }

    private func apply(_ event: LifecycleEvent, at place: RecordPlace) throws(EngineError) {
        remember(event.request.requestID, event.request.transmissionTime, place)
        let shard = state.cardShard(event.account)
        guard place.lsn.rawValue > included.cards[shard] else { return }
        let verifying = options.verifiesDecisions
        let differing = state.cards.withLock(shard) { $0.replay(event, lsn: place.lsn, verifying: verifying) }
        guard let differing else { return }
        throw .eventDiffers(lsn: place.lsn, recorded: event.decision, now: differing.decision)
    }

    private func apply(_ event: CardEvent, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
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

    private func apply(_ event: ConfigurationChanged, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
        guard place.lsn.rawValue > included.administration else { return }
        try state.administration.withLock { administration throws(EngineError) in
            var settings = administration.current.settings
            do throws(PolicyError) {
                try settings.set(key: event.key, value: event.value)
            } catch {
                throw .unreadableRecord(
                    lsn: place.lsn,
                    kind: EventKind.configurationChanged.rawValue,
                    detail: "\(error)"
                )
            }
            state.activate(
                settings,
                by: Administration.Change(key: event.key, value: event.value),
                at: place.lsn,
                in: &administration
            )
        }
    }

    private func remember(_ id: RequestID, _ transmissionTime: Instant, _ place: RecordPlace) {
        // What the engine asked of itself has no id.
        guard !id.isZero else { return }
        let shard = state.requestShard(id)
        guard place.lsn.rawValue > included.requests[shard] else { return }
        state.requests.withLock(shard) {
            $0.insert(RequestIDTable.Entry(id: id, transmissionTime: transmissionTime, place: place))
        }
    }
}
