public import Domain
internal import GRDB
public import Ledger

/// Which entries a question about the ledger is about.
public struct LedgerScope: Sendable, Equatable {
    /// Up to this record; `nil`: all that the projection has.
    public var asOf: LogSequenceNumber?
    /// Up to this effective day, in days after 1970-01-01; `nil`: any.
    public var effectiveDay: Int64?
    /// Of events of this card, or of those that share its account; `nil`: all.
    public var card: CardToken?
    /// Of this payment, named by its number; `nil`: all.
    public var payment: LogSequenceNumber?
    /// Of this account; `nil`: all.
    public var account: LedgerAccount?
    /// Of this phase; `nil`: both.
    public var phase: EntryPhase?
    /// In this currency; `nil`: all.
    public var currency: Currency?

    /// Everything.
    public init() {}
}

/// Balances as of a record.
public struct BalancesAsOf: Sendable {
    /// Up to which record they count.
    public var lsn: LogSequenceNumber
    /// The accounts.
    public var trial: TrialBalance
}

/// An entry with what it belongs to.
public struct BookedEntry: Sendable, Equatable {
    /// Its record's number times 16, and its place among that record's: entries in their order.
    public var id: UInt64
    /// The payment.
    public var payment: LogSequenceNumber
    /// The card that has the account.
    public var card: CardToken
    /// The engine's time of the event.
    public var time: Instant
    /// The day that it counts for, in days after 1970-01-01.
    public var day: Int64
    /// What was asked: a `RequestKind`, or 256 plus a `LifecycleKind`.
    public var kind: UInt16
    /// What was booked.
    public var entry: LedgerEntry

    /// The record.
    public var lsn: LogSequenceNumber { LogSequenceNumber(rawValue: id >> 4) }
}

/// Some entries, in order.
public struct EntryPage: Sendable {
    /// The entries.
    public var entries: [BookedEntry] = []
    /// Where the next page goes on: after this id; `nil` at the end.
    public var next: UInt64?
    /// Up to which record the projection answered.
    public var lsn = LogSequenceNumber.zero
}

extension Projection {
    /// How many records one page of entries looks at without an index.
    static let entryScanCountMax: UInt64 = 250_000

    /// The balances of all accounts that the scope has.
    ///
    /// - Throws: `ProjectionError`.
    /// - Complexity: Without card or payment O(records / 16,384); else O(events of the card or payment).
    public func balances(_ scope: LedgerScope) throws(ProjectionError) -> BalancesAsOf {
        try read { database, _ in
            let lsn = try Self.coveredLSN(database, scope)
            var trial = TrialBalance()
            func add(_ row: Row, _ turnover: TrialBalance.Turnover) throws {
                let key = TrialBalance.Key(
                    currency: try row.currency(0),
                    account: try row.choice(2),
                    phase: try row.choice(1)
                )
                guard scope.includes(key) else { return }
                trial.add(turnover, to: key)
            }
            if scope.card == nil, scope.payment == nil {
                let firstOpen = (lsn.rawValue + 1) >> ProjectionSchema.chunkShift
                let sums = try Row.fetchCursor(
                    database,
                    sql: Self.sumsSQL,
                    arguments: [Int64(firstOpen), scope.effectiveDay ?? .max]
                )
                while let row = try sums.next() {
                    let debit = Int128(try row.integer(3)) << 32 + Int128(try row.integer(4))
                    let credit = Int128(try row.integer(5)) << 32 + Int128(try row.integer(6))
                    try add(row, TrialBalance.Turnover(debit: debit, credit: credit))
                }
            }
            let entries = try Self.entryRows(database, scope, lsn: lsn)
            while let row = try entries.next() {
                let amount = Int128(try row.integer(3))
                try add(row, TrialBalance.Turnover(debit: max(amount, 0), credit: max(-amount, 0)))
            }
            return BalancesAsOf(lsn: lsn, trial: trial)
        }
    }

