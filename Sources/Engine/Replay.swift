import Authorization
import Domain
import Journal
import Platform
import Rules

/// Applies the records of a journal to an empty state or to that of a snapshot, in their order.
///
/// Two threads share the work: this one reads the records and remembers their ids, that of a `ReplayLane` applies them
/// to cards and payments. Neither touches what is the other's; only a change of the configuration or of the rules waits
/// for both, and one of a list where decisions are made again.
///
/// A record that a part of the state has already is left out there.
struct Replay: ~Copyable {
    private let state: EngineState
    /// Nobody else has the state yet, and the lane's thread does not touch the ids: no lock is needed.
    private let places: StatePlaces
    private let progress: StartProgress
    /// What the parts of the state hold.
    private let included: IncludedRecords
    /// What all parts of it hold.
    private let includedEverywhere: UInt64
    private let lane: ReplayLane
    private let verifiesDecisions: Bool
    /// Whether rules have changed and are not yet compiled: only deciding again needs them before the end.
    private var rulesAreOutdated = false
    private var batch = ReplayBatch()
    /// Records since progress was noted, and the newest of all.
    private var recordCount: UInt64 = 0
    private var newest: UInt64 = 0
    private static let recordsPerNote: UInt64 = 256
    /// Why the directory cannot be served; nothing is applied after it.
    private(set) var failure: EngineError?

    /// - Throws: when the kernel gives no thread.
    init(
        state: EngineState,
        options: EngineOptions,
        included: IncludedRecords,
        progress: StartProgress = StartProgress()
    ) throws(PlatformError) {
        self.progress = progress
        self.state = state
        places = state.places
        self.included = included
        includedEverywhere = included.everywhere
        verifiesDecisions = options.verifiesDecisions
        lane = ReplayLane(CardReplay(state: state, options: options, included: included))
        try lane.start()
    }

    deinit { lane.end() }

    /// Applies a record, or hands it over to be applied.
    mutating func apply(_ record: JournalRecordView) -> ReplayVerdict {
        let place = RecordPlace(lsn: LogSequenceNumber(rawValue: record.lsn), position: record.position)
        newest = record.lsn
        recordCount += 1
        if recordCount == Self.recordsPerNote { noteProgress() }
        guard record.lsn > includedEverywhere else { return .applied }
        do throws(EngineError) {
            try take(record, at: place)
            return .applied
        } catch {
            failure = error
            return .refused("\(error)")
        }
    }

    /// Waits until everything is applied. Call it when there are no more records.
    ///
    /// - Throws: why the directory cannot be served.
    mutating func finish() throws(EngineError) {
        if recordCount > 0 { noteProgress() }
        if let failure { throw failure }
        try handOver()
        if let failure = lane.drain() { throw failure }
        lane.end()
        guard rulesAreOutdated else { return }
        try state.administration.withLock { administration throws(EngineError) in
            try putNewestInForce(&administration)
        }
    }

    private mutating func noteProgress() {
        progress.noteRecords(recordCount, through: newest)
        recordCount = 0
    }

    private mutating func take(_ record: JournalRecordView, at place: RecordPlace) throws(EngineError) {
        var token = CardToken(high: 0, low: 0)
        if let names = EventNames.names(kind: record.kind, payload: record.payload) {
            remember(names.id, names.transmissionTime, place)
            token = names.token
        } else {
            switch try StoredRecord(kind: record.kind, payload: record.payload, lsn: place.lsn) {
            case .configuration(let event, _):
                try handOver()
                if let failure = lane.drain() { throw failure }
                return try apply(event, at: place)
            case .rule(let event, _):
                try handOver()
                if let failure = lane.drain() { throw failure }
                return try apply(event, at: place)
            case .principal(let event, _): return try apply(event, at: place)
            case .list(let event, _):
                if verifiesDecisions {
                    try handOver()
                    if let failure = lane.drain() { throw failure }
                }
                return try apply(event, at: place)
            case .authorization, .lifecycle, .card: preconditionFailure("readable, and yet it has no names")
            }
        }
        guard !batch.add(record, at: place, about: token) else { return }
        try handOver()
        guard batch.add(record, at: place, about: token) else {
            preconditionFailure("an empty batch has room for any record")
        }
    }

    private mutating func handOver() throws(EngineError) {
        guard batch.count > 0 else { return }
        let failure: EngineError?
        (batch, failure) = lane.exchange(batch)
        if let failure { throw failure }
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
            administration.append(settings, setting: event.key, to: event.value, at: place.lsn)
            try putNewestInForce(&administration)
        }
    }

    private mutating func apply(_ event: RuleChanged, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
        guard place.lsn.rawValue > included.administration else { return }
        try state.administration.withLock { administration throws(EngineError) in
            do throws(EventError) {
                try administration.append(event, at: place.lsn)
            } catch {
                throw .unreadableRecord(lsn: place.lsn, kind: event.kind.rawValue, detail: "\(error)")
            }
            if verifiesDecisions { try putNewestInForce(&administration) }
        }
        rulesAreOutdated = !verifiesDecisions
    }

    private func apply(_ event: ListChanged, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
        guard place.lsn.rawValue > included.lists else { return }
        let garbage = try state.administration.withLock { administration throws(EngineError) in
            do throws(EventError) {
                try administration.lists.apply(event, lsn: place.lsn)
            } catch {
                throw .unreadableRecord(lsn: place.lsn, kind: event.kind.rawValue, detail: "\(error)")
            }
            return administration.lists.takeGarbage()
        }
        _ = garbage
    }

    /// Compiling takes the rules' time: once for all of them, unless decisions are made again meanwhile.
    private func putNewestInForce(_ administration: inout Administration) throws(EngineError) {
        do throws(RuleSetError) {
            state.activate(try administration.compiled(), in: &administration)
        } catch {
            let lsn = administration.current.lsn
            throw .unreadableRecord(lsn: lsn, kind: EventKind.ruleMoved.rawValue, detail: error.message)
        }
    }

    private func apply(_ event: PrincipalChanged, at place: RecordPlace) throws(EngineError) {
        remember(event.requestID, event.transmissionTime, place)
        guard place.lsn.rawValue > included.administration else { return }
        let isApplied = state.administration.withLock { $0.principals.apply(event, lsn: place.lsn) != nil }
        guard isApplied else {
            throw .unreadableRecord(
                lsn: place.lsn,
                kind: EventKind.principalChanged.rawValue,
                detail: "there is no principal \"\(event.name)\""
            )
        }
    }

    private func remember(_ id: RequestID, _ transmissionTime: Instant, _ place: RecordPlace) {
        // What the engine asked of itself has no id.
        guard !id.isZero else { return }
        let shard = places.requestShard(id)
        guard place.lsn.rawValue > included.requests[shard] else { return }
        let entry = RequestIDTable.Entry(id: id, transmissionTime: transmissionTime, place: place)
        let ids = places.requests.state(shard)
        ids.pointee.insert(entry)
        ids.pointee.prefetchNext()
    }
}
