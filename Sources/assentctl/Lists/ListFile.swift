import Authorization
import Domain
import Platform
import Wire

/// A file of values: one a line, or CSV with a heading.
///
/// Without a heading each line is a value. A first line that begins with `value` names the columns: `value`, and
/// if you like `from`, `until` and `reason`. Fields may stand in quotation marks (RFC 4180); blank lines and lines that
/// begin with `#` are passed over.
struct ListFile {
    /// The most bytes that a file has.
    static let byteCountMax = 512 << 20

    /// One value, and where it stands.
    struct Entry {
        let line: Int
        let item: ListAdd.EntriesEntry
    }

    private enum Column {
        case value
        case from
        case until
        case reason
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 0
    private var columns: [Column] = [.value]
    private let kind: ListKind
    private let now: Instant
    private let validity: (from: Instant?, until: Instant?)

    /// How many bytes it has, and how many are read.
    var progress: (done: Int, all: Int) { (offset, bytes.count) }

    /// Takes the bytes, and reads a heading.
    init(_ bytes: [UInt8], kind: ListKind, validity: (from: Instant?, until: Instant?)) throws(CommandFailure) {
        self.bytes = bytes
        self.kind = kind
        self.validity = validity
        now = Instant(microseconds: Clock.now())
        // A byte order mark that some programs write.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        let begin = offset
        guard let first = try nextLine() else { return }
        let names = try fields(of: first)
        guard names.first?.lowercased() == "value" else {
            offset = begin
            line = 0
            return
        }
        columns = []
        for name in names {
            switch name.lowercased() {
            case "value": columns.append(.value)
            case "from": columns.append(.from)
            case "until": columns.append(.until)
            case "reason": columns.append(.reason)
            default: throw problem("there is no column '\(name)'; columns are value, from, until and reason")
            }
        }
        guard columns.count(where: { $0 == .value }) == 1 else { throw problem("one column is value") }
    }

    /// The next value, checked; `nil`: there are no more.
    mutating func next() throws(CommandFailure) -> Entry? {
        while let text = try nextLine() {
            let first = text.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            if first == nil || first == UInt8(ascii: "#") { continue }
            return Entry(line: line, item: try item(text))
        }
        return nil
    }

    private func item(_ text: ArraySlice<UInt8>) throws(CommandFailure) -> ListAdd.EntriesEntry {
        // Without a heading a comma may be part of the value.
        let fields = columns.count == 1 && text.first != UInt8(ascii: "\"") ? [try decoded(text)] : try fields(of: text)
        guard fields.count <= columns.count else {
            throw problem("there are \(fields.count) fields, and \(columns.count) columns in the heading")
        }
        var item = ListAdd.EntriesEntry(from: validity.from, until: validity.until, value: "", reason: "")
        for (column, field) in zip(columns, fields) {
            switch column {
            case .value: item.value = try value(field)
            case .from: if !field.isEmpty { item.from = try time(field) }
            case .until: if !field.isEmpty { item.until = try time(field) }
            case .reason:
                guard field.utf8.count <= AuthorizationLimits.listReasonByteCountMax else {
                    throw problem("the reason has more than \(AuthorizationLimits.listReasonByteCountMax) bytes")
                }
                item.reason = field
            }
        }
        guard !item.value.isEmpty else { throw problem("there is no value") }
        if let from = item.from, let until = item.until, from >= until {
            throw problem("it would end (\(until)) before it begins (\(from))")
        }
        return item
    }

    private func value(_ text: String) throws(CommandFailure) -> String {
        if kind == .card || kind == .text, CardNumberGuard.looksLikeCardNumber(text) {
            throw problem("the value looks like a card number; assent never takes one, but the card's token")
        }
        do throws(ListValueError) {
            return try kind.canonical(text)
        } catch {
            throw problem("'\(text.prefix(80).description.printable)' is not \(error.expected)")
        }
    }

    private func time(_ text: String) throws(CommandFailure) -> Instant {
        guard let time = TimeAhead(argument: text) else {
            throw problem("'\(text.prefix(40).description.printable)' is no time, such as 2026-12-31T00:00:00Z or 30d")
        }
        return time.instant(now: now)
    }

    private func problem(_ text: String) -> CommandFailure { CommandFailure(.invalidData, "line \(line): \(text)") }

    // MARK: Lines and fields

    private mutating func nextLine() throws(CommandFailure) -> ArraySlice<UInt8>? {
        guard offset < bytes.count else { return nil }
        line += 1
        var end = offset
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        var text = bytes[offset..<end]
        offset = end + 1
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        return text
    }

    private func fields(of text: ArraySlice<UInt8>) throws(CommandFailure) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var place = text.startIndex
        var isQuoted = false
        while place < text.endIndex {
            let byte = text[place]
            place += 1
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if place < text.endIndex, text[place] == UInt8(ascii: "\"") {
                    field.append(byte)
                    place += 1
                } else {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: ",") {
                fields.append(try decoded(field[...]))
                field = []
            } else if byte == UInt8(ascii: "\""), field.isEmpty {
                isQuoted = true
            } else {
                field.append(byte)
            }
        }
        guard !isQuoted else { throw problem("a quotation mark is not closed") }
        return fields + [try decoded(field[...])]
    }

    /// The text without blanks around it.
    private func decoded(_ bytes: ArraySlice<UInt8>) throws(CommandFailure) -> String {
        var bytes = bytes
        while let byte = bytes.first, byte == 0x20 || byte == 0x09 { bytes.removeFirst() }
        while let byte = bytes.last, byte == 0x20 || byte == 0x09 { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw problem("it is not UTF-8") }
        return text
    }
}
