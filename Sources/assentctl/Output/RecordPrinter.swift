import Platform

/// A record that a list can hold.
protocol ListedRecord {
    var fields: [Field] { get }
    var cells: [Cell] { get }
    /// What `--quiet` prints of it.
    var key: String { get }
}

/// A list's printer, or with `--quiet` nothing but a key a line; fails as commands do.
struct RecordPrinter {
    private var printer: ListPrinter?

    /// Prints what precedes the first record.
    init(_ shape: ListPrinter.Shape, quiet: Bool, output: Output) throws(CommandFailure) {
        do throws(StreamError) {
            printer = quiet ? nil : try ListPrinter(shape, output: output)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// How many records were printed as a list.
    var count: Int { printer?.count ?? 0 }

    /// Prints a record.
    mutating func add(_ record: some ListedRecord, output: Output) throws(CommandFailure) {
        do throws(StreamError) {
            if printer == nil {
                try output.write(record.key + "\n")
            } else {
                try printer?.add(record.fields, cells: record.cells)
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Prints what follows the last record.
    func end(
        next: UInt64?,
        option: String,
        facts: [Field] = [],
        output: Output
    ) throws(CommandFailure) {
        do throws(StreamError) {
            if let printer {
                try printer.end(next: next, option: option, facts: facts)
            } else if let next {
                output.remark("more: repeat with \(option) \(next), or with --all")
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension Session {
    /// Prints what precedes the first record of a list.
    func listPrinter(_ shape: ListPrinter.Shape, quiet: Bool) throws(CommandFailure) -> RecordPrinter {
        try RecordPrinter(shape, quiet: quiet, output: output)
    }
}
