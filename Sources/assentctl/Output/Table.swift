/// Which side of its column a cell stands on.
enum Alignment: Equatable, Sendable {
    case left
    case right
}

/// A column of a table.
struct Column: Sendable {
    let heading: String
    let alignment: Alignment
    /// What the column may be cut down to when the terminal is narrow; `nil` where every character counts, as in
    /// tokens.
    let minimumWidth: Int?
    /// Columns with the lowest figure go first when the terminal is too narrow; `nil` stays always.
    let importance: Int?

    init(_ heading: String, _ alignment: Alignment = .left, minimumWidth: Int? = nil, importance: Int? = nil) {
        self.heading = heading
        self.alignment = alignment
        self.minimumWidth = minimumWidth
        self.importance = importance
    }
}

/// What stands in one place of a table.
struct Cell: Equatable, Sendable, ExpressibleByStringInterpolation {
    let text: String
    let style: Style

    init(_ text: String, _ style: Style = .plain) {
        self.text = text.printable
        self.style = style
    }

    init(stringLiteral value: String) { self.init(value) }
}

/// Rows under headings, aligned by display width and fitted into the terminal.
struct Table: Sendable {
    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(columns: [Column]) { self.columns = columns }

    /// Adds a row of as many cells as there are columns.
    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has one cell for each column")
        rows.append(cells)
    }

    /// The lines, each ended by a line feed; `width` is the terminal's, `nil` for no limit.
    func rendered(width: Int?, colors: Bool) -> String {
        var layout = Layout(table: self)
        if let width { layout.fit(width) }
        var text = ""
        if columns.contains(where: { !$0.heading.isEmpty }) {
            text += line(columns.map { Cell($0.heading, .heading) }, layout, colors)
        }
        for row in rows { text += line(row, layout, colors) }
        if !layout.dropped.isEmpty {
            let names = layout.dropped.map { columns[$0].heading.lowercased() }.joined(separator: ", ")
            text += Style.faint.apply(to: "(too narrow for: \(names))", colors: colors) + "\n"
        }
        return text
    }

    private func line(_ cells: [Cell], _ layout: Layout, _ colors: Bool) -> String {
        var text = ""
        for (position, index) in layout.shown.enumerated() {
            let cell = cells[index]
            let content = cell.text.truncated(to: layout.widths[index])
            let padding = String(repeating: " ", count: layout.widths[index] - content.displayWidth)
            let isLast = position == layout.shown.count - 1
            let styled = cell.style.apply(to: content, colors: colors)
            switch columns[index].alignment {
            case .left: text += isLast ? styled : styled + padding
            case .right: text += padding + styled
            }
            if !isLast { text += Layout.gap }
        }
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }
}

extension Table {
    /// How wide each column is and which ones are shown.
    private struct Layout {
        static var gap: String { "  " }

        let columns: [Column]
        var widths: [Int]
        var shown: [Int]
        var dropped: [Int] = []

        init(table: Table) {
            columns = table.columns
            widths = table.columns.map(\.heading.displayWidth)
            shown = Array(table.columns.indices)
            for row in table.rows {
                for index in table.columns.indices { widths[index] = max(widths[index], row[index].text.displayWidth) }
            }
        }

        /// First narrows what may be cut, the widest first, then leaves out the least important columns.
        mutating func fit(_ width: Int) {
            while excess(width) > 0 {
                let least = shown.reduce(0) { $0 + leastWidth($1) + Self.gap.count } - Self.gap.count
                if least > width, let victim = leastImportant() {
                    shown.removeAll { $0 == victim }
                    dropped.append(victim)
                    continue
                }
                guard let widest = shown.filter({ widths[$0] > leastWidth($0) }).max(by: { widths[$0] < widths[$1] })
                else { break }
                widths[widest] -= 1
            }
            dropped.sort()
        }

        private func excess(_ width: Int) -> Int {
            shown.reduce(0) { $0 + widths[$1] + Self.gap.count } - Self.gap.count - width
        }

        private func leastWidth(_ index: Int) -> Int {
            min(widths[index], max(columns[index].minimumWidth ?? widths[index], 1))
        }

        private func leastImportant() -> Int? {
            shown.filter { columns[$0].importance != nil }
                .min { (columns[$0].importance ?? 0, -$0) < (columns[$1].importance ?? 0, -$1) }
        }
    }
}
