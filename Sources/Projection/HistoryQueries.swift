public import Domain
internal import GRDB

/// The records of a payment's events, newest first.
public struct EventNumbers: Sendable {
    /// The records.
    public var numbers: [LogSequenceNumber] = []
    /// Up to which record the projection answered.
    public var lsn = LogSequenceNumber.zero
}

extension Projection {
    /// The records of all events of a payment, those that changed nothing included.
    ///
    /// - Parameters:
    ///   - payment: The payment's number.
    ///   - before: Only records before this one; `nil` for all.
    /// - Throws: `ProjectionError`.
    public func events(
        of payment: LogSequenceNumber,
        before: LogSequenceNumber?,
        countMax: Int
    ) throws(ProjectionError) -> EventNumbers {
        try read { database, _ in
            var found = EventNumbers()
            found.lsn = try Self.coveredLSN(database, LedgerScope())
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT v.lsn FROM \(Self.paymentEventsSQL) WHERE v.lsn < ? ORDER BY v.lsn DESC LIMIT ?",
                arguments: [
                    Int64(clamping: payment.rawValue), Int64(clamping: payment.rawValue),
                    Int64(clamping: before?.rawValue ?? .max), countMax,
                ]
            )
            while let row = try rows.next() { found.numbers.append(try row.lsn(0)) }
            return found
        }
    }
}
