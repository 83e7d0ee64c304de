extension Checker {
    /// `[a, b, c]`
    mutating func list(_ elements: [Expression]) throws(RuleError) -> Checked {
        var typed: [Typed] = []
        var type: ValueType?
        for element in elements {
            if case .list = element.form {
                throw .unsupported("lists of lists", element.span, advice: "write one list")
            }
            let (value, valueType) = try scalar(element)
            guard type == nil || type == valueType else {
                throw RuleError(
                    .type,
                    element.span,
                    "the list begins with \(type?.name ?? "") and this is \(valueType.name)",
                    advice: "the elements of a list are of one type"
                )
            }
            type = valueType
            typed.append(value)
        }
        return .list(typed, type)
    }

    /// Gives the body values that can be read any number of times, each computed once and before the body.
    mutating func strictly(
        _ elements: [Typed],
        _ type: ValueType,
        _ body: ([Typed], inout Checker) -> Typed
    ) -> Typed {
        var bound: [(local: Int, value: Typed)] = []
        let values = elements.map { element -> Typed in
            guard !element.isFree else { return element }
            let local = makeLocal()
            bound.append((local, element))
            return .local(local, type)
        }
        var result = body(values, &self)
        for (local, value) in bound.reversed() { result = .bind(local, value, in: result) }
        return result
    }

    /// The same for one value.
    mutating func bindOnce(_ value: Typed, _ type: ValueType, _ body: (Typed, inout Checker) -> Typed) -> Typed {
        strictly([value], type) { values, checker in body(values[0], &checker) }
    }

    mutating func listEquality(
        _ left: [Typed],
        _ right: [Typed],
        _ type: ValueType,
        _ span: SourceSpan
    ) throws(RuleError) -> Typed {
        try count(span, left.count + right.count)
        return strictly(left, type) { one, checker in
            checker.strictly(right, type) { two, _ in
                guard one.count == two.count else { return .constant(.bool(false)) }
                guard !one.isEmpty else { return .constant(.bool(true)) }
                return .and(zip(one, two).map { .compare(.equal, type, $0, $1) })
            }
        }
    }

    /// `list[index]`
    mutating func element(_ base: Expression, _ index: Expression, _ span: SourceSpan) throws(RuleError) -> Checked {
        let list = try check(base)
        guard case .list(let elements, let type) = list else {
            throw RuleError(
                .type,
                base.span,
                "\(list.typeName) has no elements",
                advice: "only lists are indexed"
            )
        }
        let (place, placeType) = try scalar(index)
        guard placeType == .int else {
            throw RuleError(.type, index.span, "an index is an int, and this is \(placeType.name)")
        }
        guard let type else { return .scalar(.failure(.indexOutOfRange), .int) }
        try count(span, elements.count * 2)
        let outcome = strictly(elements, type) { values, checker in
            if case .int(let number) = place.asConstant {
                return number >= 0 && number < values.count ? values[Int(number)].computed : .failure(.indexOutOfRange)
            }
            return checker.bindOnce(place, .int) { place, _ in
                var result = Typed.failure(.indexOutOfRange)
                for (number, value) in values.enumerated().reversed() {
                    let isHere = Typed.compare(.equal, .int, place, .constant(.int(Int64(number))))
                    result = .conditional(isHere, value, result)
                }
                return result
            }
        }
        return .scalar(outcome, type)
    }

    /// `list.exists(x, condition)` and its kin.
    mutating func macro(
        _ macro: Macro,
        _ target: Expression,
        _ arguments: [Expression],
        _ expression: Expression
    ) throws(RuleError) -> Checked {
        let checked = try check(target)
        guard case .list(let elements, let type) = checked else {
            throw RuleError(
                .type,
                target.span,
                "\(macro.rawValue) needs a list, and this is \(checked.typeName)",
                advice: "write [a, b, c].\(macro.rawValue)(x, …)"
            )
        }
        let span = expression.nameSpan ?? expression.span
        if macro == .map, arguments.count == 3 { throw .unsupported("filtering maps", span) }
        guard arguments.count == 2, case .identifier(let variable) = arguments[0].form,
            !variable.hasPrefix(".")
        else {
            throw RuleError(
                .syntax,
                span,
                "\(macro.rawValue) takes a variable and an expression",
                advice: "write [a, b, c].\(macro.rawValue)(x, …)"
            )
        }
        guard let type else { return macro.ofNothing }
        return try unroll(macro, elements, type, variable, arguments[1])
    }

    private mutating func unroll(
        _ macro: Macro,
        _ elements: [Typed],
        _ type: ValueType,
        _ variable: String,
        _ body: Expression
    ) throws(RuleError) -> Checked {
        var locals: [(Int, Typed)] = []
        var results: [Typed] = []
        var resultType = ValueType.bool
        for element in elements {
            var value = element
            if !element.isFree {
                let local = makeLocal()
                locals.append((local, element))
                value = .local(local, type)
            }
            scopes.append((variable, value, type))
            defer { scopes.removeLast() }
            if macro == .map {
                let (typed, bodyType) = try scalar(body)
                results.append(typed)
                resultType = bodyType
            } else {
                results.append(try truth(body, of: macro.rawValue))
            }
        }
        func bound(_ typed: Typed) -> Typed {
            locals.reversed().reduce(typed) { .bind($1.0, $1.1, in: $0) }
        }
        switch macro {
        case .exists: return .scalar(bound(.or(results)), .bool)
        case .all: return .scalar(bound(.and(results)), .bool)
        case .existsOne: return .scalar(bound(.exactlyOne(results)), .bool)
        case .map:
            guard locals.isEmpty else {
                throw .unsupported(
                    "maps over lists of other than literals",
                    body.span,
                    advice: "write the elements out"
                )
            }
            return .list(results, resultType)
        }
    }
}

/// The macros over lists.
enum Macro: String {
    case exists
    case all
    case existsOne = "exists_one"
    case map

    /// What it makes of an empty list.
    var ofNothing: Checker.Checked {
        switch self {
        case .exists, .existsOne: .scalar(.constant(.bool(false)), .bool)
        case .all: .scalar(.constant(.bool(true)), .bool)
        case .map: .list([], nil)
        }
    }
}
