extension Checker {
    /// A call of either form.
    mutating func call(
        _ function: String,
        _ target: Expression?,
        _ arguments: [Expression],
        _ expression: Expression
    ) throws(RuleError) -> Checked {
        let span = expression.nameSpan ?? expression.span
        // A function of the schema may have dots in its name.
        let prefix = target.flatMap { path($0) }
        if target == nil || prefix != nil,
            let described = schema.function(named: prefix.map { "\($0).\(function)" } ?? function)
        {
            return try resolve(described, arguments, expression)
        }
        if let feature = Checker.unsupportedFunctions[function] {
            throw .unsupported(feature.0, span, advice: feature.1)
        }
        if let prefix {
            let kin = schema.functions.map(\.name).filter { $0.hasPrefix("\(prefix).") }
            if !kin.isEmpty {
                throw RuleError(
                    .unknownName,
                    span,
                    "there is no function '\(prefix).\(function)'",
                    advice: NearName.advice(for: "\(prefix).\(function)", among: kin, called: "functions")
                )
            }
        }
        if let target { return try method(function, target, arguments, expression) }
        switch function {
        case "has": return try presence(arguments, expression)
        case "size": return try size(only(arguments, function, span))
        default: break
        }
        if let type = Checker.conversions[function] {
            return try convert(only(arguments, function, span), to: type, named: function)
        }
        let names = schema.functions.map(\.name) + ["has", "size"] + Checker.conversions.keys.sorted()
        if Checker.methods.contains(function) || Macro(rawValue: function) != nil {
            throw RuleError(
                .unknownName,
                span,
                "\(function) is called on a value",
                advice: "write value.\(function)(…)"
            )
        }
        throw RuleError(
            .unknownName,
            span,
            "there is no function '\(function)'",
            advice: NearName.advice(for: function, among: names, called: "functions")
        )
    }

    static let methods = ["contains", "startsWith", "endsWith", "size"]

    private static let conversions: [String: ValueType] = [
        "int": .int, "uint": .uint, "string": .string, "bytes": .bytes, "bool": .bool, "minor_units": .money,
    ]

    private static let unsupportedFunctions: [String: (String, String)] = [
        "matches": ("regular expressions (matches)", "use contains, startsWith, endsWith, or several of them"),
        "filter": ("filtered lists", "use exists, all or exists_one"),
        "type": ("type values", "types are settled when the rule is loaded"),
        "dyn": ("dynamic types (dyn)", "types are settled when the rule is loaded"),
        "double": ("doubles", "write whole numbers, or amounts such as 12.50"),
        "timestamp": ("timestamps", "use the attributes of time, such as time.hour"),
        "duration": ("durations", "windows are named in velocity(...)"),
    ]

    private func only(_ arguments: [Expression], _ function: String, _ span: SourceSpan) throws(RuleError) -> Expression
    {
        guard arguments.count == 1 else {
            throw RuleError(.syntax, span, "\(function) takes one argument, and here are \(arguments.count)")
        }
        return arguments[0]
    }

    private mutating func method(
        _ function: String,
        _ target: Expression,
        _ arguments: [Expression],
        _ expression: Expression
    ) throws(RuleError) -> Checked {
        let span = expression.nameSpan ?? expression.span
        if let kind = Macro(rawValue: function == "existsOne" ? "exists_one" : function) {
            return try macro(kind, target, arguments, expression)
        }
        let predicate: TextPredicate
        switch function {
        case "contains": predicate = .contains
        case "startsWith": predicate = .startsWith
        case "endsWith": predicate = .endsWith
        case "size" where arguments.isEmpty: return try size(target)
        default:
            let names = Checker.methods + ["exists", "all", "exists_one", "map"]
            throw RuleError(
                .unknownName,
                span,
                "there is no '\(function)' on values",
                advice: NearName.advice(for: function, among: names, called: "there are")
            )
        }
        let subject = try text(target, predicate.name)
        let part = try text(only(arguments, function, span), predicate.name)
        return .scalar(.text(predicate, subject, part), .bool)
    }

    private mutating func text(_ expression: Expression, _ function: String) throws(RuleError) -> Typed {
        let (typed, type) = try scalar(expression)
        guard type == .string else {
            throw RuleError(
                .type,
                expression.span,
                "\(function) needs string, and this is \(type.name)",
                advice: type.isNumber ? "compare numbers with == or 'in'" : ""
            )
        }
        return typed
    }

    /// `has(a.b)`
    private func presence(_ arguments: [Expression], _ expression: Expression) throws(RuleError) -> Checked {
        let advice = "write has(card.expiry), with an attribute that has a dot in its name"
        guard arguments.count == 1, case .select = arguments[0].form, let path = path(arguments[0]) else {
            throw RuleError(.syntax, expression.span, "has() takes the name of one attribute", advice: advice)
        }
        guard let slot = schema.slot(named: path) else { throw unknown(path, arguments[0].span) }
        return .scalar(schema.attributes[slot].isOptional ? .present(slot: slot) : .constant(.bool(true)), .bool)
    }

