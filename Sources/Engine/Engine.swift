public import Authorization
public import Domain
public import Journal
import Platform

/// Decides requests and commands in memory, one order for all of them, each one a record of the journal.
///
/// Every function can be called from any thread. A request locks the shard of its id and the shard of its card, is
/// decided from what it reads there, gets its number while both are locked, changes the state, and unlocks. So
/// applying the records in the order of their numbers rebuilds the state, and deciding them again gives the same
/// answers. Nothing on the way of a request waits for a disk: its answer may be given to a client once
/// `Journal.durableLSN` has reached its number, and seeing to that is the caller's part.
///
/// Lock order: rule change, administration, request shards ascending, card shards ascending, shards of counters
/// ascending, the journal's own.
public final class Engine: Sendable {
    /// What the engine was opened with.
    public let options: EngineOptions
    /// The write-ahead journal: how far it is durable, and its statistics.
    public let journal: Journal

    /// The closed payments that have left memory; `nil` where all stay in memory.
    public let archive: PaymentArchive?

    /// Where the state came from.
    public let recoverySource: RecoverySource

    let state: EngineState
    let snapshotStorage: (any JournalStorage)?
    let snapshots: Locked<SnapshotState>
    /// Held while the rules are changed: compiling them takes a while, and neither decisions nor other commands wait.
    let ruleChange = Locked(())
    /// Where the next look for silent keys of counters begins.
    let nextCounterShard = Locked(0)
    /// Where the next look for expired holds begins.
    let nextExpiryShard = Locked(0)

    /// The data directory's identity, drawn when it was made.
    public var instanceID: InstanceID { InstanceID(high: journal.identity.high, low: journal.identity.low) }

    init(
        options: EngineOptions,
        journal: Journal,
        state: EngineState,
        recoverySource: RecoverySource,
        snapshotStorage: (any JournalStorage)?,
        archive: PaymentArchive?
    ) {
        self.options = options
        self.journal = journal
        self.state = state
        self.recoverySource = recoverySource
        self.snapshotStorage = snapshotStorage
        self.archive = archive
        snapshots = Locked(SnapshotState(newestLSN: recoverySource.snapshotLSN?.rawValue))
        let newest = snapshotStorage == nil ? nil : try? snapshotFiles().first
        snapshots.withLock { $0.newest = newest }
    }

    /// Decides one request.
    ///
    /// - Parameters:
    ///   - event: what is asked, validated by the decoder; what was seen and decided is filled in. It is large, and is
    ///     not moved.
    ///   - receivedAt: the wall clock when the request was read. Decisions of one shard never see time go backwards.
    /// - Returns: the number of the decision. The answer must be held back until it is durable.
    /// - Throws: why nothing happened; then the event is as it was.
    /// - Complexity: O(checks); no heap allocation; two shard locks and the journal's.
    public func authorize(
        _ event: inout AuthorizationEvent,
        receivedAt: Instant
    ) throws(Refusal) -> LogSequenceNumber {
        let requestID = event.request.requestID
        let transmissionTime = event.request.transmissionTime
        let clock = options.simulatedClock ? transmissionTime : receivedAt
        let requestShard = state.requestShard(requestID)
        state.requests.lock(requestShard)
        let account = state.lockAccount(of: event.request.cardToken)
        journal.prefetch()
        let ids = state.requests.state(requestShard)
        let cell = state.cards.state(account.shard)
        ids.pointee.prefetchOldest()
        if let refusal = ids.pointee.refusal(of: requestID, transmissionTime: transmissionTime, clock: clock) {
            state.unlock(account)
            state.requests.unlock(requestShard)
            throw refusal
        }
        guard journal.hasRoom(forAppenders: options.appenderCount) else {
            state.unlock(account)
            state.requests.unlock(requestShard)
            CoverageMark.reach("engine: the journal had no room")
            throw withoutRoom
        }
        let place = cell.pointee.decide(
            &event,
            as: account.alias,
            clock: clock,
            journal: journal,
            counters: state.places.counters
        )
        ids.pointee.insert(RequestIDTable.Entry(id: requestID, transmissionTime: transmissionTime, place: place))
        state.unlock(account)
        state.requests.unlock(requestShard)
        return place.lsn
    }

    /// What a request is told for which the journal has no room.
    var withoutRoom: Refusal { journal.isOutOfSpace ? .storageUnavailable : .busy }

    /// Why nothing new is taken in. What was executed before is found all the same: nobody may be told that a request
    /// was not executed which was, or of which nobody knows any more.
    func refusal(of id: RequestID, transmissionTime: Instant) -> Refusal {
        switch fate(of: id, transmissionTime: transmissionTime) {
        case .remembered(let place): .repeated(place)
        case .tooOld(let horizon): .tooOld(horizon: horizon)
        case .unknown: withoutRoom
        }
    }

    /// Whether new requests are refused because the disk has no room for them.
    public var isOutOfSpace: Bool {
        journal.isOutOfSpace && !journal.hasRoom(forAppenders: options.appenderCount)
    }

