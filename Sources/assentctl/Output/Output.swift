import Platform

/// Where a command prints to, and in which form.
struct Output {
    let format: OutputFormat
    let colors: Bool
    /// The terminal's columns; `nil` when standard output is no terminal, so nothing is cut.
    let width: Int?
    /// Takes the bytes; standard output except in tests.
    let write: (String) throws(StreamError) -> Void
    /// Takes remarks that are no data; standard error except in tests.
    let remark: (String) -> Void

    /// Standard output, as the options and the environment ask.
    init(format: OutputFormat, color: ColorChoice) {
        let isTerminal = Terminal.isOutput
        self.init(
            format: format,
            colors: color.resolved(isTerminal: isTerminal, environment: ProcessEnvironment.value),
            width: isTerminal ? Terminal.columns ?? 80 : nil,
            write: { (text) throws(StreamError) in try StandardStream.write(text, to: .output) },
            remark: { try? StandardStream.write($0 + "\n", to: .error) }
        )
    }

    init(
        format: OutputFormat,
        colors: Bool = false,
        width: Int? = nil,
        write: @escaping (String) throws(StreamError) -> Void,
        remark: @escaping (String) -> Void
    ) {
        self.format = format
        self.colors = colors
        self.width = width
        self.write = write
        self.remark = remark
    }

    /// Prints one record: in `table` form the given text, else its fields.
    func emit(_ fields: [Field], table: (Output) -> String) throws(StreamError) {
        switch format {
        case .table: try write(table(self))
        case .json: try write(JSONValue.object(fields).pretty + "\n")
        case .jsonl: try write(JSONValue.object(fields).compact + "\n")
        case .csv: try write(CSVWriter.header(fields) + "\n" + CSVWriter.row(fields) + "\n")
        }
    }

    /// Labels beside values, one pair a line.
    func pairs(_ pairs: [(label: String, cell: Cell)]) -> String {
        var table = Table(columns: [Column(""), Column("", minimumWidth: 8)])
        for pair in pairs { table.add([Cell(pair.label, .faint), pair.cell]) }
        return table.rendered(width: width, colors: colors)
    }

    /// The text in a style, where colours are wanted.
    func styled(_ text: String, _ style: Style) -> String { style.apply(to: text, colors: colors) }
}
