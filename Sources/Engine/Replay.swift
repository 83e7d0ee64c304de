import Authorization
import Domain
import Journal
import Platform

/// Applies the records of a journal to an empty state, one after the other.
struct Replay: ~Copyable {
    private let state: EngineState
    private let options: EngineOptions
    /// Why the directory cannot be served; nothing is applied after it.
    private(set) var failure: EngineError?

    init(state: EngineState, options: EngineOptions) {
        self.state = state
        self.options = options
    }

    mutating func apply(_ record: JournalRecordView) -> ReplayVerdict {
        let place = RecordPlace(lsn: LogSequenceNumber(rawValue: record.lsn), position: record.position)
        do throws(EngineError) {
            switch try StoredRecord(kind: record.kind, payload: record.payload, lsn: place.lsn) {
            case .authorization(let event, _): try apply(event, at: place)
            case .card(let event, _): try apply(event, at: place)
            case .configuration(let event, _): try apply(event, at: place)
            }
            return .applied
        } catch {
            failure = error
            return .refused("\(error)")
        }
    }

    private func apply(_ event: borrowing AuthorizationEvent, at place: RecordPlace) throws(EngineError) {
        remember(event.request.requestID, event.request.transmissionTime, place)
        let shard = state.cardShard(event.request.cardToken)
        let verifying = options.verifiesDecisions
        state.cards.lock(shard)
        let differing = state.cards.state(shard).pointee.replay(event, verifying: verifying)
        state.cards.unlock(shard)
        if let differing {
            throw .decisionDiffers(lsn: place.lsn, recorded: event.decision, now: differing)
        }
    }

    private func apply(_ event: CardEvent, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
        if case .created = event {
            let count = state.administration.withLock { $0.cardPlaces.count }
            guard count < options.cardCountMax else {
                throw .limitReached(
                    lsn: place.lsn,
                    detail: "the directory has more cards than the limit of \(options.cardCountMax); raise the limit"
                )
            }
        }
        state.administration.withLock { administration in
            state.apply(event, lsn: place.lsn, in: &administration)
        }
    }

    private func apply(_ event: ConfigurationChanged, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
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
            state.activate(settings, at: place.lsn, in: &administration)
        }
    }

    private func remember(_ id: RequestID, _ transmissionTime: Instant, _ place: RecordPlace) {
        state.requests.withLock(state.requestShard(id)) {
            $0.insert(RequestIDTable.Entry(id: id, transmissionTime: transmissionTime, place: place))
        }
    }
}

extension EngineState {
    /// Applies an event to its card. The caller holds the administration; the card's shard is locked here.
    func apply(_ event: CardEvent, lsn: LogSequenceNumber, in administration: inout Administration) {
        let shard = cardShard(event.token)
        cards.withLock(shard) { cell in
            _ = cell.advance(to: event.time)
            cell.apply(event, lsn: lsn)
            if case .created = event {
                administration.cardPlaces.append(
                    Administration.CardPlace(shard: UInt32(shard), slot: UInt32(cell.shard.cardCount - 1))
                )
            }
        }
    }
}
