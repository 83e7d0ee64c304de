internal import Authorization
internal import Domain
internal import GRDB
internal import Journal
internal import Ledger

/// Writes what records say into the tables. After any error it is thrown away with its transaction.
///
/// One thread, and not longer than the connection.
final class ProjectionWriter {
    let names: NameTable
    private let payments: PaymentWriter
    private let foreignClearings: ForeignClearings
    private let addEvent: RowStatement
    private let addEntry: RowStatement
    private let addMovement: RowStatement
    private let addChunk: RowStatement
    private let setProgress: RowStatement
    private let describeCard: RowStatement
    private let setCardStatus: RowStatement
    private let setCardLimit: RowStatement

    private var sums = MovementSums()
    private var last: (lsn: UInt64, time: Int64)?
    /// Rows written.
    private(set) var rowCount: UInt64 = 0

    init(_ database: Database) throws {
        names = try NameTable(database)
        payments = try PaymentWriter(database)
        foreignClearings = try ForeignClearings(database)
        addEvent = try RowStatement(
            database,
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        addEntry = try RowStatement(database, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)")
        addMovement = try RowStatement(
            database,
            """
            INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
            SET debit_high = debit_high + excluded.debit_high, debit_low = debit_low + excluded.debit_low,
                credit_high = credit_high + excluded.credit_high, credit_low = credit_low + excluded.credit_low
            """
        )
        addChunk = try RowStatement(
            database,
            """
            INSERT INTO chunk (id, first_at, last_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
            SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)
            """
        )
        setProgress = try RowStatement(database, "UPDATE projection SET lsn = ?, at = ? WHERE id = 1")
        describeCard = try RowStatement(
            database,
            """
            UPDATE card SET currency = ?, last_four = ?, status = ?, spending_limit = ?, created_lsn = ?, account = ?
            WHERE id = ?
            """
        )
        setCardStatus = try RowStatement(database, "UPDATE card SET status = ? WHERE id = ?")
        setCardLimit = try RowStatement(database, "UPDATE card SET spending_limit = ? WHERE id = ?")
    }

    /// Writes what one record says.
    func apply(_ record: JournalRecordView) throws(ProjectionError) {
        guard let kind = EventKind(rawValue: record.kind) else {
            throw .record(lsn: record.lsn, detail: "unknown kind \(record.kind)")
        }
        let lsn = LogSequenceNumber(rawValue: record.lsn)
        switch kind {
        case .authorization:
            try add(
                try decoded(record) { (payload) throws(EventError) in try AuthorizationEvent(decoding: payload) },
                lsn
            )
        case .lifecycle:
            try add(
                try decoded(record) { (payload) throws(EventError) in try LifecycleEvent(decoding: payload) },
                lsn
            )
        case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced:
            try add(
                try decoded(record) { (payload) throws(EventError) in try CardEvent(decoding: payload, kind: kind) },
                lsn
            )
        case .configurationChanged, .ruleAdded, .ruleMoved, .principalChanged, .listCreated, .listDeleted,
            .listEntriesAdded, .listEntriesRemoved:
            break
        }
        sums.note(time: record.time, lsn: record.lsn)
        last = (record.lsn, record.time)
    }

    private func decoded<Event>(
        _ record: JournalRecordView,
        _ decode: (UnsafeRawBufferPointer) throws(EventError) -> Event
    ) throws(ProjectionError) -> Event {
        do throws(EventError) {
            return try decode(record.payload)
        } catch {
            throw .record(lsn: record.lsn, detail: "\(error)")
        }
    }

    /// Adds the transaction's sums, and says how far the file is now: the last thing before committing.
    func finish() throws(ProjectionError) {
        for line in sums.lines {
            addMovement.bind(Int64(line.key.chunk))
            addMovement.bind(line.key.day)
            addMovement.bind(line.key.account.currency)
            addMovement.bind(Int64(line.key.account.phase.rawValue))
            addMovement.bind(Int64(line.key.account.account.rawValue))
            addMovement.bind(line.debit.high)
            addMovement.bind(line.debit.low)
            addMovement.bind(line.credit.high)
            addMovement.bind(line.credit.low)
            try addMovement.run()
        }
        for chunk in sums.times.keys.sorted() {
            guard let times = sums.times[chunk] else { continue }
            addChunk.bind(Int64(chunk))
            addChunk.bind(times.first)
            addChunk.bind(times.last)
            try addChunk.run()
        }
        rowCount += UInt64(sums.lines.count + sums.times.count)
        sums.removeAll()
        guard let last else { return }
        setProgress.bind(Int64(last.lsn))
        setProgress.bind(last.time)
        try setProgress.run()
    }
}

// MARK: - Cards

extension ProjectionWriter {
    private func add(_ event: CardEvent, _ lsn: LogSequenceNumber) throws(ProjectionError) {
        let card = try names.card(event.token)
        switch event {
        case .created(let created):
            describeCard.bind(created.currency)
            describeCard.bind(created.lastFour.description)
            describeCard.bind(Int64(created.status.rawValue))
            describeCard.bind(created.limit)
            describeCard.bind(lsn)
            describeCard.bind(nil as Int64?)
            describeCard.bind(card)
            try describeCard.run()
        case .statusChanged(let changed): try set(changed.status, of: card)
        case .limitsChanged(let changed):
            setCardLimit.bind(changed.limit)
            setCardLimit.bind(card)
            try setCardLimit.run()
        case .replaced(let replaced):
            try set(replaced.status, of: card)
            describeCard.bind(replaced.currency)
            describeCard.bind(replaced.lastFour.description)
            describeCard.bind(Int64(CardStatus.active.rawValue))
            describeCard.bind(nil as Int64?)
            describeCard.bind(lsn)
            describeCard.bind(try names.card(replaced.account))
            describeCard.bind(try names.card(replaced.newToken))
            try describeCard.run()
            rowCount += 1
        }
        rowCount += 1
    }

