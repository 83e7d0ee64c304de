import Authorization
import Domain
public import Journal

/// Decides a journal's requests once more, by the core alone: one record after the other, without threads, snapshots
/// or an archive, and without believing what is recorded of decisions.
///
/// Of a decision's record only what was asked, and when, is taken; what was seen, the answer and what follows from it
/// are made again and must be the record to the byte. Of commands (cards, settings, rules, lists) what they asked is
/// taken, and that it could be asked then is judged again. So whoever has the records of what was asked comes to the
/// same journal, or to the first record that is another.
///
/// Payments never leave memory, some 200 bytes for each.
public struct Reexecution: ~Copyable {
    var configuration = Configuration()
    var cards = CardTable()
    private let counters = CounterTable()
    private var principals = PrincipalTable()
    /// Of each account whose card was replaced, the card that stands for it now.
    var presentCards: [CardToken: CardToken] = [:]
    /// One for all decisions, because it is large.
    private var event = AuthorizationEvent.blank
    private let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(AuthorizationEvent.encodedByteCountMax, LifecycleEvent.encodedByteCountMax),
        alignment: 64
    )
    /// By the ids of requests about a payment that may have another key, the payment's id: a daemon finds it by these
    /// too.
    private var otherRequests: [RequestID: UInt64] = [:]
    /// How many decisions were made again.
    public private(set) var decisionCount: UInt64 = 0
    /// How many records of other things were judged again.
    public private(set) var commandCount: UInt64 = 0

    /// Nothing has happened yet.
    public init() {}

    deinit { scratch.deallocate() }

    /// Takes the next record.
    ///
    /// - Throws: `ReexecutionError`; nothing can be taken after it.
    public mutating func take(_ record: JournalRecordView) throws(ReexecutionError) {
        let lsn = LogSequenceNumber(rawValue: record.lsn)
        guard let kind = EventKind(rawValue: record.kind) else {
            throw ReexecutionError(lsn: lsn, finding: .unreadable("its kind \(record.kind) is not known"))
        }
        switch kind {
        case .authorization: try decide(record, lsn)
        case .lifecycle: try settle(record, lsn)
        case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced:
            try perform(
                try reading(lsn) { () throws(EventError) in try CardEvent(decoding: record.payload, kind: kind) },
                lsn
            )
        case .configurationChanged:
            try configuration.apply(
                try reading(lsn) { () throws(EventError) in try ConfigurationChanged(decoding: record.payload) },
                lsn: lsn
            )
            cards.adopt(configuration.policy)
            counters.adopt(configuration.policy)
        case .ruleAdded, .ruleMoved:
            try configuration.apply(
                try reading(lsn) { () throws(EventError) in try RuleChanged(decoding: record.payload, kind: kind) },
                lsn: lsn
            )
            cards.adopt(configuration.policy)
            counters.adopt(configuration.policy)
        case .listCreated, .listDeleted, .listEntriesAdded, .listEntriesRemoved:
            try configuration.apply(
                try reading(lsn) { () throws(EventError) in try ListChanged(decoding: record.payload, kind: kind) },
                lsn: lsn
            )
        case .principalChanged:
            try change(
                try reading(lsn) { () throws(EventError) in try PrincipalChanged(decoding: record.payload) },
                lsn
            )
        }
        if kind == .authorization || kind == .lifecycle { decisionCount += 1 } else { commandCount += 1 }
    }

    private func reading<Event>(
        _ lsn: LogSequenceNumber,
        _ body: () throws(EventError) -> Event
    ) throws(ReexecutionError) -> Event {
        do throws(EventError) { return try body() } catch {
            throw ReexecutionError(lsn: lsn, finding: .unreadable("\(error)"))
        }
    }

    private mutating func change(_ event: PrincipalChanged, _ lsn: LogSequenceNumber) throws(ReexecutionError) {
        do throws(PrincipalError) { try principals.check(event) } catch {
            throw ReexecutionError(lsn: lsn, finding: .impossible("\(error)"))
        }
        guard principals.apply(event, lsn: lsn) != nil else {
            throw ReexecutionError(lsn: lsn, finding: .impossible("there is no principal \"\(event.name)\""))
        }
    }
}

// MARK: - Decisions

extension Reexecution {
    /// The account that a request on a card is about, and the card, where it is one that replaced another.
    private mutating func account(of token: CardToken) -> (part: CardTable.Part, token: CardToken, alias: CardAlias?) {
        let own = cards.part(of: token, policy: configuration.policy)
        guard let alias = own.shard.alias(token) else { return (own, token, nil) }
        return (cards.part(of: alias.account, policy: configuration.policy), alias.account, alias)
    }

    private func checkTime(
        _ time: Instant,
        _ record: JournalRecordView,
        _ part: CardTable.Part
    ) throws(ReexecutionError) {
        let lsn = LogSequenceNumber(rawValue: record.lsn)
        guard time.microseconds == record.time else {
            throw ReexecutionError(lsn: lsn, finding: .impossible("the record and its event are of different times"))
        }
        guard time >= part.shard.latestEventTime else {
            throw ReexecutionError(
                lsn: lsn,
                finding: .impossible("it is of \(time), and its account was at \(part.shard.latestEventTime) already")
            )
        }
    }

    private func checkTime(
        _ time: Instant,
        _ lsn: LogSequenceNumber,
        _ use: CounterUse
    ) throws(ReexecutionError) {
        let latest = counters.latest(use)
        guard time >= latest else {
            let finding = "it is of \(time), and what it counts was at \(latest) already"
            throw ReexecutionError(lsn: lsn, finding: .impossible(finding))
        }
    }

