/// Why a condition was refused: what is wrong, where, and what would be right.
public struct RuleError: Error, Hashable, Sendable {
    /// The classes of what can be wrong.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// A character or a token that the grammar has no place for.
        case syntax
        /// Part of the Common Expression Language that is not part of this subset; `feature` names it.
        case unsupported
        /// A name that the schema does not know.
        case unknownName
        /// A value of a type that does not belong there.
        case type
        /// A number or an escape that is out of its range.
        case range
        /// Too long, too deep, too many, too costly.
        case limit
    }

    /// The class.
    public let kind: Kind
    /// Where.
    public let span: SourceSpan
    /// What is wrong, without a full stop.
    public let message: String
    /// What would be right; empty where nothing can be said.
    public let advice: String
    /// For `unsupported`: the part of the language, such as `doubles` or `maps`; otherwise empty.
    public let feature: String

    init(_ kind: Kind, _ span: SourceSpan, _ message: String, advice: String = "", feature: String = "") {
        self.kind = kind
        self.span = span
        self.message = message
        self.advice = advice
        self.feature = feature
    }

    static func unsupported(_ feature: String, _ span: SourceSpan, advice: String = "") -> RuleError {
        RuleError(
            .unsupported,
            span,
            "\(feature) are not part of the rules language",
            advice: advice,
            feature: feature
        )
    }
}

extension RuleError {
    /// Line and column of the error in a source, both from 1; columns count code points.
    public func place(in source: String) -> (line: Int, column: Int) {
        let (line, start, _) = span.lineAround(Array(source.utf8))
        let before = source.utf8.dropFirst(start).prefix(max(0, span.start - start))
        return (line, before.count { $0 & 0xC0 != 0x80 } + 1)
    }

    /// The error for a person: line, column and message, the line of the source, a caret under the place, the advice.
    public func render(source: String) -> String {
        let (line, column) = place(in: source)
        var lines = ["line \(line), column \(column): \(message)"] + span.marked(in: source).map { "  \($0)" }
        if !advice.isEmpty { lines.append("  \(advice)") }
        return lines.joined(separator: "\n")
    }
}
