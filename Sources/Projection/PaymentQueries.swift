internal import Authorization
public import Domain
internal import GRDB
public import Ledger

/// Which payments a search shall find.
public struct PaymentCriteria: Sendable, Equatable {
    /// Words that name or city of the merchant begin with, in any order; empty: any.
    public var text = ""
    /// The merchant's whole name, but for case, accents and punctuation; empty: any.
    public var merchant = ""
    /// Made with this card, or with one that shares its account.
    public var card: CardToken?
    /// Asked for at least this, in minor units.
    public var amountMin: Int64?
    /// Asked for at most this, in minor units.
    public var amountMax: Int64?
    /// In this currency.
    public var currency: Currency?
    /// Made then or later.
    public var from: Instant?
    /// Made before then.
    public var to: Instant?
    /// What has become of it.
    public var status: PaymentStatus?
    /// How it was answered.
    public var outcome: Outcome?
    /// Why.
    public var reason: Reason?
    /// With such an event, first or later: a `RequestKind`, or 256 plus a `LifecycleKind`.
    public var kind: UInt16?

    /// Every payment.
    public init() {}
}

/// A payment as it stands.
public struct PaymentRow: Sendable, Equatable {
    /// The number of its first record.
    public var lsn: LogSequenceNumber
    /// The number of its newest record.
    public var lastLSN: LogSequenceNumber
    /// When it was made.
    public var time: Instant
    /// When it changed last.
    public var lastTime: Instant
    /// The card that was used.
    public var card: CardToken
    /// The request that made it.
    public var request: RequestID
    /// What it began with, or its authorization once that has come: a `RequestKind`, or 256 plus a `LifecycleKind`.
    public var kind: UInt16
    /// How it was answered.
    public var outcome: Outcome
    /// Why.
    public var reason: Reason
    /// What has become of it.
    public var status: PaymentStatus
    /// The payment's flags.
    public var flags: PaymentFlags
    /// The currency of all amounts; `nil` for a balance inquiry of an unknown card.
    public var currency: Currency?
    /// What was asked for; `nil` where nothing was.
    public var amount: Int64?
    /// What became of it.
    public var amounts: PaymentAmounts
    /// The merchant's currency, where it is another one.
    public var merchantCurrency: Currency?
    /// What the merchant charged in that.
    public var merchantAmount: Int64?
    /// What the merchant sells.
    public var category: MerchantCategory
    /// Where the merchant is.
    public var country: Country
    /// The merchant's name.
    public var merchantName: Text64
    /// The merchant's city.
    public var merchantCity: String
    /// ISO 8583 field 42.
    public var merchantID: Text16
    /// ISO 8583 field 41.
    public var terminalID: Text16
}

/// Some payments, newest first.
public struct PaymentRows: Sendable {
    /// The payments.
    public var payments: [PaymentRow] = []
    /// Where the next page goes on: before this number; `nil` at the end.
    public var next: LogSequenceNumber?
    /// Up to which record the projection answered.
    public var lsn = LogSequenceNumber.zero
}

extension Projection {
    /// How many payments one page looks at without an index.
    static let paymentScanCountMax: Int64 = 1_000_000
    /// How many numbers the first step back covers; each further one four times as many.
    static let firstStepCount: Int64 = 65_536