    private func set(_ status: CardStatus, of card: Int64) throws(ProjectionError) {
        setCardStatus.bind(Int64(status.rawValue))
        setCardStatus.bind(card)
        try setCardStatus.run()
    }
}

// MARK: - Payments

extension ProjectionWriter {
    private func add(_ event: AuthorizationEvent, _ lsn: LogSequenceNumber) throws(ProjectionError) {
        let card = try names.card(event.request.cardToken)
        let merchant = try names.merchant(event.request.merchantName, city: event.request.merchantCity)
        let payment = event.payment(lsn: lsn)
        let day = event.effectiveDay
        try payments.add(event, payment, lsn: lsn, card: card, merchant: merchant)
        let entries = Movement(event)?.entries ?? []
        addEvent.bind(lsn)
        addEvent.bind(payment.map { LogSequenceNumber(rawValue: $0.id) } ?? lsn)
        addEvent.bind(try names.card(event.account))
        addEvent.bind(Int64(event.request.kind.rawValue))
        addEvent.bind(event.time.microseconds)
        addEvent.bind(day)
        addEvent.bind(event.request.currency)
        addEvent.bind(event.request.kind.hasAmount ? event.request.amount : nil)
        addEvent.bind(Int64(event.decision.outcome.rawValue))
        addEvent.bind(Int64(event.decision.reason.rawValue))
        addEvent.bind(Int64((event.decision.joined == nil ? MatchRule.none : .awaiting).rawValue))
        addEvent.bind(entries.isEmpty ? 0 : 1 as Int64)
        addEvent.bind(event.request.requestID)
        try addEvent.run()
        rowCount += 2
        try add(entries, lsn, day: day)
    }

    private func add(_ event: LifecycleEvent, _ lsn: LogSequenceNumber) throws(ProjectionError) {
        let card = try names.card(event.request.cardToken)
        let merchant = try names.merchant(event.request.merchantName, city: event.request.merchantCity)
        var movement = Movement(event)
        if event.request.kind == .clearingReversal, let taking = movement, taking.exchange == nil,
            let payment = event.before
        {
            movement?.takenBack = try cleared(LogSequenceNumber(rawValue: payment.id), in: taking.currency)
        }
        let entries = movement?.entries ?? []
        let day = event.effectiveDay
        let standing = event.payment(lsn: lsn) ?? event.before
        if standing == nil || event.decision.payment != nil {
            try payments.add(
                event,
                standing,
                unmatched: movement?.after ?? PaymentAmounts(),
                lsn: lsn,
                card: card,
                merchant: merchant
            )
            rowCount += 1
        }
        addEvent.bind(lsn)
        addEvent.bind(standing.map { LogSequenceNumber(rawValue: $0.id) } ?? lsn)
        addEvent.bind(try names.card(event.account))
        addEvent.bind(event.request.kind.number)
        addEvent.bind(event.time.microseconds)
        addEvent.bind(day)
        addEvent.bind(event.request.currency ?? event.observation.currency)
        addEvent.bind(event.request.amount)
        addEvent.bind(Int64(event.outcome.rawValue))
        addEvent.bind(Int64(event.reason.rawValue))
        addEvent.bind(Int64(event.match.rawValue))
        addEvent.bind(entries.isEmpty ? 0 : 1 as Int64)
        addEvent.bind(event.request.requestID)
        try addEvent.run()
        rowCount += 1
        try add(entries, lsn, day: day)
    }

    private func cleared(
        _ payment: LogSequenceNumber,
        in currency: Currency
    ) throws(ProjectionError) -> Movement.ForeignClearing? {
        try translated { try foreignClearings.find(payment, billedIn: currency) }
    }

    private func add(_ entries: [LedgerEntry], _ lsn: LogSequenceNumber, day: Int64) throws(ProjectionError) {
        precondition(entries.count <= 16, "an entry's id has room for 16 of a record")
        for (place, entry) in entries.enumerated() {
            addEntry.bind(Int64(lsn.rawValue) << 4 | Int64(place))
            addEntry.bind(day)
            addEntry.bind(Int64(entry.account.rawValue))
            addEntry.bind(Int64(entry.phase.rawValue))
            addEntry.bind(entry.currency)
            addEntry.bind(entry.amount)
            try addEntry.run()
            sums.add(entry, lsn: lsn.rawValue, day: day)
        }
        rowCount += UInt64(entries.count)
    }
}

extension LifecycleKind {
    /// Its number among all kinds of events.
    var number: Int64 { 256 + Int64(rawValue) }
}