    private mutating func decide(_ record: JournalRecordView, _ lsn: LogSequenceNumber) throws(ReexecutionError) {
        let recorded = try reading(lsn) { () throws(EventError) in try AuthorizationEvent(decoding: record.payload) }
        let (part, token, alias) = account(of: recorded.request.cardToken)
        try checkTime(recorded.time, record, part)
        event = .blank
        event.request = recorded.request
        event.time = recorded.time
        if configuration.policy.hasCounters, part.shard.card(token) != nil {
            let use = CounterUse(recorded.request, of: token, policy: configuration.policy)
            try checkTime(recorded.time, lsn, use)
            event.observation.counters = counters.read(
                use,
                at: recorded.time,
                recorded: recorded.observation.counters,
                policy: configuration.policy
            )
        }
        part.shard.decide(&event, as: alias, policy: configuration.policy)
        let byteCount = AuthorizationEvent.encode(&event, into: scratch)
        guard isRecorded(byteCount, record) else {
            throw Self.difference(
                lsn,
                recorded: Self.text(recorded.decision),
                now: Self.text(event.decision),
                isSeenAlike: event.observation == recorded.observation
            )
        }
        part.shard.apply(&event, lsn: lsn, policy: configuration.policy)
        if configuration.policy.hasCounters, let change = CountedChange(&event, lsn: lsn) {
            counters.apply(change, &part.origins, lsn: lsn, policy: configuration.policy)
        }
        // One that was declined beside a payment which waited for it was about that payment too.
        if let payment = event.decision.joined ?? event.observation.awaiting {
            otherRequests[recorded.request.requestID] = payment.id
        }
    }

    private mutating func settle(_ record: JournalRecordView, _ lsn: LogSequenceNumber) throws(ReexecutionError) {
        let recorded = try reading(lsn) { () throws(EventError) in try LifecycleEvent(decoding: record.payload) }
        let request = recorded.request
        let (part, token, alias) = account(of: request.cardToken)
        try checkTime(recorded.time, record, part)
        var seen = part.shard.observe(request, as: alias, at: recorded.time, policy: configuration.policy)
        if let before = recorded.before, seen.payment?.id != before.id || seen.match != recorded.match,
            let named = part.shard.payment(LogSequenceNumber(rawValue: before.id)),
            names(request, named, of: token)
        {
            // Several have the name; which of them a daemon takes depends on what it had in memory.
            seen.payment = named
            seen.match = recorded.match
        }
        if configuration.policy.hasCounters, seen.card.found {
            let origin = part.origins.find(seen.payment, at: recorded.time, policy: configuration.policy)
            let use = CounterUse(request, seen: seen, of: token, origin: origin, policy: configuration.policy)
            try checkTime(recorded.time, lsn, use)
            seen.card.counters = counters.read(
                use,
                at: recorded.time,
                recorded: recorded.observation.counters,
                policy: configuration.policy
            )
        }
        let decision = part.shard.decide(request, at: recorded.time, seen: seen, policy: configuration.policy)
        let event = LifecycleEvent(request: request, time: recorded.time, observation: seen.card, decision: decision)
        let byteCount = event.encode(into: scratch)
        guard isRecorded(byteCount, record) else {
            throw Self.difference(
                lsn,
                recorded: Self.text(recorded.decision),
                now: Self.text(decision),
                isSeenAlike: event.observation == recorded.observation
            )
        }
        part.shard.apply(event, lsn: lsn, policy: configuration.policy)
        if configuration.policy.hasCounters, let change = CountedChange(event, lsn: lsn) {
            counters.apply(change, &part.origins, lsn: lsn, policy: configuration.policy)
        }
        if !request.requestID.isZero, let payment = event.payment(lsn: lsn) ?? event.before {
            otherRequests[request.requestID] = payment.id
        }
    }

    /// Whether a message means a payment of its account by any of the payment's names.
    private func names(_ request: LifecycleRequest, _ payment: PaymentRecord, of account: CardToken) -> Bool {
        guard payment.account == account else { return false }
        let names = PaymentNames(request.reference, account: account, amount: request.amount)
        if names.precedence(of: payment) < PaymentNames.noPrecedence { return true }
        guard let original = request.reference.originalRequestID else { return false }
        return otherRequests[original] == payment.id
    }

    /// Whether what was made again is the record to the byte.
    private func isRecorded(_ byteCount: Int, _ record: JournalRecordView) -> Bool {
        UnsafeRawBufferPointer(rebasing: scratch[..<byteCount]).elementsEqual(record.payload)
    }

    private static func difference(
        _ lsn: LogSequenceNumber,
        recorded: String,
        now: String,
        isSeenAlike: Bool
    ) -> ReexecutionError {
        guard recorded == now else {
            return ReexecutionError(lsn: lsn, finding: .differs(recorded: recorded, now: now))
        }
        let what = isSeenAlike ? "checks, rules, balances or times are others" : "what was seen of the card is another"
        return ReexecutionError(lsn: lsn, finding: .differs(recorded: recorded, now: "the same answer, but \(what)"))
    }

    private static func text(_ decision: Decision) -> String {
        "\(decision.outcome), \(decision.reason), \(decision.approvedAmount) minor units"
    }

    private static func text(_ decision: LifecycleDecision) -> String {
        "\(decision.outcome), \(decision.reason), \(decision.heldChange) minor units more held and "
            + "\(decision.postedChange) more posted"
    }
}