    /// Payments before a number, newest first.
    ///
    /// Card, merchant, text, an amount, kinds of events and rare statuses have an index; by the rest it looks through
    /// no more than a million payments, and never for longer than half of what a question may take. The page then says
    /// where to go on.
    ///
    /// - Throws: `ProjectionError`.
    public func payments(
        _ search: PaymentCriteria,
        before: LogSequenceNumber?,
        countMax: Int
    ) throws(ProjectionError) -> PaymentRows {
        try read { database, time in
            var page = PaymentRows()
            page.lsn = try Self.coveredLSN(database, LedgerScope())
            guard let range = try Self.range(database, search) else { return page }
            let query = try PaymentQuery(database, search)
            var end = min(range.upperBound, Int64(clamping: before?.rawValue ?? .max))
            let newest = end
            let lowest = query.isIndexed ? range.lowerBound : max(range.lowerBound, end - Self.paymentScanCountMax)
            var step = Self.firstStepCount
            while end > lowest {
                let start = max(lowest, end - step)
                let wanted = countMax - page.payments.count
                let rows: [PaymentRow]
                do {
                    rows = try query.fetch(database, from: start, to: end, countMax: wanted)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && end < newest {
                    // What was found until now is an answer, and the next page begins with a small step again.
                    break
                }
                page.payments += rows
                if rows.count == wanted {
                    page.next = page.payments.last?.lsn
                    return page
                }
                end = start
                step *= 4
                if time.isHalfOver(of: options.questionMilliseconds) { break }
            }
            if end > range.lowerBound { page.next = LogSequenceNumber(rawValue: UInt64(end)) }
            return page
        }
    }

    /// The numbers between which payments of the time wanted lie; `nil` for none.
    private static func range(_ database: Database, _ search: PaymentCriteria) throws -> Range<Int64>? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT min(id), max(id) FROM chunk WHERE last_at >= ? AND first_at < ?",
            arguments: [search.from?.microseconds ?? .min, search.to?.microseconds ?? .max]
        )
        guard let row, let first = try row.optionalInteger(0), let last = try row.optionalInteger(1) else { return nil }
        let shift = Int64(ProjectionSchema.chunkShift)
        return max(1, first << shift)..<(last + 1) << shift
    }
}

/// A search as SQL.
struct PaymentQuery {
    private(set) var sql = """
        SELECT p.id, p.last_lsn, p.at, p.last_at, c.token, p.request, p.kind, p.outcome, p.reason, p.status, p.flags,
            p.currency, p.amount, p.approved, p.reversed, p.expired, p.cleared, p.over_cleared, p.refunded, p.disputed,
            p.merchant_currency, p.merchant_amount, p.category, p.country, m.name, m.city, p.merchant_id, p.terminal_id
        FROM payment p
        """
    private var conditions = ""
    private var arguments = StatementArguments()
    /// Whether an index leads to the payments.
    private(set) var isIndexed = true
    /// Whether the conditions name the window of numbers a second time.
    private var hasInnerWindow = false

    init(_ database: Database, _ search: PaymentCriteria) throws {
        let pattern = Self.pattern(search.text)
        let merchant = MerchantName.normalise(search.merchant)
        chooseIndex(search, hasMerchant: pattern != nil || !merchant.isEmpty)
        sql += " CROSS JOIN card c ON c.id = p.card CROSS JOIN merchant m ON m.id = p.merchant"
        if let card = search.card {
            let account = try Projection.accountNumber(database, card)
            conditions += " AND p.card IN (SELECT ? UNION ALL SELECT id FROM card WHERE account = ?)"
            arguments += [account, account]
        }
        if let pattern {
            conditions += " AND p.merchant IN (SELECT rowid FROM merchant_text WHERE merchant_text MATCH ?)"
            arguments += [pattern]
        }
        if !merchant.isEmpty {
            conditions += " AND p.merchant IN (SELECT id FROM merchant WHERE plain_name = ?)"
            arguments += [merchant]
        }
        demand("p.amount >=", search.amountMin)
        demand("p.amount <=", search.amountMax)
        demand("p.currency =", search.currency?.description)
        demand("p.at >=", search.from?.microseconds)
        demand("p.at <", search.to?.microseconds)
        demand("p.status =", search.status.map { Int64($0.rawValue) })
        demand("p.outcome =", search.outcome.map { Int64($0.rawValue) })
        demand("p.reason =", search.reason.map { Int64($0.rawValue) })
        if let kind = search.kind { demand(kind: kind) }
        sql += " WHERE 1\(conditions) AND p.id >= ? AND p.id < ? ORDER BY p.id DESC LIMIT ?"
    }

