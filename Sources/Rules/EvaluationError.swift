/// Why a condition has no value for a request. It is no failure of the daemon: the rule does not match, and is counted.
public enum EvaluationError: UInt8, CaseIterable, Sendable {
    /// The request, or the card, has no such attribute; ask with `has(...)` first.
    case absent = 1
    /// A sum, difference or product is beyond 64 bits.
    case overflow = 2
    /// A division or remainder by zero.
    case divisionByZero = 3
    /// A list has no element at the index.
    case indexOutOfRange = 4
    /// A conversion's operand has no counterpart in the other type.
    case notConvertible = 5
    /// An amount such as `0.005` is calculated with in a currency that has no such amount.
    case inexactAmount = 6

    /// In plain words, lower case.
    public var text: String {
        switch self {
        case .absent: "no such attribute in this request"
        case .overflow: "a result beyond 64 bits"
        case .divisionByZero: "division by zero"
        case .indexOutOfRange: "no list element at this index"
        case .notConvertible: "the value cannot be converted"
        case .inexactAmount: "the currency has no such amount"
        }
    }
}
