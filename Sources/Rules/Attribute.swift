/// How the rules that speak of an attribute are found.
public enum AttributeIndex: UInt8, CaseIterable, Sendable {
    /// They are not: each rule that gets as far as the attribute compares for itself.
    case none
    /// By the attribute's value: conjuncts that compare it with literals (`==`, `!=`, `<`, `in`, `has`, and what `!`,
    /// `&&`, `||` and `?:` make of these) cost one lookup for all rules together.
    case values
}

/// One value that a condition can read.
public struct Attribute: Hashable, Sendable {
    /// The name in conditions: identifiers joined by dots.
    public let name: String
    /// The type of its values.
    public let type: ValueType
    /// How rules are found by it.
    public let index: AttributeIndex
    /// Whether a request may lack it, so that `has(...)` makes sense.
    public let isOptional: Bool
    /// For a text: how many bytes it has at most; 0 for other types.
    public let byteCountMax: Int
    /// For a text: the only values that it can have; empty: any. A condition that compares with another is refused.
    public let vocabulary: [String]
    /// What it is, in a few words, with its unit.
    public let summary: String

    /// An attribute that is a number, an amount or a truth value.
    public init(
        _ name: String,
        _ type: ValueType,
        index: AttributeIndex = .values,
        isOptional: Bool = false,
        summary: String
    ) {
        precondition(type != .string && type != .bytes, "a text has a length")
        self.name = name
        self.type = type
        self.index = index
        self.isOptional = isOptional
        byteCountMax = 0
        vocabulary = []
        self.summary = summary
    }

    /// An attribute that is a text, or bytes.
    public init(
        _ name: String,
        _ type: ValueType = .string,
        byteCountMax: Int,
        index: AttributeIndex = .values,
        isOptional: Bool = false,
        vocabulary: [String] = [],
        summary: String
    ) {
        precondition(type == .string || type == .bytes, "only a text has a length")
        precondition((1...RulesLimits.textByteCountMax).contains(byteCountMax), "a text has a length")
        self.name = name
        self.type = type
        self.index = index
        self.isOptional = isOptional
        self.byteCountMax = byteCountMax
        self.vocabulary = vocabulary
        self.summary = summary
    }
}
