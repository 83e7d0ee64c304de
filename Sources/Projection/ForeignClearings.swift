internal import Domain
internal import GRDB
internal import Ledger

/// What of a payment's clearings is booked in merchants' currencies, and is not taken back.
///
/// One thread, and not longer than the connection.
final class ForeignClearings {
    /// More currencies than one payment is cleared in; of more the ones with the first letters count.
    private static let currencyCountMax = 4

    /// The payment's first event has its number, the others are in the index. Refunds have a life of their own: what
    /// was given back stays so when the clearing is taken back.
    private static let lines = """
        SELECT entry.account, entry.currency, sum(entry.amount) AS amount
        FROM (
            SELECT lsn, kind FROM event WHERE lsn = :payment
            UNION ALL
            SELECT lsn, kind FROM event WHERE payment = :payment AND payment <> lsn
        ) AS own
        JOIN entry ON entry.id BETWEEN own.lsn << 4 AND (own.lsn << 4) + 15
        WHERE own.kind <> :refund AND entry.phase = :posted AND entry.account IN (:settlement, :position)
        GROUP BY entry.account, entry.currency
        ORDER BY entry.account, entry.currency
        """

    private let statement: Statement

    init(_ database: Database) throws {
        statement = try database.makeStatement(sql: Self.lines)
    }

    /// What the clearings of a payment come to, as the entries up to now have it; `nil` where none was in another
    /// currency than the billing currency.
    func find(_ payment: LogSequenceNumber, billedIn currency: Currency) throws -> Movement.ForeignClearing? {
        var billed: Int64 = 0
        var owed: [Movement.ForeignClearing.Owed] = []
        let arguments: StatementArguments = [
            "payment": Int64(clamping: payment.rawValue),
            "refund": LifecycleKind.refundClearing.number,
            "posted": Int64(EntryPhase.posted.rawValue),
            "settlement": Int64(LedgerAccount.settlement.rawValue),
            "position": Int64(LedgerAccount.position.rawValue),
        ]
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            // Both accounts are credited by a clearing.
            let amount: Int64 = -row["amount"]
            guard let code: String = row["currency"], let said = Currency(code) else { continue }
            let isPosition = row["account"] == Int64(LedgerAccount.position.rawValue)
            if isPosition, said == currency { billed = amount }
            if !isPosition, said != currency, amount != 0 {
                owed.append(Movement.ForeignClearing.Owed(currency: said, amount: amount))
            }
        }
        guard !owed.isEmpty else { return nil }
        return Movement.ForeignClearing(billed: billed, owed: Array(owed.prefix(Self.currencyCountMax)))
    }
}
