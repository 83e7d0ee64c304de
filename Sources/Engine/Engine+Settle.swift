import Archive
public import Authorization
public import Domain
import Journal
import Platform

extension Engine {
    /// Carries out one message of a payment's life, once for its request id, looking for its payment wherever it is.
    ///
    /// It may read from disk and wait for the journal: not for an event loop.
    ///
    /// - Parameters:
    ///   - request: what happened; validated by the decoder.
    ///   - receivedAt: the wall clock when the message was read.
    ///   - respond: called once, outside of every lock, with the event and its number. The answer must be held back
    ///     until that number is durable.
    /// - Returns: `nil` when `respond` was called; otherwise why nothing happened.
    public func settle(
        _ request: LifecycleRequest,
        receivedAt: Instant,
        respond: (LifecycleEvent, LogSequenceNumber) -> Void
    ) -> Refusal? {
        while true {
            if let refusal = refusalForWantOfRoom(request) { return refusal }
            var recalled: PaymentArchive.Recalled?
            var unavailable: Refusal?
            do throws(Refusal) { recalled = try recall(request) } catch { unavailable = error }
            switch settle(request, receivedAt, recalled: recalled, unavailable: unavailable) {
            case .settled(let event, let lsn):
                respond(event, lsn)
                return nil
            case .refused(let refusal): return refusal
            case .outdated: CoverageMark.reach("engine: a payment was archived between its recall and its event")
            }
        }
    }

    /// The same where memory has what the message names by the strongest of its keys, or it names nothing: never waits
    /// for a disk.
    public func settleFromMemory(
        _ request: LifecycleRequest,
        receivedAt: Instant,
        respond: (LifecycleEvent, LogSequenceNumber) -> Void
    ) -> MemorySettlement {
        if let refusal = refusalForWantOfRoom(request) { return .refused(refusal) }
        // First the count, then the look: a payment that leaves memory in between is noticed under the lock.
        let memory = PaymentArchive.Recalled(found: nil, appendCount: archive?.archive.appendCount ?? 0)
        guard hasInMemory(request) else { return .needsRecall }
        switch settle(request, receivedAt, recalled: memory, unavailable: nil) {
        case .settled(let event, let lsn):
            respond(event, lsn)
            return .settled
        case .refused(let refusal): return .refused(refusal)
        case .outdated: return .needsRecall
        }
    }

    private func refusalForWantOfRoom(_ request: LifecycleRequest) -> Refusal? {
        guard !journal.hasRoom(forAppenders: options.appenderCount) else { return nil }
        CoverageMark.reach("engine: the journal had no room for a message of a payment's life")
        return refusal(of: request.requestID, transmissionTime: request.transmissionTime)
    }

    private enum Settling {
        case settled(LifecycleEvent, LogSequenceNumber)
        case refused(Refusal)
        /// Payments have been archived since the recall.
        case outdated
    }

    /// - Parameter unavailable: why nothing could be recalled: what a message gets that is not a repeat.
    private func settle(
        _ request: LifecycleRequest,
        _ receivedAt: Instant,
        recalled: PaymentArchive.Recalled?,
        unavailable: Refusal?
    ) -> Settling {
        let clock = options.simulatedClock ? request.transmissionTime : receivedAt
        let requestShard = state.requestShard(request.requestID)
        state.requests.lock(requestShard)
        let ids = state.requests.state(requestShard)
        if let refusal = ids.pointee.refusal(
            of: request.requestID,
            transmissionTime: request.transmissionTime,
            clock: clock
        ) {
            state.requests.unlock(requestShard)
            return .refused(refusal)
        }
        if let unavailable {
            state.requests.unlock(requestShard)
            return .refused(unavailable)
        }
        let account = state.lockAccount(of: request.cardToken)
        guard isCurrent(recalled) else {
            state.unlock(account)
            state.requests.unlock(requestShard)
            return .outdated
        }
        let (event, place) = state.cards.state(account.shard).pointee.settle(
            request,
            as: account.alias,
            archived: recalled?.found,
            clock: clock,
            journal: journal,
            counters: state.places.counters
        )
        ids.pointee.insert(
            RequestIDTable.Entry(id: request.requestID, transmissionTime: request.transmissionTime, place: place)
        )
        state.unlock(account)
        state.requests.unlock(requestShard)
        return .settled(event, place.lsn)
    }

    /// Ends holds that have expired: one record for each, dated by the shard it belongs to.
    ///
    /// Goes on where the last call ended, so that many calls reach every shard. With a simulated clock the time is that
    /// of each shard's newest record.
    ///
    /// - Parameters:
    ///   - now: the wall clock.
    ///   - budget: how many holds to end at most.
    /// - Returns: how many were ended; less than the budget once none is left that is due, or the journal is behind.
    public func tick(now: Instant, budget: Int) -> Int {
        var left = budget
        let first = nextExpiryShard.withLock { $0 }
        for step in 0..<state.cards.count where left > 0 {
            let shard = (first + step) % state.cards.count
            left -= expire(shard, now: now, budget: left)
            if left == 0 { nextExpiryShard.withLock { $0 = shard } }
        }
        if left > 0 { nextExpiryShard.withLock { $0 = (first + 1) % state.cards.count } }
        sweepCounters()
        return budget - left
    }

