import Authorization
import Domain
import Journal
import Platform
import Rules

/// Applies the records of a journal to an empty state or to that of a snapshot, in their order.
///
/// Two threads share the work: this one reads the records, remembers their ids and works out what decisions did, that
/// of a `ReplayLane` applies it to cards and payments. Neither touches what is the other's; only a change of the
/// configuration or of the rules waits for both, and one of a list where decisions are made again.
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
    /// Whether the configuration so far has counters.
    private var countsOverCards: Bool
    /// Whether rules have changed and are not yet compiled: only deciding again needs them before the end.
    private var rulesAreOutdated = false
    private var batch = ReplayBatch()
    /// One for all decisions, because it is large.
    private var decision = AuthorizationEvent.blank
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
        countsOverCards = state.administration.withLock { $0.policy.pointee.hasCounters }
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
            let first = failureToApply() ?? error
            failure = first
            return .refused("\(first)")
        }
    }

    /// Waits until everything is applied. Call it when there are no more records.
    ///
    /// - Throws: why the directory cannot be served.
    mutating func finish() throws(EngineError) {
        if recordCount > 0 { noteProgress() }
        if let failure { throw failure }
        try handOver()
        makeIndexes()
        if let failure = failureToApply() { throw failure }
        lane.end()
        guard rulesAreOutdated else { return }
        try state.administration.withLock { administration throws(EngineError) in
            try putNewestInForce(&administration)
        }
    }

    /// Makes the request ids' indexes, on two threads where the kernel gives another.
    private func makeIndexes() {
        let requests = places.requests
        let makeHalf: @Sendable (Int) -> Void = { half in
            for shard in stride(from: half, to: requests.count, by: 2) { requests.state(shard).pointee.makeIndex() }
        }
        var thread: WorkerThread?
        do throws(PlatformError) {
            thread = try WorkerThread(name: "replay-ids") { makeHalf(1) }
        } catch {
            makeHalf(1)
        }
        makeHalf(0)
        if let thread = thread.take() { thread.join() }
    }

    private mutating func noteProgress() {
        progress.noteRecords(recordCount, through: newest)
        recordCount = 0
    }

    private mutating func take(_ record: JournalRecordView, at place: RecordPlace) throws(EngineError) {
        guard let kind = EventKind(rawValue: record.kind),
            let names = EventNames.names(kind: kind, payload: record.payload)
        else { return try takeWhatConcernsNoCard(record, at: place) }
        remember(names.id, names.transmissionTime, place)
        // What is counted over all cards is by more than the effect says.
        if kind == .authorization, !verifiesDecisions, !countsOverCards {
            do throws(EventError) { try decision.decode(record.payload) } catch {
                throw .unreadableRecord(lsn: place.lsn, kind: record.kind, detail: "\(error)")
            }
            if let effect = AuthorizationEffect(&decision, lsn: place.lsn) {
                return try handOver { $0.add(effect, lsn: place.lsn) }
            }
        }
        try handOver { $0.add(record.payload, kind, lsn: place.lsn, about: names.token) }
    }

    private mutating func takeWhatConcernsNoCard(
        _ record: JournalRecordView,
        at place: RecordPlace
    ) throws(EngineError) {
        switch try StoredRecord(kind: record.kind, payload: record.payload, lsn: place.lsn) {
        case .configuration(let event, _):
            if let failure = failureToApply() { throw failure }
            try apply(event, at: place)
        case .rule(let event, _):
            if let failure = failureToApply() { throw failure }
            try apply(event, at: place)
        case .principal(let event, _): try apply(event, at: place)
        case .list(let event, _):
            if verifiesDecisions, let failure = failureToApply() { throw failure }
            try apply(event, at: place)
        case .authorization, .lifecycle, .card: preconditionFailure("readable, and yet it has no names")
        }
    }

    /// Puts something into the batch, after handing over a full one.
    @inline(__always)
    private mutating func handOver(_ add: (ReplayBatch) -> Bool) throws(EngineError) {
        guard !add(batch) else { return }
        try handOver()
        guard add(batch) else { preconditionFailure("an empty batch has room for any record") }
    }

    private mutating func handOver() throws(EngineError) {
        guard batch.count > 0 else { return }
        let failure: EngineError?
        (batch, failure) = lane.exchange(batch)
        if let failure { throw failure }
    }

    /// Waits until everything before is applied.
    ///
    /// - Returns: why it could not be.
    private mutating func failureToApply() -> EngineError? {
        do throws(EngineError) { try handOver() } catch { return error }
        return lane.drain()
    }

    private mutating func apply(_ event: ConfigurationChanged, at place: RecordPlace) throws(EngineError) {
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
        countsOverCards = state.administration.withLock { $0.policy.pointee.hasCounters }
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

    private mutating func apply(_ event: ListChanged, at place: RecordPlace) throws(EngineError) {
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

    private mutating func apply(_ event: PrincipalChanged, at place: RecordPlace) throws(EngineError) {
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

    /// Mutating, though it changes nothing of this value: a borrowed one of this size is moved for the call.
    private mutating func remember(_ id: RequestID, _ transmissionTime: Instant, _ place: RecordPlace) {
        // What the engine asked of itself has no id.
        guard !id.isZero else { return }
        let shard = places.requestShard(id)
        guard place.lsn.rawValue > included.requests[shard] else { return }
        let entry = RequestIDTable.Entry(id: id, transmissionTime: transmissionTime, place: place)
        let ids = places.requests.state(shard)
        ids.pointee.bringBack(entry)
        ids.pointee.prefetchNext()
    }
}