    /// The index that leads to the fewest payments, as far as that can be told beforehand.
    private mutating func chooseIndex(_ search: PaymentCriteria, hasMerchant: Bool) {
        if search.card != nil {
            sql += " INDEXED BY payment_card"
        } else if hasMerchant {
            sql += " INDEXED BY payment_merchant"
        } else if let least = search.amountMin, least == search.amountMax {
            sql += " INDEXED BY payment_amount"
        } else if let status = search.status, Int(status.rawValue) > ProjectionSchema.commonStatusMax {
            sql += " INDEXED BY payment_rare"
            conditions += " AND p.status > \(ProjectionSchema.commonStatusMax)"
        } else if search.outcome == .flagged {
            sql += " INDEXED BY payment_flagged"
            conditions += " AND p.outcome = \(ProjectionSchema.flaggedOutcome)"
        } else {
            sql += " NOT INDEXED"
            isIndexed = search.kind.map { Int($0) != ProjectionSchema.authorizationKind } ?? false
        }
    }

    private mutating func demand(_ condition: String, _ value: (some DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions += " AND \(condition) ?"
        arguments += [value]
    }

    /// A payment has the kind of its authorization, whatever came first; any other kind is looked for among its events.
    private mutating func demand(kind: UInt16) {
        guard Int(kind) != ProjectionSchema.authorizationKind else { return demand("p.kind =", Int64(kind)) }
        conditions += """
             AND p.id IN (
                SELECT v.payment FROM event v INDEXED BY event_kind
                WHERE v.kind = ? AND v.kind <> \(ProjectionSchema.authorizationKind)
                    AND v.payment >= ? AND v.payment < ?
            )
            """
        arguments += [Int64(kind)]
        hasInnerWindow = true
    }

    /// How SQLite would go about it (sqlite.org/eqp.html).
    func plan(_ database: Database) throws -> [String] {
        let window: StatementArguments = hasInnerWindow ? [1, 2] : []
        let rows = try Row.fetchAll(
            database,
            sql: "EXPLAIN QUERY PLAN " + sql,
            arguments: arguments + window + [1, 2, 1]
        )
        return try rows.map { try $0.text(3) }
    }

    func fetch(_ database: Database, from first: Int64, to end: Int64, countMax: Int) throws -> [PaymentRow] {
        var rows: [PaymentRow] = []
        let window: StatementArguments = hasInnerWindow ? [first, end] : []
        let cursor = try Row.fetchCursor(
            database,
            sql: sql,
            arguments: arguments + window + [first, end, countMax]
        )
        while let row = try cursor.next() { rows.append(try PaymentRow(row)) }
        return rows
    }

    /// The words of a text as FTS5 takes them (sqlite.org/fts5.html, section 3): each one quoted, as a prefix, all of
    /// them. `nil` without words.
    static func pattern(_ text: String) -> String? {
        let words = MerchantName.normalise(text).split(separator: " ")
        guard !words.isEmpty else { return nil }
        return words.map { "\"\($0)\" *" }.joined(separator: " AND ")
    }
}

extension PaymentRow {
    init(_ row: Row) throws {
        lsn = try row.lsn(0)
        lastLSN = try row.lsn(1)
        time = Instant(microseconds: try row.integer(2))
        lastTime = Instant(microseconds: try row.integer(3))
        card = try row.identifier(4)
        request = try row.identifier(5)
        kind = UInt16(clamping: try row.integer(6))
        outcome = try row.choice(7)
        reason = try row.choice(8)
        status = try row.choice(9)
        flags = PaymentFlags(rawValue: UInt32(truncatingIfNeeded: try row.integer(10)))
        currency = try row.optionalCurrency(11)
        amount = try row.optionalInteger(12)
        amounts = PaymentAmounts(
            approved: try row.integer(13),
            reversed: try row.integer(14),
            expired: try row.integer(15),
            cleared: try row.integer(16),
            overCleared: try row.integer(17),
            refunded: try row.integer(18),
            disputed: try row.integer(19)
        )
        merchantCurrency = try row.optionalCurrency(20)
        merchantAmount = try row.optionalInteger(21)
        category = try row.value(22) { UInt16(exactly: try row.integer($0)).flatMap { MerchantCategory(code: $0) } }
        country = try row.value(23) { Country(try row.text($0)) }
        merchantName = try row.value(24) { Text64(try row.text($0)) }
        merchantCity = try row.text(25)
        merchantID = try row.value(26) { Text16(try row.text($0)) }
        terminalID = try row.value(27) { Text16(try row.text($0)) }
    }
}
