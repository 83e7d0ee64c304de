/// Reads comma-separated values as RFC 4180 has them: fields in double quotes may hold commas, line breaks and doubled
/// quotes; lines end with CRLF or LF. Bytes come in pieces of any size.
public struct CSVReader {
    /// Why the bytes are not CSV.
    public enum Failure: Error, Equatable, Sendable {
        /// A quote stands where none may, on this line (from 1).
        case misplacedQuote(line: Int)
        /// The end came within a quoted field that began on this line.
        case unclosedQuote(line: Int)
        /// A field has more bytes than `fieldByteCountMax`, on this line.
        case fieldTooLong(line: Int)
    }

    /// The most bytes of one field.
    public static let fieldByteCountMax = 64 << 10

    private enum State {
        case fieldStart
        case plain
        case quoted
        /// After a quote within a quoted field: its end, or the first half of a doubled quote.
        case quoteInQuoted
    }

    private var state = State.fieldStart
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var line = 1
    private var quoteLine = 1
    private var sawCarriageReturn = false

    /// At the start of the text.
    public init() {}

    /// Takes the next bytes and calls the body with every record that they complete, and the line that it ends on.
    ///
    /// - Throws: `Failure`, or what the body throws.
    public mutating func take(
        _ bytes: some Sequence<UInt8>,
        _ body: (_ fields: [String], _ line: Int) throws -> Void
    ) throws {
        for byte in bytes { try step(byte, body) }
    }

    /// Ends the text; a last line without a line feed counts.
    ///
    /// - Throws: `Failure`, or what the body throws.
    public mutating func finish(_ body: (_ fields: [String], _ line: Int) throws -> Void) throws {
        if case .quoted = state { throw Failure.unclosedQuote(line: quoteLine) }
        if !fields.isEmpty || !field.isEmpty { try endRecord(body) }
    }

    private mutating func step(_ byte: UInt8, _ body: ([String], Int) throws -> Void) throws {
        if case .quoted = state {
            if byte == UInt8(ascii: "\"") {
                state = .quoteInQuoted
            } else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                try append(byte)
            }
            return
        }
        switch byte {
        case UInt8(ascii: ","): endField()
        case UInt8(ascii: "\n"):
            if sawCarriageReturn, field.last == UInt8(ascii: "\r") { field.removeLast() }
            try endRecord(body)
            line += 1
        case UInt8(ascii: "\""):
            switch state {
            case .fieldStart:
                state = .quoted
                quoteLine = line
            case .quoteInQuoted:
                state = .quoted
                try append(byte)
            case .plain, .quoted: throw Failure.misplacedQuote(line: line)
            }
        default:
            if case .quoteInQuoted = state, byte != UInt8(ascii: "\r") { throw Failure.misplacedQuote(line: line) }
            if case .fieldStart = state { state = .plain }
            try append(byte)
        }
        sawCarriageReturn = byte == UInt8(ascii: "\r")
    }

    private mutating func append(_ byte: UInt8) throws(Failure) {
        guard field.count < Self.fieldByteCountMax else { throw .fieldTooLong(line: line) }
        field.append(byte)
    }

    private mutating func endField() {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    private mutating func endRecord(_ body: ([String], Int) throws -> Void) throws {
        endField()
        let record = fields
        fields.removeAll(keepingCapacity: true)
        // An empty line is no record.
        if record.count > 1 || record.first?.isEmpty == false { try body(record, line) }
    }
}
