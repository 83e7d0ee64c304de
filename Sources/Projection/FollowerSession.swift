internal import GRDB
internal import Journal

/// A file that is open, and the journal from the record behind its last one. Thrown away after any error.
struct FollowerSession: ~Copyable {
    private let pool: DatabasePool
    private let writer: ProjectionWriter
    private var follower: JournalFollower

    /// The last record that the file has.
    private(set) var lsn: UInt64
    /// The first record that the file has.
    let firstLSN: UInt64

    /// - Parameter pageCountMax: The most pages that the file may have, where it has not more already; `nil`: any.
    init(
        _ pool: DatabasePool,
        storage: any JournalStorage,
        identity: JournalIdentity,
        pageCountMax: Int?
    ) throws(ProjectionError) {
        self.pool = pool
        let (writer, first, last) = try translated {
            try pool.writeWithoutTransaction { database in
                if let pageCountMax { try database.execute(sql: "PRAGMA max_page_count = \(pageCountMax)") }
                guard let row = try Row.fetchOne(database, sql: "SELECT first_lsn, lsn FROM projection") else {
                    throw ProjectionError.unusable("it does not say how far it is")
                }
                return (try ProjectionWriter(database), try row.integer(0), try row.integer(1))
            }
        }
        guard first >= 1, last >= first - 1 else { throw .unusable("it says that it is at record \(last)") }
        self.writer = writer
        firstLSN = UInt64(first)
        lsn = UInt64(last)
        follower = JournalFollower(storage, identity: identity, from: UInt64(last) + 1)
    }

    /// Writes the next records in one transaction.
    ///
    /// - Parameter durable: The last record that is durable.
    /// - Returns: How many rows were written.
    mutating func transact(upTo durable: UInt64, recordCountMax: Int) throws(ProjectionError) -> UInt64 {
        let rowsBefore = writer.rowCount + writer.names.rowCount
        let last = min(durable, lsn + UInt64(recordCountMax))
        let writer = writer
        var failure: ProjectionError?
        try translated {
            try pool.write { _ in
                do throws(JournalError) {
                    try follower.read(upTo: last) { record in
                        do throws(ProjectionError) {
                            try writer.apply(record)
                            return .proceed
                        } catch {
                            failure = error
                            return .stop
                        }
                    }
                } catch {
                    throw Self.explained(error, firstLSN: firstLSN)
                }
                if let failure { throw failure }
                try writer.finish()
            }
        }
        lsn = last
        return writer.rowCount + writer.names.rowCount - rowsBefore
    }

    /// A journal whose next record was removed cannot be followed: a new file starts with what there is.
    private static func explained(_ error: JournalError, firstLSN: UInt64) -> ProjectionError {
        if case .notFound(let lsn) = error, lsn > 0 {
            return .unusable("record \(lsn) was removed from the journal before it came here")
        }
        return .journal(error)
    }
}
