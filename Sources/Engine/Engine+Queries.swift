public import Authorization
public import Domain
import Journal
import Platform

/// Which payments a list shall have.
public struct PaymentFilter: Sendable {
    /// Of this card.
    public var cardToken: CardToken?
    /// Ended so.
    public var outcome: Outcome?
    /// Of this kind.
    public var kind: RequestKind?
    /// For this reason.
    public var reason: Reason?
    /// Not before this.
    public var from: Instant = .epoch
    /// Before this.
    public var to: Instant = .max
    /// With this in the merchant's normalised name.
    public var merchantContains: String = ""

    /// Every payment.
    public init() {}

    /// Whether the list shall have this one.
    func matches(_ event: borrowing AuthorizationEvent) -> Bool {
        if let cardToken, event.request.cardToken != cardToken { return false }
        if let outcome, event.decision.outcome != outcome { return false }
        if let kind, event.request.kind != kind { return false }
        if let reason, event.decision.reason != reason { return false }
        guard event.time >= from, event.time < to else { return false }
        if merchantContains.isEmpty { return true }
        return MerchantName.normalise(event.request.merchantName.string).contains(merchantContains)
    }
}

/// Some of the payments that a filter lets through, newest first.
public struct PaymentPage: Sendable {
    /// The payments.
    public var payments: [(event: AuthorizationEvent, lsn: LogSequenceNumber)] = []
    /// Where the next page goes on: payments before this number; `nil` at the journal's start.
    public var next: LogSequenceNumber?
    /// How many records were looked at.
    public var scannedCount = 0
}

extension Engine {
    /// How many records one page looks at before it stops and says where to go on.
    public static let scanCountMax = 2_000_000

    /// A record that was answered before, for answering its repeat. Waits until it is durable; not for an event loop.
    ///
    /// - Throws: `EngineError` when it cannot be read.
    public func storedRecord(at place: RecordPlace) throws(EngineError) -> StoredRecord {
        let record: JournalRecord
        do throws(JournalError) {
            try journal.waitUntilDurable(place.lsn.rawValue)
            record = try journal.read(at: place.position, lsn: place.lsn.rawValue)
        } catch {
            throw .journal(error)
        }
        return try stored(record)
    }

    /// The record with this number; `nil` where there is none that is durable.
    ///
    /// - Throws: `EngineError` when it cannot be read.
    public func storedRecord(_ lsn: LogSequenceNumber) throws(EngineError) -> StoredRecord? {
        let record: JournalRecord?
        do throws(JournalError) {
            record = try journal.find(lsn.rawValue)
        } catch {
            throw .journal(error)
        }
        return try record.map { record throws(EngineError) in try stored(record) }
    }

    /// The checks of a decision with what each saw, by the configuration and the lists of its time.
    ///
    /// - Parameter lsn: its record.
    public func explain(_ event: AuthorizationEvent, lsn: LogSequenceNumber) -> [CheckResult] {
        let version = event.observation.policyVersion
        guard let policy = policy(of: version, asks: event.decision.checksRun) else { return [] }
        // Lists change under this lock alone.
        return state.administration.withLock { _ in Authorization.explain(event, lsn: lsn, policy: policy) }
    }

    /// The single changes that would have ended a decision the other way, by the configuration and the lists of its
    /// time.
    ///
    /// - Parameter lsn: its record.
    public func alternatives(to event: AuthorizationEvent, lsn: LogSequenceNumber) -> [Alternative] {
        let version = event.observation.policyVersion
        guard let policy = policy(of: version, asks: event.decision.checksRun) else { return [] }
        guard policy.rules?.asksLists == true else {
            return Authorization.alternatives(to: event, lsn: lsn, policy: policy)
        }
        // Lists change under this lock alone.
        return state.administration.withLock { _ in
            Authorization.alternatives(to: event, lsn: lsn, policy: policy)
        }
    }

