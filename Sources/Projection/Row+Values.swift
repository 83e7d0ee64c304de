internal import Domain
internal import GRDB

/// Columns as what the schema says they are. GRDB's own subscript ends the process where a value is something else,
/// which damage to the file can make it.
extension Row {
    /// A whole number.
    func integer(_ column: Int) throws -> Int64 {
        guard let value = Int64.fromDatabaseValue(self[column]) else { throw unexpected(column) }
        return value
    }

    /// A whole number, or `nil` for NULL.
    func optionalInteger(_ column: Int) throws -> Int64? {
        (self[column] as DatabaseValue).isNull ? nil : try integer(column)
    }

    /// A text.
    func text(_ column: Int) throws -> String {
        guard let value = String.fromDatabaseValue(self[column]) else { throw unexpected(column) }
        return value
    }

    /// A record's number.
    func lsn(_ column: Int) throws -> LogSequenceNumber {
        guard let value = UInt64(exactly: try integer(column)) else { throw unexpected(column) }
        return LogSequenceNumber(rawValue: value)
    }

    /// A currency.
    func currency(_ column: Int) throws -> Currency {
        guard let currency = Currency(try text(column)) else { throw unexpected(column) }
        return currency
    }

    /// A currency, or `nil` for NULL.
    func optionalCurrency(_ column: Int) throws -> Currency? {
        (self[column] as DatabaseValue).isNull ? nil : try currency(column)
    }

    /// One of the values of an enumeration.
    func choice<Choice: RawRepresentable>(_ column: Int, _: Choice.Type = Choice.self) throws -> Choice
    where Choice.RawValue: FixedWidthInteger {
        guard let raw = Choice.RawValue(exactly: try integer(column)), let choice = Choice(rawValue: raw) else {
            throw unexpected(column)
        }
        return choice
    }

    /// Sixteen bytes.
    func identifier<ID: Identifier128>(_ column: Int, _: ID.Type = ID.self) throws -> ID {
        guard case .blob(let data) = (self[column] as DatabaseValue).storage, data.count == 16 else {
            throw unexpected(column)
        }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for (index, byte) in data.enumerated() {
            if index < 8 {
                halves.high = halves.high << 8 | UInt64(byte)
            } else {
                halves.low = halves.low << 8 | UInt64(byte)
            }
        }
        return ID(high: halves.high, low: halves.low)
    }

    /// What a body makes of a column.
    func value<Value>(_ column: Int, _ body: (Int) throws -> Value?) throws -> Value {
        guard let value = try body(column) else { throw unexpected(column) }
        return value
    }

    private func unexpected(_ column: Int) -> ProjectionError {
        .unusable("column \(column) is not what the schema says")
    }
}
