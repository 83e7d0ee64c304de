/// The types of values that a condition computes with; lists exist only while a condition is loaded.
public enum ValueType: UInt8, CaseIterable, Sendable {
    /// A 64-bit signed integer.
    case int
    /// A 64-bit unsigned integer.
    case uint
    /// An amount in minor units of the request's currency, 64-bit signed.
    case money
    case bool
    /// Unicode text as UTF-8, compared by code points.
    case string
    case bytes

    /// The name that the language has for it.
    public var name: String {
        switch self {
        case .int: "int"
        case .uint: "uint"
        case .money: "money"
        case .bool: "bool"
        case .string: "string"
        case .bytes: "bytes"
        }
    }

    /// Whether it has an order, so that `<` takes it.
    var isNumber: Bool { self == .int || self == .uint || self == .money }
}
