import Rules

extension CommandFailure {
    /// The bytes of a condition that a refusal is about, as `RuleError.inOneLine` names them.
    static func span(in message: String) -> SourceSpan? {
        let words = message.split(whereSeparator: { $0 == " " || $0 == "(" || $0 == ")" || $0 == ":" })
        for place in words.indices.dropLast(3) where words[place] == "bytes" && words[place + 2] == "to" {
            guard let start = Int(words[place + 1]), let end = Int(words[place + 3]), start >= 0, start <= end else {
                continue
            }
            return SourceSpan(start: start, end: end)
        }
        return nil
    }
}
