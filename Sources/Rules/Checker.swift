/// Settles names and types, unrolls macros over lists, and leaves only what the machine computes.
///
/// Lists are known element by element when a rule is loaded, so a macro becomes as many copies of its body as the list
/// has elements: what `exists` says is said by `||`, what `all` says by `&&`, with the same treatment of errors.
struct Checker {
    /// What a part of a condition is.
    enum Checked {
        case scalar(Typed, ValueType)
        /// The elements and their type; an empty list has none.
        case list([Typed], ValueType?)

        var typeName: String {
            switch self {
            case .scalar(_, let type): type.name
            case .list(_, let type): type.map { "list of \($0.name)" } ?? "list"
            }
        }
    }

    let schema: AttributeSchema
    /// The calls so far; their slots come behind those of the attributes.
    var calls: CallTable
    /// The variables of the macros around, the innermost last.
    var scopes: [(name: String, value: Typed, type: ValueType)] = []
    private(set) var nodeCount = 0
    private(set) var localCount = 0

    init(schema: AttributeSchema, calls: CallTable) {
        self.schema = schema
        self.calls = calls
    }

    /// A place for a value that is computed once.
    mutating func makeLocal() -> Int {
        localCount += 1
        return localCount - 1
    }

    /// Counts a node against the limit; every node of the result is counted at least once.
    mutating func count(_ span: SourceSpan, _ nodes: Int = 1) throws(RuleError) {
        nodeCount += nodes
        guard nodeCount <= RulesLimits.nodeCountMax else {
            throw RuleError(
                .limit,
                span,
                "the condition has more than \(RulesLimits.nodeCountMax) operations once its macros are unrolled",
                advice: "use shorter lists in exists and all, and 'in' for membership"
            )
        }
    }

    /// A value that is not a list.
    mutating func scalar(_ expression: Expression) throws(RuleError) -> (Typed, ValueType) {
        switch try check(expression) {
        case .scalar(let typed, let type): return (typed, type)
        case .list:
            throw RuleError(
                .type,
                expression.span,
                "a list does not fit here",
                advice: "ask 'x in [...]', or use exists, all or size"
            )
        }
    }

    /// A truth value.
    mutating func truth(_ expression: Expression, of what: String) throws(RuleError) -> Typed {
        let (typed, type) = try scalar(expression)
        guard type == .bool else {
            throw RuleError(
                .type,
                expression.span,
                "\(what) needs bool, and this is \(type.name)",
                advice: type.isNumber ? "compare it, for example with > 0" : "compare it, for example with =="
            )
        }
        return typed
    }

    /// Looks at a node and what is below it.
    mutating func check(_ expression: Expression) throws(RuleError) -> Checked {
        try count(expression.span)
        switch expression.form {
        case .literal(let constant): return .scalar(.constant(constant), constant.type)
        case .identifier, .select: return try name(expression)
        case .call(let function, let target, let arguments):
            return try call(function, target, arguments, expression)
        case .list(let elements): return try list(elements)
        case .index(let base, let index): return try element(base, index, expression.span)
        case .not(let operand): return .scalar(.not(try truth(operand, of: "!")), .bool)
        case .negate(let operand): return try negation(operand)
        case .arithmetic(let operation, let left, let right):
            return try arithmetic(operation, left, right, expression.span)
        case .compare(let comparison, let left, let right):
            return try relation(comparison, left, right, expression.span)
        case .member(let value, let list): return try membership(value, list, expression.span)
        case .and(let terms): return .scalar(.and(try truths(terms, of: "&&")), .bool)
        case .or(let terms): return .scalar(.or(try truths(terms, of: "||")), .bool)
        case .conditional(let condition, let first, let second):
            return try conditional(condition, first, second)
        }
    }

    private mutating func truths(_ terms: [Expression], of what: String) throws(RuleError) -> [Typed] {
        var typed: [Typed] = []
        for term in terms { typed.append(try truth(term, of: what)) }
        return typed
    }

    private mutating func conditional(
        _ condition: Expression,
        _ first: Expression,
        _ second: Expression
    ) throws(RuleError) -> Checked {
        let test = try truth(condition, of: "the condition before ?")
        let (yes, type) = try scalar(first)
        let (no, other) = try scalar(second)
        guard type == other else {
            throw RuleError(
                .type,
                second.span,
                "the two values of ?: are \(type.name) and \(other.name)",
                advice: mismatchAdvice(type, other, first, second, or: "make both \(type.name)")
            )
        }
        return .scalar(.conditional(test, yes, no), type)
    }

    // MARK: - Names

    /// The dotted name of a chain of selections; `nil` for anything else, and for a macro's variable.
    func path(_ expression: Expression) -> String? {
        switch expression.form {
        case .identifier(let name):
            if name.hasPrefix(".") { return String(name.dropFirst()) }
            return scopes.contains { $0.name == name } ? nil : name
        case .select(let operand, let field): return path(operand).map { "\($0).\(field)" }
        default: return nil
        }
    }

    private mutating func name(_ expression: Expression) throws(RuleError) -> Checked {
        if case .identifier(let name) = expression.form, let variable = scopes.last(where: { $0.name == name }) {
            return .scalar(variable.value, variable.type)
        }
        guard let path = path(expression) else {
            guard case .select(let operand, let field) = expression.form else {
                throw RuleError(.syntax, expression.span, "this is not a name")
            }
            let checked = try check(operand)
            throw RuleError(
                .type,
                expression.nameSpan ?? expression.span,
                "\(checked.typeName) has no field '\(field)'",
                advice: "only attributes have dots in their names"
            )
        }
        if let slot = schema.slot(named: path) {
            let type = schema.attributes[slot].type
            return .scalar(.attribute(slot: slot, type), type)
        }
        throw unknown(path, expression.span)
    }

    func unknown(_ name: String, _ span: SourceSpan) -> RuleError {
        if let function = schema.function(named: name) {
            return RuleError(
                .unknownName,
                span,
                "'\(name)' is a function",
                advice: "call it: \(function.signature)"
            )
        }
        let names = schema.attributes.map(\.name) + scopes.map(\.name)
        return RuleError(
            .unknownName,
            span,
            "there is no attribute '\(name)'",
            advice: NearName.advice(for: name, among: names, called: "attributes")
        )
    }

    /// A word on money, which is the mismatch that people make.
    func mismatchAdvice(
        _ left: ValueType,
        _ right: ValueType,
        _ first: Expression,
        _ second: Expression,
        or otherwise: String
    ) -> String {
        guard (left == .money && right == .int) || (left == .int && right == .money) else { return otherwise }
        let number = left == .int ? first : second
        if case .literal(.int(let value)) = number.form {
            return "write \(value).00 for major units, or minor_units(\(value)) for minor units"
        }
        return "minor_units(n) makes money of an int, int(m) makes an int of money, both in minor units"
    }
}
