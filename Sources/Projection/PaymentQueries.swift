internal import Authorization
public import Domain
internal import GRDB
public import Ledger

/// Which payments a search shall find.
public struct PaymentSearch: Sendable, Equatable {
    /// Words that name or city of the merchant begin with, in any order; empty: any.
    public var text = ""
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
    public var category: UInt16
    /// Where the merchant is.
    public var country: String
    /// The merchant's name.
    public var merchantName: String
    /// The merchant's city.
    public var merchantCity: String
}

/// Some payments, newest first.
public struct PaymentPage: Sendable {
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
    /// Card, text and an amount have an index; by the rest it looks through no more than a million payments and says
    /// where to go on.
    ///
    /// - Throws: `ProjectionError`.
    public func payments(
        _ search: PaymentSearch,
        before: LogSequenceNumber?,
        countMax: Int
    ) throws(ProjectionError) -> PaymentPage {
        try read { database in
            var page = PaymentPage()
            page.lsn = try Self.coveredLSN(database, LedgerScope())
            guard let range = try Self.range(database, search) else { return page }
            let query = try PaymentQuery(database, search)
            var end = min(range.upperBound, Int64(clamping: before?.rawValue ?? .max))
            let lowest = query.isIndexed ? range.lowerBound : max(range.lowerBound, end - Self.paymentScanCountMax)
            var step = Self.firstStepCount
            while end > lowest {
                let start = max(lowest, end - step)
                let wanted = countMax - page.payments.count
                let rows = try query.fetch(database, from: start, to: end, countMax: wanted)
                page.payments += rows
                if rows.count == wanted {
                    page.next = page.payments.last?.lsn
                    return page
                }
                end = start
                step *= 4
            }
            if end > range.lowerBound { page.next = LogSequenceNumber(rawValue: UInt64(end)) }
            return page
        }
    }

    /// The numbers between which payments of the time wanted lie; `nil` for none.
    private static func range(_ database: Database, _ search: PaymentSearch) throws -> Range<Int64>? {
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
private struct PaymentQuery {
    private var sql = """
        SELECT p.id, p.last_lsn, p.at, p.last_at, c.token, p.request, p.kind, p.outcome, p.reason, p.status, p.flags,
            p.currency, p.amount, p.approved, p.reversed, p.expired, p.cleared, p.over_cleared, p.refunded, p.disputed,
            p.merchant_currency, p.merchant_amount, p.category, p.country, m.name, m.city
        FROM payment p
        """
    private var arguments = StatementArguments()
    /// Whether an index leads to the payments.
    private(set) var isIndexed = true

    init(_ database: Database, _ search: PaymentSearch) throws {
        var conditions = ""
        let pattern = Self.pattern(search.text)
        if let card = search.card {
            sql += " INDEXED BY payment_card"
            conditions += " AND p.card IN (SELECT id FROM card WHERE coalesce(account, id) = ?)"
            arguments += [try Projection.accountNumber(database, card)]
        } else if pattern != nil {
            sql += " INDEXED BY payment_merchant"
        } else if let least = search.amountMin, least == search.amountMax {
            sql += " INDEXED BY payment_amount"
        } else {
            sql += " NOT INDEXED"
            isIndexed = false
        }
        sql += " CROSS JOIN card c ON c.id = p.card CROSS JOIN merchant m ON m.id = p.merchant"
        if let pattern {
            conditions += " AND p.merchant IN (SELECT rowid FROM merchant_text WHERE merchant_text MATCH ?)"
            arguments += [pattern]
        }
        func demand(_ condition: String, _ value: (some DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions += " AND \(condition) ?"
            arguments += [value]
        }
        demand("p.amount >=", search.amountMin)
        demand("p.amount <=", search.amountMax)
        demand("p.currency =", search.currency?.description)
        demand("p.at >=", search.from?.microseconds)
        demand("p.at <", search.to?.microseconds)
        demand("p.status =", search.status.map { Int64($0.rawValue) })
        demand("p.outcome =", search.outcome.map { Int64($0.rawValue) })
        sql += " WHERE 1\(conditions) AND p.id >= ? AND p.id < ? ORDER BY p.id DESC LIMIT ?"
    }

    func fetch(_ database: Database, from first: Int64, to end: Int64, countMax: Int) throws -> [PaymentRow] {
        var rows: [PaymentRow] = []
        let cursor = try Row.fetchCursor(database, sql: sql, arguments: arguments + [first, end, countMax])
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
        category = UInt16(clamping: try row.integer(22))
        country = try row.text(23)
        merchantName = try row.text(24)
        merchantCity = try row.text(25)
    }
}
