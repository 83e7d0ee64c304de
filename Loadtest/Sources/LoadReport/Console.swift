import Glibc

/// Text for people: sections, tables and marks; on standard output where nothing else is said, and in colour only where
/// that is a terminal and NO_COLOR is unset.
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
    private let write: @Sendable (String) -> Void

    /// Looks at standard output and the environment.
    public init() { self.init(coloured: isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil) }

    /// Says whether to colour, and where the lines go.
    ///
    /// - Parameter write: Takes one line, without its end; standard output, flushed so that a reader behind a pipe sees
    ///   the line at once, where nothing else is said.
    public init(coloured: Bool, write: @escaping @Sendable (String) -> Void = Self.print) {
        self.coloured = coloured
        self.write = write
    }

    /// Writes one line to standard output, and flushes.
    public static func print(_ text: String) {
        Swift.print(text)
        fflush(nil)
    }

    /// The text in a colour, where colours are on.
    public func paint(_ text: String, _ colour: Colour) -> String {
        coloured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Writes one line.
    public func line(_ text: String = "") { write(text) }

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
