import Platform

/// Prints a list that comes page by page. Data formats stream; a table waits for the end, since its columns are as
/// wide as their widest cell.
struct ListPrinter {
    /// What a list is called, how it looks and which fields it has.
    struct Shape {
        /// The member of the JSON document that holds the records.
        let name: String
        let columns: [Column]
        /// The names of a record's fields, for the header of an empty CSV list.
        let fieldNames: [String]
        /// What to say when there is nothing.
        let emptyText: String
    }

    private let output: Output
    private let shape: Shape
    private var table: Table
    private(set) var count = 0

    /// Prints what precedes the first record.
    init(_ shape: Shape, output: Output) throws(StreamError) {
        self.output = output
        self.shape = shape
        table = Table(columns: shape.columns)
        switch output.format {
        case .table, .jsonl: break
        case .json: try output.write("{\n  \"\(shape.name)\": [")
        case .csv: try output.write(CSVWriter.line(shape.fieldNames) + "\n")
        }
    }

    /// Prints a record.
    mutating func add(_ fields: [Field], cells: @autoclosure () -> [Cell]) throws(StreamError) {
        precondition(fields.map(\.name) == shape.fieldNames, "every record of a list has the same fields")
        defer { count += 1 }
        switch output.format {
        case .table: table.add(cells())
        case .json:
            let text = JSONValue.object(fields).pretty
            let indented = text.split(separator: "\n").map { "\n    " + $0 }.joined()
            try output.write((count == 0 ? "" : ",") + indented)
        case .jsonl: try output.write(JSONValue.object(fields).compact + "\n")
        case .csv: try output.write(CSVWriter.row(fields) + "\n")
        }
    }

    /// Prints what follows the last record: how to get the next page, where there is one.
    ///
    /// JSON carries the cursor in `next`; the other formats say it in a remark, apart from the data.
    ///
    /// - Parameter facts: What else a JSON document says of the whole list.
    func end(next: UInt64?, option: String, facts: [Field] = []) throws(StreamError) {
        switch output.format {
        case .table:
            if count > 0 {
                try output.write(table.rendered(width: output.width, colors: output.colors))
            } else {
                output.remark(shape.emptyText)
            }
        case .json:
            let cursor = next.map(String.init) ?? "null"
            let more = facts.map { ",\n  \"\($0.name)\": \($0.value.compact)" }.joined()
            try output.write((count == 0 ? "" : "\n  ") + "],\n  \"next\": \(cursor)\(more)\n}\n")
        case .jsonl, .csv: break
        }
        if let next, output.format != .json { output.remark("more: repeat with \(option) \(next), or with --all") }
    }
}
