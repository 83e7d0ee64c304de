public import Authorization
public import Domain
public import Journal
import Platform
import Synchronization

/// Decides requests and commands in memory, one order for all of them, each one a record of the journal.
///
/// Every function can be called from any thread. A request locks the shard of its id and the shard of its card, is
/// decided from what it reads there, gets its number while both are locked, changes the state, and unlocks. So
/// applying the records in the order of their numbers rebuilds the state, and deciding them again gives the same
/// answers. Nothing here waits for a disk: an answer may be given to a client once `Journal.durableLSN` has reached
/// its number, and seeing to that is the caller's part.
///
/// Lock order: administration, request shards ascending, card shards ascending, the journal's own.
public final class Engine: Sendable {
    /// What the engine was opened with.
    public let options: EngineOptions
    /// The data directory's identity, from its first record.
    public let instanceID: InstanceID
    /// What opening the data directory found and did.
    public let recovery: RecoverySummary
    /// The write-ahead journal: how far it is durable, and its statistics.
    public let journal: Journal

    let cards: LockedArray<CardCell>
    let requests: LockedArray<RequestIDTable>
    let administration: Locked<Administration>

    init(options: EngineOptions, state: consuming EngineState, instanceID: InstanceID, journal: Journal,
        recovery: RecoverySummary) {
        self.options = options
        self.instanceID = instanceID
        self.journal = journal
        self.recovery = recovery
        (cards, requests, administration) = state.split()
    }

    /// Decides one request.
    ///
    /// - Parameters:
    ///   - request: what is asked; validated by the decoder.
    ///   - receivedAt: the wall clock when the request was read. Decisions of one card never see time go backwards.
    ///   - respond: called once for a decided request, outside of every lock, with the event and its number. The
    ///     answer must be held back until that number is durable.
    /// - Returns: `nil` when `respond` was called; otherwise what became of the request instead.
    /// - Complexity: O(checks); no heap allocation; two shard locks and the journal's.
    @inline(__always)
    public func authorize(
        _ request: borrowing AuthorizationRequest, receivedAt: Instant,
        respond: (borrowing AuthorizationEvent, LogSequenceNumber) -> Void
    ) -> Refusal? {
        guard journal.hasRoom else { return .busy }
        let clock = options.simulatedClock ? request.transmissionTime : receivedAt
        if request.transmissionTime > clock.advanced(byMicroseconds: EngineOptions.clockSkewMax) {
            return .fromTheFuture(now: clock)
        }
        var event = AuthorizationEvent(request: copy request)
        var refusal: Refusal?
        var lsn = LogSequenceNumber.zero
        requests.withLock(requestShard(request.requestID)) { ids in
            if let entry = ids.find(event.request.requestID) {
                refusal = .requestIDReused(entry.place)
                return
            }
            if event.request.transmissionTime <= ids.horizon {
                refusal = .tooOld(horizon: ids.horizon)
                return
            }
            let place = cards.withLock(cardShard(event.request.cardToken)) { cell in
                cell.decide(&event, clock: clock, journal: journal)
            }
            ids.insert(
                RequestIDTable.Entry(
                    id: event.request.requestID, transmissionTime: event.request.transmissionTime, place: place))
            lsn = place.lsn
        }
        if let refusal { return refusal }
        respond(event, lsn)
        return nil
    }

    /// The stored event of a request that was decided before, for answering its repeat.
    ///
    /// Waits until the record is durable, and reads it back; not for an event loop.
    ///
    /// - Throws: `JournalError` when the record cannot be read.
    public func storedAuthorization(at place: RecordPlace) throws(JournalError) -> StoredRecord {
        journal.waitUntilDurable(place.lsn.rawValue)
        let record = try journal.read(at: place.position, lsn: place.lsn.rawValue)
        return StoredRecord(record)
    }

    /// Where the answer to a request is, or whether it is too old to tell.
    public func find(_ id: RequestID, transmissionTime: Instant) -> RequestFate {
        requests.withLock(requestShard(id)) { ids in
            if let entry = ids.find(id) { return .remembered(entry.place) }
            return transmissionTime <= ids.horizon ? .tooOld(horizon: ids.horizon) : .unknown
        }
    }

    func cardShard(_ token: CardToken) -> Int {
        Int(truncatingIfNeeded: mixed(token.high, token.low) >> 32) & (options.cardShardCount - 1)
    }

    func requestShard(_ id: RequestID) -> Int {
        Int(truncatingIfNeeded: mixed(id.high, id.low) >> 40) & (options.requestShardCount - 1)
    }

    private func mixed(_ high: UInt64, _ low: UInt64) -> UInt64 {
        let product = (high ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: low ^ 0xC2B2_AE3D_27D4_EB4F)
        return product.high ^ product.low
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
