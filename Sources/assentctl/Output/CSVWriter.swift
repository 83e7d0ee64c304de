/// Comma-separated values as RFC 4180: a header line, CRLF replaced by the line feed that Unix tools expect.
///
/// A text that a spreadsheet would take for a formula, such as a merchant's name that begins with `=`, gets an
/// apostrophe before it. Numbers stay as they are.
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
        case .string(let text): isFormula(text) ? "'" + text : text
        case .boolean, .integer, .unsigned, .wide, .array, .object: value.compact
        }
    }

    /// Whether a spreadsheet might evaluate a text: it begins with what formulas begin with, and is no number.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first,
            "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first)
        else { return false }
        let isNumber =
            first == "-" && text.utf8.count > 1
            && text.utf8.dropFirst().allSatisfy {
                (48...57).contains($0) || $0 == 46
            }
        return !isNumber
    }

    private static func quoted(_ cell: String) -> String {
        let special: Set<Character> = [",", "\"", "\n", "\r", "\r\n"]
        guard cell.contains(where: special.contains) || cell.first == " " || cell.last == " " else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
