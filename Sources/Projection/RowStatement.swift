internal import Domain
internal import GRDB
internal import GRDBSQLite

/// A prepared statement that is executed many times, each time with all of its parameters bound in their order.
///
/// GRDB's own way to pass arguments makes an array of boxed values for every row, which takes longer than SQLite does.
/// One thread, and not longer than the connection.
final class RowStatement {
    private let statement: Statement
    private var parameter: Int32 = 0

    init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
    }

    private var handle: OpaquePointer { statement.sqliteStatement }

    /// Binds the next parameter.
    func bind(_ value: Int64) {
        parameter += 1
        sqlite3_bind_int64(handle, parameter, value)
    }

    /// Binds the next parameter, NULL for `nil`.
    func bind(_ value: Int64?) {
        guard let value else { return bindNull() }
        bind(value)
    }

    /// Binds the next parameter.
    func bind(_ lsn: LogSequenceNumber) { bind(Int64(clamping: lsn.rawValue)) }

    /// Binds the next parameter: the letters, NULL for `nil`.
    func bind(_ currency: Currency?) {
        guard let currency else { return bindNull() }
        let letters = currency.packed << 8
        bind(text: letters.bigEndian, byteCount: 3)
    }

    /// Binds the next parameter: 16 bytes, the most significant first.
    func bind(_ identifier: some Identifier128) {
        parameter += 1
        let words = (identifier.high.bigEndian, identifier.low.bigEndian)
        // SAFETY: SQLite copies the bytes before the call returns.
        withUnsafeBytes(of: words) { bytes in
            _ = sqlite3_bind_blob(handle, parameter, bytes.baseAddress, Int32(bytes.count), Self.copied)
        }
    }

    /// Binds the next parameter.
    func bind(_ text: Text64) {
        text.withBytes { bind($0) }
    }

    /// Binds the next parameter: up to the padding.
    func bind(_ text: Text16) {
        let words = (text.low.littleEndian, text.high.littleEndian)
        withUnsafeBytes(of: words) { bytes in
            bind(UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 }))
        }
    }

    /// Binds the next parameter.
    func bind(_ text: String) {
        var text = text
        text.withUTF8 { bind(UnsafeRawBufferPointer($0)) }
    }

    private func bind(text word: UInt32, byteCount: Int) {
        withUnsafeBytes(of: word) { bind(UnsafeRawBufferPointer(rebasing: $0.prefix(byteCount))) }
    }

    private func bind(_ utf8: UnsafeRawBufferPointer) {
        parameter += 1
        // SAFETY: SQLite copies the bytes before the call returns. A null pointer would bind NULL, so an empty text
        // gets another.
        guard let start = utf8.baseAddress, !utf8.isEmpty else {
            sqlite3_bind_text(handle, parameter, "", 0, Self.copied)
            return
        }
        sqlite3_bind_text(
            handle,
            parameter,
            start.assumingMemoryBound(to: CChar.self),
            Int32(utf8.count),
            Self.copied
        )
    }

    private func bindNull() {
        parameter += 1
        sqlite3_bind_null(handle, parameter)
    }

    /// Executes it with what was bound.
    func run() throws(ProjectionError) {
        _ = try step()
    }

    /// Executes it, and gives the first column of the first row; `nil` without a row.
    func firstInteger() throws(ProjectionError) -> Int64? {
        try step()
    }

    private func step() throws(ProjectionError) -> Int64? {
        precondition(parameter == sqlite3_bind_parameter_count(handle), "every parameter is bound, in order")
        parameter = 0
        let code = sqlite3_step(handle)
        let value = code == SQLITE_ROW ? sqlite3_column_int64(handle, 0) : nil
        guard sqlite3_reset(handle) == SQLITE_OK, code == SQLITE_ROW || code == SQLITE_DONE else {
            let connection = sqlite3_db_handle(handle)
            let extended = sqlite3_extended_errcode(connection)
            throw .sqlite(code: extended, message: sqlite3_errmsg(connection).map { String(cString: $0) } ?? "")
        }
        return value
    }

    // SAFETY: SQLITE_TRANSIENT of sqlite3.h, a macro that Swift does not see: the value -1 in the place of a function.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
