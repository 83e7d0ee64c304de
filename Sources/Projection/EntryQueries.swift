internal import Domain
internal import Foundation
internal import GRDB
internal import Ledger

extension Projection {
    /// Entries after an id, oldest first. Without card or payment it looks at no more than a
    /// quarter of a million records.
    ///
    /// - Throws: `ProjectionError`.
    public func entries(
        _ scope: LedgerScope,
        after: UInt64,
        countMax: Int
    ) throws(ProjectionError) -> EntryPage {
        try read { database, _ in
            var page = EntryPage()
            page.lsn = try Self.coveredLSN(database, scope)
            let last = Int64(clamping: page.lsn.rawValue) << 4 | 15
            var end = last
            if scope.card == nil, scope.payment == nil {
                end = min(last, Int64(clamping: after) + Int64(Self.entryScanCountMax << 4))
            }
            let (sql, arguments) = try Self.entriesSQL(database, scope, after: after, end: end, countMax: countMax)
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                page.entries.append(try BookedEntry(row))
            }
            if page.entries.count == countMax {
                page.next = page.entries.last?.id
            } else if end < last {
                page.next = UInt64(end)
            }
            return page
        }
    }

    private static func entriesSQL(
        _ database: Database,
        _ scope: LedgerScope,
        after: UInt64,
        end: Int64,
        countMax: Int
    ) throws -> (String, StatementArguments) {
        let columns = """
            SELECT e.id, v.payment, c.token, v.at, e.day, v.kind, e.account, e.phase, e.currency, e.amount
            """
        let join = "entry e ON e.id BETWEEN v.lsn * 16 AND v.lsn * 16 + 15"
        var arguments = StatementArguments()
        var sql: String
        if let payment = scope.payment {
            let number = Int64(clamping: payment.rawValue)
            sql = "\(columns) FROM \(paymentEventsSQL) JOIN \(join) JOIN card c ON c.id = v.card WHERE 1"
            arguments += [number, number]
        } else if let card = scope.card {
            sql = """
                \(columns) FROM event v INDEXED BY event_card JOIN \(join) JOIN card c ON c.id = v.card
                WHERE v.card = ? AND v.moved = 1 AND v.lsn >= ?
                """
            arguments += [try accountNumber(database, card), Int64(clamping: after >> 4)]
        } else {
            sql = "\(columns) FROM entry e JOIN event v ON v.lsn = e.id >> 4 JOIN card c ON c.id = v.card WHERE 1"
        }
        sql += " AND e.id > ? AND e.id <= ? AND e.day <= ?"
        arguments += [Int64(clamping: after), end, scope.effectiveDay ?? .max]
        if let account = scope.account {
            sql += " AND e.account = ?"
            arguments += [Int64(account.rawValue)]
        }
        if let phase = scope.phase {
            sql += " AND e.phase = ?"
            arguments += [Int64(phase.rawValue)]
        }
        if let currency = scope.currency {
            sql += " AND e.currency = ?"
            arguments += [currency.description]
        }
        sql += scope.card != nil && scope.payment == nil ? " ORDER BY v.lsn, e.id LIMIT ?" : " ORDER BY e.id LIMIT ?"
        arguments += [countMax]
        return (sql, arguments)
    }
}

extension BookedEntry {
    init(_ row: Row) throws {
        id = UInt64(clamping: try row.integer(0))
        payment = try row.lsn(1)
        card = try row.identifier(2)
        time = Instant(microseconds: try row.integer(3))
        day = try row.integer(4)
        kind = UInt16(clamping: try row.integer(5))
        entry = LedgerEntry(
            account: try row.choice(6),
            phase: try row.choice(7),
            currency: try row.currency(8),
            amount: try row.integer(9)
        )
    }
}

extension Identifier128 {
    /// The sixteen bytes as they are stored.
    var bytes: Data {
        var data = Data(capacity: 16)
        for half in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                data.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
        return data
    }
}
