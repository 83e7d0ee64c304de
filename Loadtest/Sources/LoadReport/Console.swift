import Glibc

/// Text for people: sections, tables and marks; colour only where standard output is a terminal and NO_COLOR is unset.
public struct Console: Sendable {
    /// Colours in the sense of ECMA-48, SGR.
    public enum Colour: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    private let coloured: Bool

    /// Looks at standard output and the environment.
    public init() { coloured = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil }

    /// Says whether to colour.
    public init(coloured: Bool) { self.coloured = coloured }

    /// The text in a colour, where colours are on.
    public func paint(_ text: String, _ colour: Colour) -> String {
        coloured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Writes one line and flushes, so that a reader behind a pipe sees it at once.
    public func line(_ text: String = "") {
        print(text)
        fflush(nil)
    }

    /// A heading with an empty line before it.
    public func section(_ title: String) {
        line()
        line(paint(title, .bold))
    }

    /// Rows in aligned columns.
    public func table(_ rows: [[String]], leftColumns: Int = 1) {
        for row in Format.table(rows, leftColumns: leftColumns) { line(row) }
    }

    /// A mark and a sentence: what was checked and whether it held.
    public func check(_ holds: Bool, _ sentence: String) {
        line("  \(holds ? paint("ok", .green) : paint("FAILED", .red))  \(sentence)")
    }
}
