/// One condition, compiled by itself: for testing a rule before it is stored, and for testing the language.
public struct Program: ~Copyable {
    /// A condition's value, as a caller can keep it.
    public enum Value: Hashable, Sendable {
        case int(Int64)
        case uint(UInt64)
        /// In minor units.
        case money(Int64)
        case bool(Bool)
        case string(String)
        case bytes([UInt8])
        case error(EvaluationError)
    }

    /// The type of its value.
    public let type: ValueType
    /// The most that one evaluation costs, in steps that compare two numbers, about a nanosecond each; reading an
    /// attribute is one, asking for a call ten, looking through a text one for each eight bytes of its maximal length.
    public let cost: Int
    /// The calls that the source answers; their slots come behind those of the schema.
    public let calls: [FunctionCall]
    private let code: CompiledCode
    private let schema: AttributeSchema
    private let registerCount: Int

    /// Compiles a condition of any type.
    ///
    /// - Throws: `RuleError`, with the place in the source.
    public init(_ source: String, schema: AttributeSchema) throws(RuleError) {
        let expression = try Parser.parse(source, takesMoney: schema.takesMoney)
        var checker = Checker(schema: schema, calls: CallTable())
        let (typed, type) = try checker.scalar(expression)
        var builder = CodeBuilder(schema: schema)
        _ = try builder.add(typed, expression.span)
        try RuleError.checkCost(builder.cost, expression.span)
        self.type = type
        self.schema = schema
        calls = checker.calls.calls
        cost = builder.cost
        registerCount = builder.registerCount
        code = CompiledCode(builder, slotCount: schema.attributes.count + checker.calls.calls.count)
    }

    /// Memory to evaluate in.
    public func makeWorkspace() -> RuleWorkspace {
        RuleWorkspace(
            schema: schema,
            callCount: calls.count,
            registerCount: registerCount,
            bitWordCount: 0,
            predicateWordCount: (code.predicateCount + 63) / 64,
            automatonCount: code.automata.entries.count
        )
    }

    /// Computes the value for the request that the workspace has begun.
    public func evaluate<Source: AttributeSource>(
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) -> Value {
        for word in 0..<workspace.predicateBits.count { workspace.predicateBits[word] = 0 }
        for place in 0..<workspace.scanned.count { workspace.scanned[place] = false }
        let cell = code.run(from: 0, &workspace, &source)
        if let error = EvaluationError(rawValue: UInt8(truncatingIfNeeded: cell.state)) { return .error(error) }
        switch type {
        case .int: return .int(cell.int)
        case .uint: return .uint(cell.word)
        case .money: return .money(cell.int)
        case .bool: return .bool(cell.word != 0)
        case .string: return .string(String(decoding: code.bytes(cell, workspace), as: UTF8.self))
        case .bytes: return .bytes(Array(code.bytes(cell, workspace)))
        }
    }
}

extension RuleError {
    static func checkCost(_ cost: Int, _ span: SourceSpan) throws(RuleError) {
        guard cost > RulesLimits.costMax else { return }
        throw RuleError(
            .limit,
            span,
            "the condition costs up to \(cost), more than \(RulesLimits.costMax)",
            advice: "use shorter lists in exists and all, 'in' for membership, and list(...) for long lists"
        )
    }
}
