/// A condition as it was written: the tree that the parser makes, before names and types are looked at.
struct Expression {
    /// What the node is.
    indirect enum Form {
        case literal(Constant)
        case identifier(String)
        /// `operand.field`
        case select(Expression, field: String)
        /// `function(arguments)`, or `target.function(arguments)`.
        case call(function: String, target: Expression?, [Expression])
        case list([Expression])
        case index(Expression, Expression)
        case not(Expression)
        case negate(Expression)
        case arithmetic(Arithmetic, Expression, Expression)
        case compare(Comparison, Expression, Expression)
        case member(Expression, of: Expression)
        case and([Expression])
        case or([Expression])
        case conditional(Expression, Expression, Expression)
    }

    var form: Form
    var span: SourceSpan
    /// The name of a function or a field, where the node has one.
    var nameSpan: SourceSpan?
    /// How many nodes lie between this and the farthest leaf.
    var depth = 1
}

/// The arithmetic operators.
enum Arithmetic: UInt8 {
    case add
    case subtract
    case multiply
    case divide
    case remainder

    /// As it is written.
    var sign: String {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        }
    }
}

/// The relations but for `in`.
enum Comparison: UInt8 {
    case equal
    case notEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual

    /// As it is written.
    var sign: String {
        switch self {
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    /// Whether it is one of the two that every type has.
    var isEquality: Bool { self == .equal || self == .notEqual }

    /// The relation with its sides exchanged.
    var mirrored: Comparison {
        switch self {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    /// Whether the relation holds between two values of one order.
    @inline(__always)
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

/// A literal's value.
enum Constant: Hashable {
    case int(Int64)
    case uint(UInt64)
    case money(MoneyLiteral)
    case bool(Bool)
    case text([UInt8])
    case bytes([UInt8])

    var type: ValueType {
        switch self {
        case .int: .int
        case .uint: .uint
        case .money: .money
        case .bool: .bool
        case .text: .string
        case .bytes: .bytes
        }
    }
}