    private mutating func size(_ operand: Expression) throws(RuleError) -> Checked {
        switch try check(operand) {
        case .list(let elements, let type):
            let number = Typed.constant(.int(Int64(elements.count)))
            return .scalar(strictly(elements, type ?? .int) { _, _ in number }, .int)
        case .scalar(let typed, .string): return .scalar(.codePoints(typed), .int)
        case .scalar(let typed, .bytes): return .scalar(.byteCount(typed), .int)
        case .scalar(_, let type):
            throw RuleError(
                .type,
                operand.span,
                "size needs string, bytes or a list, and this is \(type.name)"
            )
        }
    }

    /// `int(x)` and its kin.
    private mutating func convert(
        _ operand: Expression,
        to type: ValueType,
        named name: String
    ) throws(RuleError) -> Checked {
        let (typed, from) = try scalar(operand)
        switch (from, type) {
        case (.int, .int), (.uint, .uint), (.bool, .bool), (.string, .string), (.bytes, .bytes),
            (.money, .int), (.int, .money), (.string, .bytes):
            if case .text(let bytes) = typed.asConstant, type == .bytes {
                return .scalar(.constant(.bytes(bytes)), type)
            }
            return .scalar(typed.computed, type)
        case (.uint, .int): return .scalar(.convert(.intFromUInt, typed), type)
        case (.int, .uint): return .scalar(.convert(.uintFromInt, typed), type)
        case (.string, .int): return .scalar(.convert(.intFromText, typed), type)
        case (.string, .uint): return .scalar(.convert(.uintFromText, typed), type)
        case (.bytes, .string): return .scalar(.convert(.textFromBytes, typed), type)
        case (_, .string):
            throw .unsupported("conversions to string", operand.span, advice: "compare values, not their texts")
        case (.string, .bool):
            throw .unsupported("conversions to bool", operand.span, advice: "compare with a text by ==")
        case (_, .int), (_, .uint), (_, .money), (_, .bool), (_, .bytes):
            throw RuleError(
                .type,
                operand.span,
                "\(name) does not take \(from.name)",
                advice: from == .bool ? "write x ? 1 : 0" : ""
            )
        }
    }

    /// A call that the caller of the evaluation answers.
    mutating func resolve(
        _ function: AttributeFunction,
        _ arguments: [Expression],
        _ expression: Expression
    ) throws(RuleError) -> Checked {
        guard arguments.count == function.parameters.count else {
            throw RuleError(
                .syntax,
                expression.span,
                "\(function.name) takes \(function.parameters.count) arguments, and here are \(arguments.count)",
                advice: "write \(function.signature)"
            )
        }
        var resolved: [FunctionCall.Argument] = []
        for (parameter, argument) in zip(function.parameters, arguments) {
            resolved.append(try self.argument(argument, parameter, function))
        }
        let call = FunctionCall(name: function.name, arguments: resolved)
        if let problem = function.check(call) {
            let span = problem.place.map { self.span(of: arguments[$0.argument], fromByte: $0.byte) } ?? expression.span
            throw RuleError(.range, span, problem.text, advice: "write \(function.signature)")
        }
        let slot = schema.attributes.count + calls.place(of: call)
        guard slot < RulesLimits.slotsMax else {
            throw RuleError(.limit, expression.span, "the rules make too many different calls")
        }
        return .scalar(.attribute(slot: slot, function.result), function.result)
    }

    /// A place in a text literal, up to its closing quote; the literal as a whole where an escape or a prefix makes
    /// that another.
    private func span(of literal: Expression, fromByte byte: Int) -> SourceSpan {
        guard case .literal(.text(let bytes)) = literal.form,
            literal.span.end - literal.span.start == bytes.count + 2, byte < bytes.count
        else { return literal.span }
        return SourceSpan(start: literal.span.start + 1 + byte, end: literal.span.end - 1)
    }

    private mutating func argument(
        _ expression: Expression,
        _ parameter: AttributeFunction.Parameter,
        _ function: AttributeFunction
    ) throws(RuleError) -> FunctionCall.Argument {
        switch (parameter, expression.form) {
        case (.text, .literal(.text(let bytes))): return .text(String(decoding: bytes, as: UTF8.self))
        case (.number, .literal(.int(let value))): return .number(value)
        case (.attribute(let types), _):
            guard let path = path(expression) else { break }
            guard let slot = schema.slot(named: path) else { throw unknown(path, expression.span) }
            guard types.contains(schema.attributes[slot].type) else { break }
            return .attribute(slot)
        default: break
        }
        throw RuleError(
            .type,
            expression.span,
            "\(function.name) takes \(parameter.described) here",
            advice: "write \(function.signature)"
        )
    }
}