    /// Payments before a number, newest first. Looks at no more than `scanCountMax` records.
    ///
    /// - Complexity: O(records looked at), from disk or the page cache; not for an event loop.
    public func payments(
        _ filter: PaymentFilter,
        before: LogSequenceNumber?,
        countMax: Int
    ) throws(EngineError) -> PaymentPage {
        var filter = filter
        filter.merchantContains = MerchantName.normalise(filter.merchantContains)
        var page = PaymentPage()
        var failure: EngineError?
        do throws(JournalError) {
            try journal.scanBackward(before: before?.rawValue ?? .max) { record in
                page.scannedCount += 1
                page.next = LogSequenceNumber(rawValue: record.lsn)
                if record.kind == EventKind.authorization.rawValue {
                    let lsn = LogSequenceNumber(rawValue: record.lsn)
                    do throws(EventError) {
                        let event = try AuthorizationEvent(decoding: record.payload)
                        if filter.matches(event) { page.payments.append((event, lsn)) }
                    } catch {
                        failure = .unreadableRecord(lsn: lsn, kind: record.kind, detail: "\(error)")
                        return .stop
                    }
                }
                return page.payments.count < countMax && page.scannedCount < Engine.scanCountMax ? .proceed : .stop
            }
        } catch {
            throw .journal(error)
        }
        if let failure { throw failure }
        if page.next == LogSequenceNumber(rawValue: 1) { page.next = nil }
        return page
    }

    /// The card with this token.
    public func card(_ token: CardToken) -> CardView? {
        state.cards.withLock(state.cardShard(token)) { $0.shard.card(token) }
    }

    /// Cards in the order of their creation, from the one after `ordinal` (from 1; 0 begins).
    ///
    /// - Returns: the cards that the filter lets through with their ordinals, and where to go on; 0 at the end.
    public func cards(
        after ordinal: Int,
        countMax: Int,
        where isIncluded: (CardView) -> Bool
    ) -> (cards: [(ordinal: Int, card: CardView)], next: Int) {
        var found: [(ordinal: Int, card: CardView)] = []
        var position = max(0, ordinal)
        var lookedAt = 0
        while lookedAt < Engine.scanCountMax {
            let places = state.administration.withLock { Array($0.cardPlaces.dropFirst(position).prefix(1_024)) }
            if places.isEmpty { return (found, 0) }
            for place in places {
                position += 1
                lookedAt += 1
                let card = state.cards.withLock(Int(place.shard)) { $0.shard.card(atSlot: Int(place.slot)) }
                if isIncluded(card) { found.append((position, card)) }
                if found.count == countMax { return (found, position) }
            }
        }
        return (found, position)
    }

    /// Cards in the order of their creation, each as of a record: what a card shows is what all records up to that one
    /// made of it, and nothing more. A card that replaced another has no account, and is left out.
    ///
    /// - Parameter ordinal: the card before the first one, from 1; 0 begins.
    /// - Returns: the cards with the records as of which they are, and where to go on; 0 at the end.
    public func cardsAsOf(
        after ordinal: Int,
        countMax: Int
    ) -> (cards: [(card: CardView, lsn: LogSequenceNumber)], next: Int) {
        let position = max(0, ordinal)
        let places = state.administration.withLock { Array($0.cardPlaces.dropFirst(position).prefix(countMax)) }
        var found: [(card: CardView, lsn: LogSequenceNumber)] = []
        found.reserveCapacity(places.count)
        for place in places {
            // A record of this card gets its number while the shard is locked: none up to the last one is missing here.
            let (card, lsn) = state.cards.withLock(Int(place.shard)) {
                ($0.shard.card(atSlot: Int(place.slot)), journal.lastLSN)
            }
            if card.account == nil { found.append((card, LogSequenceNumber(rawValue: lsn))) }
        }
        return (found, places.count < countMax ? 0 : position + places.count)
    }

    /// The configuration in force: the record that set it, and its settings.
    public var configuration: (version: LogSequenceNumber, settings: PolicySettings) {
        state.administration.withLock { ($0.current.lsn, $0.current.settings) }
    }

    private func stored(_ record: JournalRecord) throws(EngineError) -> StoredRecord {
        let lsn = LogSequenceNumber(rawValue: record.lsn)
        let result = record.payload.withUnsafeBytes { bytes in
            Result { () throws(EngineError) in try StoredRecord(kind: record.kind, payload: bytes, lsn: lsn) }
        }
        return try result.get()
    }
}
