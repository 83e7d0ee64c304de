/// Comma-separated values as RFC 4180: a header line, CRLF replaced by the line feed that Unix tools expect.
enum CSVWriter {
    /// One line without its line feed.
    static func line(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",")
    }

    /// The names of a record's fields.
    static func header(_ fields: [Field]) -> String { line(fields.map(\.name)) }

    /// The values of a record's fields; null is empty, a list or an object is its compact JSON.
    static func row(_ fields: [Field]) -> String { line(fields.map { cell($0.value) }) }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .boolean, .integer, .unsigned, .array, .object: value.compact
        }
    }

    private static func quoted(_ cell: String) -> String {
        let special: Set<Character> = [",", "\"", "\n", "\r", "\r\n"]
        guard cell.contains(where: special.contains) || cell.first == " " || cell.last == " " else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