    /// Few at a time, because decisions of the shard wait meanwhile.
    private func expire(_ shard: Int, now: Instant, budget: Int) -> Int {
        var ended = 0
        while ended < budget {
            let limit = min(Self.expiriesPerLock, budget - ended)
            guard journal.hasRoom(forAppenders: options.appenderCount + limit) else { break }
            let count = state.cards.withLock(shard) { cell in
                cell.expire(
                    at: options.simulatedClock ? cell.lastTime : now,
                    limit: limit,
                    journal: journal,
                    counters: state.places.counters
                )
            }
            ended += count
            if count < limit { break }
        }
        return ended
    }

    private static let expiriesPerLock = 16

    // MARK: Queries

    /// A payment as it stands, with the events that made it so, newest first.
    ///
    /// - Parameters:
    ///   - id: the number of its first event.
    ///   - countMax: how many events to give at most.
    /// - Returns: `nil` where no payment has the id.
    /// - Throws: `EngineError` when a record cannot be read.
    /// - Complexity: one read of the journal for each event, and one of the archive; not for an event loop.
    public func payment(
        _ id: LogSequenceNumber,
        countMax: Int = 1_000
    ) throws(EngineError) -> (payment: PaymentRecord, history: [StoredRecord])? {
        guard let first = try storedRecord(id) else { return nil }
        let account: CardToken
        switch first {
        case .authorization(let event, _): account = event.account
        case .lifecycle(let event, _): account = event.account
        case .card, .configuration, .rule, .principal, .list: return nil
        }
        let newest: PaymentRecord?
        do throws(ArchiveError) { newest = try newestPayment(id, of: account) } catch { throw .archive(error) }
        guard let payment = newest else { return nil }
        var history: [StoredRecord] = []
        var lsn = payment.lastLSN
        while lsn >= id.rawValue, history.count < countMax {
            guard let record = try storedRecord(at: LogSequenceNumber(rawValue: lsn)) else { break }
            history.append(record)
            guard let before = record.paymentBefore, before.lastLSN < lsn else { break }
            lsn = before.lastLSN
        }
        return (payment, history)
    }

    /// Events that made a payment what it is, before one of them, newest first.
    ///
    /// Goes on from the event that the page before ended with, so that each page takes the time of its own events.
    ///
    /// - Parameters:
    ///   - id: the number of its first event.
    ///   - before: gives only older ones; `nil`: from the newest.
    ///   - countMax: how many events to give at most.
    ///   - deadline: by the monotonic clock in nanoseconds.
    /// - Returns: the payment and its events; `nil` where no payment has the id.
    /// - Throws: `EngineError` when a record cannot be read.
    /// - Complexity: one read of the journal for each event given, where `before` is an event of the payment; else also
    ///   one for each newer event.
    public func history(
        of id: LogSequenceNumber,
        before: LogSequenceNumber?,
        countMax: Int,
        deadline: Int64
    ) throws(EngineError) -> PaymentPast? {
        guard let (payment, _) = try payment(id, countMax: 0) else { return nil }
        var past = PaymentPast(payment: payment)
        var next: UInt64? = payment.lastLSN
        if let before, before.rawValue <= payment.lastLSN, let record = try storedRecord(before),
            let earlier = record.paymentBefore, earlier.id == id.rawValue
        {
            next = earlier.lastLSN
        } else if before == id {
            next = nil
        }
        while let lsn = next, lsn >= id.rawValue, past.records.count < countMax {
            guard Clock.monotonicNanoseconds() < deadline else {
                past.isOutOfTime = true
                break
            }
            guard let record = try storedRecord(at: LogSequenceNumber(rawValue: lsn)) else { break }
            if lsn < before?.rawValue ?? .max { past.records.append(record) }
            next = record.paymentBefore.flatMap { $0.lastLSN < lsn ? $0.lastLSN : nil }
        }
        return past
    }

    /// A record that is in the state: durable, or about to be.
    private func storedRecord(at lsn: LogSequenceNumber) throws(EngineError) -> StoredRecord? {
        do throws(JournalError) {
            try journal.waitUntilDurable(lsn.rawValue)
        } catch {
            throw .journal(error)
        }
        return try storedRecord(lsn)
    }

    /// The payment with an id, if it is in memory.
    ///
    /// - Parameter account: the account that it belongs to.
    public func paymentInMemory(_ id: LogSequenceNumber, of account: CardToken) -> PaymentRecord? {
        state.cards.withLock(state.cardShard(account)) { $0.shard.payment(id) }
    }

    /// The account of a card: its own token, or that of the card which it replaced.
    public func account(of token: CardToken) -> CardToken {
        state.cards.withLock(state.cardShard(token)) { $0.shard.alias(token)?.account ?? token }
    }
}

/// What happened to a payment, or a part of it.
public struct PaymentPast: Sendable {
    /// The payment as it stands.
    public let payment: PaymentRecord
    /// Events, newest first.
    public internal(set) var records: [StoredRecord] = []
    /// Whether there was no time to look at all that was asked for.
    public internal(set) var isOutOfTime = false
}

/// What became of a message that was to be settled from memory alone.
public enum MemorySettlement {
    /// `respond` was called.
    case settled
    /// Nothing happened, and why.
    case refused(Refusal)
    /// Nothing happened: what it names may be elsewhere. `settle` looks there.
    case needsRecall
}
