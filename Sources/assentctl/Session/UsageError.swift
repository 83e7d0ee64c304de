import Domain
import Platform

/// What the parser says of arguments that it does not take, and what would be right.
enum UsageError {
    /// What values may be, by what the help calls them.
    private static let forms: [(values: [String], form: String)] = [
        (["scopes"], "Scopes, with commas between them: \(Scopes.words.joined(separator: ", "))."),
        (["time"], TimeText.form),
        (["day"], "In UTC: 2026-11-21, today, yesterday, or an age such as 7d, at most \(TimeText.dayCountMax)d."),
        (["YYYY-MM"], "A month from 2000-01 to 2099-12, such as 2029-12."),
        (
            [
                "count", "number", "lsn", "payment", "record", "seconds", "uid", "rate", "burst", "credit", "stan",
                "size", "version", "timeout",
            ],
            "A whole number, 0 or more, without a sign and without commas."
        ),
    ]

    /// The lines for standard error.
    ///
    /// - Parameter message: The parser's, whose first line says what is wrong.
    static func rendered(_ message: String) -> String {
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines = lines.map(\.bounded.printable)
        if let first = lines.first, let form = form(for: first) { lines.insert("  " + form, at: 1) }
        return lines.joined(separator: "\n")
    }

    /// What the value that the line speaks of may be.
    private static func form(for line: String) -> String? {
        guard line.contains("invalid for '") || line.contains("Missing value for '") else { return nil }
        return forms.first { $0.values.contains { line.contains("<\($0)>'") } }?.form
    }
}