    /// The balance of a card's receivable account as of a record, pending and posted.
    ///
    /// - Throws: `ProjectionError`.
    /// - Complexity: O(events of the card)
    public func receivable(
        of card: CardToken,
        asOf lsn: LogSequenceNumber
    ) throws(ProjectionError) -> (pending: Int128, posted: Int128) {
        var scope = LedgerScope()
        scope.card = card
        scope.asOf = lsn
        scope.account = .receivable
        let lines = try balances(scope).trial.lines
        func sum(_ phase: EntryPhase) -> Int128 {
            lines.filter { $0.key.phase == phase }.reduce(0) { $0 + $1.turnover.balance }
        }
        return (sum(.pending), sum(.posted))
    }

    private static let sumsSQL = """
        SELECT currency, phase, account,
            sum(debit_high), sum(debit_low), sum(credit_high), sum(credit_low)
        FROM movement WHERE chunk < ? AND day <= ? GROUP BY currency, phase, account
        """

    /// Entries that no sum has: of the last chunk, or of a card or payment.
    private static func entryRows(
        _ database: Database,
        _ scope: LedgerScope,
        lsn: LogSequenceNumber
    ) throws -> RowCursor {
        let day = scope.effectiveDay ?? .max
        let columns = "SELECT e.currency, e.phase, e.account, e.amount"
        let last = Int64(clamping: lsn.rawValue)
        if let payment = scope.payment {
            return try Row.fetchCursor(
                database,
                sql: """
                    \(columns) FROM \(paymentEventsSQL) JOIN entry e ON e.id BETWEEN v.lsn * 16 AND v.lsn * 16 + 15
                    WHERE v.lsn <= ? AND e.day <= ?
                    """,
                arguments: [Int64(clamping: payment.rawValue), Int64(clamping: payment.rawValue), last, day]
            )
        }
        if let card = scope.card {
            return try Row.fetchCursor(
                database,
                sql: """
                    \(columns) FROM event v INDEXED BY event_card
                    JOIN entry e ON e.id BETWEEN v.lsn * 16 AND v.lsn * 16 + 15
                    WHERE v.card = ? AND v.moved = 1 AND v.lsn <= ? AND e.day <= ?
                    """,
                arguments: [try accountNumber(database, card), last, day]
            )
        }
        let first = ((lsn.rawValue + 1) >> ProjectionSchema.chunkShift) << ProjectionSchema.chunkShift
        return try Row.fetchCursor(
            database,
            sql: "\(columns) FROM entry e WHERE e.id >= ? AND e.id <= ? AND e.day <= ?",
            arguments: [Int64(first) << 4, last << 4 | 15, day]
        )
    }

    /// The events of one payment, as `v`; takes its number twice.
    static let paymentEventsSQL = """
        (SELECT * FROM event WHERE lsn = ?
            UNION ALL SELECT * FROM event INDEXED BY event_payment WHERE payment = ? AND payment <> lsn) v
        """

    /// The number of the card that has a card's account; -1 for a token that never was in a record.
    static func accountNumber(_ database: Database, _ token: CardToken) throws -> Int64 {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT coalesce(account, id) FROM card WHERE token = ?",
            arguments: [token.bytes.databaseValue]
        )
        return try row?.integer(0) ?? -1
    }

    /// How far the question can be answered.
    static func coveredLSN(_ database: Database, _ scope: LedgerScope) throws -> LogSequenceNumber {
        guard let row = try Row.fetchOne(database, sql: "SELECT lsn FROM projection") else {
            throw ProjectionError.unusable("it does not say how far it is")
        }
        return min(scope.asOf ?? LogSequenceNumber(rawValue: .max), try row.lsn(0))
    }
}

extension LedgerScope {
    func includes(_ key: TrialBalance.Key) -> Bool {
        (account == nil || account == key.account) && (phase == nil || phase == key.phase)
            && (currency == nil || currency == key.currency)
    }
}