    /// Says whom the next four requests are about, and fetches ahead what deciding them will read.
    ///
    /// With many cards it is in no cache, and each step names the next: bucket, record, history, entry. So with every
    /// request that is decided each of the four goes one step further. First all addresses are found, then all are
    /// fetched: a fetch may have to wait for the walk through the page tables, and these wait together.
    ///
    /// - Parameters:
    ///   - notes: What this function returned before; zeros at first.
    ///   - fourth: Whom the last of the four is about; `nil` for another message or none.
    /// - Returns: What to give it next time.
    @inline(__always)
    public func foresee(
        _ notes: (first: UInt64, second: UInt64, third: UInt64),
        _ fourth: (requestID: RequestID, cardToken: CardToken)?
    ) -> (UInt64, UInt64, UInt64) {
        let places = ForeseenCard(rawValue: notes.first).flatMap { place in
            state.cards.withLockIfFree(place.shard) { $0.shard.prefetchAddresses(slot: place.slot) }
        }
        let history = ForeseenCard(rawValue: notes.second).flatMap { place in
            state.cards.withLockIfFree(place.shard) { $0.shard.prefetchHistoryAddress(slot: place.slot) }
        }
        // Two plain values: of an optional pair that is nothing, returned by the lock, Swift 6.3 makes one that is
        // something, unless it optimizes.
        var place: ForeseenCard?
        var record: UnsafeRawPointer?
        if notes.third != 0 {
            let shard = state.places.cardShard(hash: notes.third)
            record = state.cards.withLockIfFree(shard) { cell in
                guard let slot = cell.shard.likelySlot(hash: notes.third) else { return nil }
                place = ForeseenCard(shard: shard, slot: slot)
                return cell.shard.prefetchRecordAddress(slot: slot)
            }
        }
        var hash = UInt64(0)
        if let fourth {
            hash = CardShard.hash(fourth.cardToken)
            state.places.prefetchBuckets(fourth.requestID, hash)
        }
        if let places {
            if let payment = places.payment { Memory.prefetchToWrite(payment) }
            if let first = places.firstEntry { Memory.prefetch(first) }
            if let second = places.secondEntry { Memory.prefetch(second) }
            Memory.prefetch(places.hand)
        }
        if let history {
            // Two lines; the history of a second rule was most likely made just before.
            Memory.prefetch(history)
            Memory.prefetch(history + 64)
            Memory.prefetch(history - CardShard.historyByteCount)
            Memory.prefetch(history - CardShard.historyByteCount + 64)
        }
        if let record { Memory.prefetch(record) }
        return (notes.second, place?.rawValue ?? 0, hash)
    }

    /// What became of a request.
    public func fate(of id: RequestID, transmissionTime: Instant) -> RequestFate {
        state.requests.withLock(state.requestShard(id)) { ids in
            if let entry = ids.find(id) { return .remembered(entry.place) }
            return transmissionTime <= ids.horizon ? .tooOld(horizon: ids.horizon) : .unknown
        }
    }

    /// The time of the newest record that has to do with a card; the epoch while there is none. No decision of that
    /// card's shard is dated before it.
    public var newestTime: Instant {
        var newest = Instant.epoch
        for index in 0..<state.cards.count {
            newest = max(newest, state.cards.withLock(index) { $0.lastTime })
        }
        return newest
    }

    /// The engine's time for a question: the clock, or with a simulated clock the newest time of a record.
    public func time(receivedAt: Instant) -> Instant { options.simulatedClock ? newestTime : receivedAt }

    /// Decisions since the process started.
    public var counts: DecisionCounts {
        var counts = DecisionCounts()
        for index in 0..<state.cards.count {
            state.cards.withLock(index) { counts.add($0.counts) }
        }
        return counts
    }

    /// How many cards there are.
    public var cardCount: Int { state.administration.withLock { $0.cardPlaces.count } }

    /// How many payments are in memory: open ones, and closed ones that have not been archived yet.
    public var paymentCount: Int {
        (0..<state.cards.count).reduce(0) { sum, index in
            sum + state.cards.withLock(index) { $0.shard.paymentCount }
        }
    }

    /// How many payments hold something. A hold that is due counts until it is expired.
    public var openHoldCount: Int {
        (0..<state.cards.count).reduce(0) { sum, index in
            sum + state.cards.withLock(index) { $0.shard.openHoldCount }
        }
    }

    /// How many request ids are remembered.
    public var rememberedRequestCount: Int {
        (0..<state.requests.count).reduce(0) { sum, index in sum + state.requests.withLock(index) { $0.count } }
    }
}

/// What is known of a request id.
public enum RequestFate: Sendable {
    /// It was executed; its record is there.
    case remembered(RecordPlace)
    /// It was never executed, and may be sent.
    case unknown
    /// It may have been executed before the remembered window.
    case tooOld(horizon: Instant)
}
