/// A call that a condition can make, such as `list("blocked", merchant.name)`. It is resolved when the rule is loaded:
/// each different call becomes one slot that the caller of the evaluation fills, at most once a request.
public struct AttributeFunction: Sendable {
    /// What stands in one place between the parentheses.
    public enum Parameter: Hashable, Sendable {
        /// A text literal; what it is, for messages.
        case text(String)
        /// A whole number that is a literal; what it is, for messages.
        case number(String)
        /// An attribute of one of these types.
        case attribute([ValueType])

        var described: String {
            switch self {
            case .text(let what): "\(what) in quotes"
            case .number(let what): "\(what) as a number"
            case .attribute(let types):
                "an attribute of type \(types.map(\.name).joined(separator: " or "))"
            }
        }
    }

    /// The name.
    public let name: String
    /// What it takes.
    public let parameters: [Parameter]
    /// What it gives. A text is not possible: it has no place to lie.
    public let result: ValueType
    /// Whether `x in f(…)` is another way to write `f(…, x)`.
    public let takesMember: Bool
    /// What the call is, in a few words, with its unit.
    public let summary: String
    /// Says what is wrong with a call whose arguments have the right types; `nil`: nothing.
    let check: @Sendable (FunctionCall) -> FunctionProblem?

    /// Describes a call. `check` says what is wrong with the arguments, and what would be right, when a rule is loaded.
    public init(
        _ name: String,
        _ parameters: [Parameter],
        result: ValueType,
        takesMember: Bool = false,
        summary: String,
        check: @escaping @Sendable (FunctionCall) -> FunctionProblem? = { _ in nil }
    ) {
        precondition(result != .string && result != .bytes, "a call gives a number, an amount or a truth value")
        self.name = name
        self.parameters = parameters
        self.result = result
        self.takesMember = takesMember
        self.summary = summary
        self.check = check
    }

    /// The call as a reader would write it.
    public var signature: String {
        let list = parameters.map { parameter in
            switch parameter {
            case .text(let what): "\"\(what)\""
            case .number(let what): what
            case .attribute: "attribute"
            }
        }
        return "\(name)(\(list.joined(separator: ", ")))"
    }
}

/// What is wrong with a call whose arguments have the right types, and what would be right.
public struct FunctionProblem: Error {
    /// In a sentence without a full stop.
    public let text: String
    /// The argument by index, and how many bytes of its text are before what is wrong; `nil`: the call as a whole.
    public let place: (argument: Int, byte: Int)?

    /// Takes the sentence and the place.
    public init(_ text: String, at place: (argument: Int, byte: Int)? = nil) {
        self.text = text
        self.place = place
    }
}

/// One call with its arguments, as rules make it.
public struct FunctionCall: Hashable, Sendable {
    /// One argument.
    public enum Argument: Hashable, Sendable {
        /// A literal.
        case text(String)
        /// A literal.
        case number(Int64)
        /// The attribute's slot, which is its place in the schema.
        case attribute(Int)
    }

    /// The function's name.
    public let name: String
    /// The arguments in order; their number and types are those of the function's parameters.
    public let arguments: [Argument]
}
