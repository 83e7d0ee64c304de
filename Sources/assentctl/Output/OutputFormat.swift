import ArgumentParser

/// What a command prints: `-o`.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// Aligned columns for people.
    case table
    /// One indented JSON document.
    case json
    /// One JSON object a line.
    case jsonl
    /// A header line and one line a record (RFC 4180).
    case csv
}

extension ColorChoice: ExpressibleByArgument {}
