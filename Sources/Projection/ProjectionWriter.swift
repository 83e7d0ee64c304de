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
    private let addPayment: RowStatement
    private let addEvent: RowStatement
    private let addEntry: RowStatement
    private let addMovement: RowStatement
    private let addChunk: RowStatement
    private let setProgress: RowStatement
    let describeCard: RowStatement
    let setCardStatus: RowStatement
    let setCardLimit: RowStatement

    private var sums = MovementSums()
    private var last: (lsn: UInt64, time: Int64)?
    /// Rows written.
    private(set) var rowCount: UInt64 = 0

    init(_ database: Database) throws {
        names = try NameTable(database)
        addPayment = try RowStatement(
            database,
            """
            INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        addEvent = try RowStatement(
            database,
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        addEntry = try RowStatement(database, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)")
        addMovement = try RowStatement(
            database,
            """
            INSERT INTO movement (chunk, day, currency, phase, account, debit, credit) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit
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
            UPDATE card SET currency = ?, last_four = ?, status = ?, spending_limit = ?, created_lsn = ? WHERE id = ?
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
        case .cardCreated, .cardStatusChanged, .cardLimitsChanged:
            try add(
                try decoded(record) { (payload) throws(EventError) in try CardEvent(decoding: payload, kind: kind) },
                lsn
            )
        case .configurationChanged: break
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
            addMovement.bind(line.debit)
            addMovement.bind(line.credit)
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
        let card = try names.card(event.token).number
        switch event {
        case .created(let created):
            describeCard.bind(created.currency)
            describeCard.bind(created.lastFour.description)
            describeCard.bind(Int64(created.status.rawValue))
            describeCard.bind(created.limit)
            describeCard.bind(lsn)
            describeCard.bind(card)
            try describeCard.run()
        case .statusChanged(let changed):
            setCardStatus.bind(Int64(changed.status.rawValue))
            setCardStatus.bind(card)
            try setCardStatus.run()
        case .limitsChanged(let changed):
            setCardLimit.bind(changed.limit)
            setCardLimit.bind(card)
            try setCardLimit.run()
        }
        rowCount += 1
    }
}

// MARK: - Payments

extension ProjectionWriter {
    private func add(_ event: AuthorizationEvent, _ lsn: LogSequenceNumber) throws(ProjectionError) {
        let request = event.request
        let card = try names.card(request.cardToken)
        let merchant = try names.merchant(request.merchantName, city: request.merchantCity)
        let movement = Movement(event)
        let amounts = movement?.after ?? PaymentAmounts()
        let hasAmount = request.kind == .authorization
        addPayment.bind(lsn)
        addPayment.bind(lsn)
        addPayment.bind(event.time.microseconds)
        addPayment.bind(event.time.microseconds)
        addPayment.bind(card.number)
        addPayment.bind(merchant)
        addPayment.bind(Int64(request.kind.rawValue))
        addPayment.bind(Int64(event.decision.outcome.rawValue))
        addPayment.bind(Int64(event.decision.reason.rawValue))
        addPayment.bind(Int64(PaymentStatus(event.decision.outcome, amounts).rawValue))
        addPayment.bind(0 as Int64)
        addPayment.bind(request.currency ?? event.observation.currency)
        addPayment.bind(hasAmount ? request.amount : nil)
        bind(amounts)
        addPayment.bind(request.merchantCurrency)
        addPayment.bind(request.merchantCurrency == nil ? nil : request.merchantAmount)
        addPayment.bind(Int64(request.merchantCategory.code))
        addPayment.bind(request.merchantCountry.description)
        addPayment.bind(request.merchantID)
        addPayment.bind(request.terminalID)
        addPayment.bind(request.requestID)
        try addPayment.run()

        let entries = movement?.entries ?? []
        addEvent.bind(lsn)
        addEvent.bind(lsn)
        addEvent.bind(card.account)
        addEvent.bind(Int64(EventKind.authorization.rawValue))
        addEvent.bind(event.time.microseconds)
        addEvent.bind(event.effectiveDay)
        addEvent.bind(request.currency)
        addEvent.bind(hasAmount ? request.amount : nil)
        addEvent.bind(Int64(event.decision.outcome.rawValue))
        addEvent.bind(Int64(event.decision.reason.rawValue))
        addEvent.bind(0 as Int64)
        addEvent.bind(entries.isEmpty ? 0 : 1 as Int64)
        addEvent.bind(request.requestID)
        try addEvent.run()
        rowCount += 2
        try add(entries, lsn, day: event.effectiveDay)
    }

    private func bind(_ amounts: PaymentAmounts) {
        addPayment.bind(amounts.approved)
        addPayment.bind(amounts.reversed)
        addPayment.bind(amounts.expired)
        addPayment.bind(amounts.cleared)
        addPayment.bind(amounts.overCleared)
        addPayment.bind(amounts.refunded)
        addPayment.bind(amounts.disputed)
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
