extension Checker {
    /// `-x`
    mutating func negation(_ operand: Expression) throws(RuleError) -> Checked {
        let (typed, type) = try scalar(operand)
        guard type == .int || type == .money else {
            throw RuleError(
                .type,
                operand.span,
                "- needs int or money, and this is \(type.name)",
                advice: type == .uint ? "make it an int with int(...)" : (type == .bool ? "not is written !" : "")
            )
        }
        return .scalar(.negate(typed, type), type)
    }

    /// `+ - * / %`
    mutating func arithmetic(
        _ operation: Arithmetic,
        _ left: Expression,
        _ right: Expression,
        _ span: SourceSpan
    ) throws(RuleError) -> Checked {
        let first = try check(left)
        let second = try check(right)
        switch (first, second) {
        case (.list(let one, let type), .list(let two, let other)):
            guard operation == .add else { break }
            guard type == nil || other == nil || type == other else {
                throw RuleError(.type, span, "\(first.typeName) and \(second.typeName) cannot be joined")
            }
            try count(span, one.count + two.count)
            return .list(one + two, type ?? other)
        case (.scalar(let one, let type), .scalar(let two, let other)):
            if operation == .add, type == other, type == .string || type == .bytes {
                return try joined(one, two, type, span)
            }
            if let result = resultType(operation, type, other) {
                return .scalar(.arithmetic(operation, .int, one, two), result)
            }
            if type == .int || type == .uint, type == other {
                return .scalar(.arithmetic(operation, type, one, two), type)
            }
            let advice = mismatchAdvice(type, other, left, right, or: arithmeticAdvice(type, other))
            throw noOverload(operation.sign, first, second, span, advice)
        default: break
        }
        throw noOverload(operation.sign, first, second, span, "")
    }

    /// What comes of money in a calculation; `nil` for the others and for nonsense.
    private func resultType(_ operation: Arithmetic, _ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (operation, left, right) {
        case (.add, .money, .money), (.subtract, .money, .money): .money
        case (.multiply, .money, .int), (.multiply, .int, .money), (.divide, .money, .int): .money
        case (.remainder, .money, .money): .money
        case (.divide, .money, .money): .int
        default: nil
        }
    }

    private func arithmeticAdvice(_ left: ValueType, _ right: ValueType) -> String {
        if left == .uint && right == .int || left == .int && right == .uint {
            return "make both int with int(...), or both uint with uint(...)"
        }
        if left == .money || right == .money {
            return "money is added to money, and multiplied with or divided by int"
        }
        return ""
    }

    private func noOverload(
        _ sign: String,
        _ left: Checked,
        _ right: Checked,
        _ span: SourceSpan,
        _ advice: String
    ) -> RuleError {
        RuleError(
            .type,
            span,
            "\(left.typeName) \(sign) \(right.typeName) has no meaning",
            advice: advice
        )
    }

    private func joined(_ left: Typed, _ right: Typed, _ type: ValueType, _ span: SourceSpan) throws(RuleError)
        -> Checked
    {
        switch (left.asConstant, right.asConstant) {
        case (.text(let one), .text(let two)): return .scalar(.constant(.text(one + two)), type)
        case (.bytes(let one), .bytes(let two)): return .scalar(.constant(.bytes(one + two)), type)
        default:
            throw .unsupported(
                "joined texts of other than literals",
                span,
                advice: "compare the parts, or use startsWith and endsWith"
            )
        }
    }

    /// `== != < <= > >=`
    mutating func relation(
        _ comparison: Comparison,
        _ left: Expression,
        _ right: Expression,
        _ span: SourceSpan
    ) throws(RuleError) -> Checked {
        let first = try check(left)
        let second = try check(right)
        switch (first, second) {
        case (.list(let one, let type), .list(let two, let other)):
            guard comparison.isEquality, type == nil || other == nil || type == other else { break }
            let equality = try listEquality(one, two, type ?? other ?? .int, span)
            return .scalar(comparison == .equal ? equality : .not(equality), .bool)
        case (.scalar(let one, let type), .scalar(let two, let other)):
            if type == other {
                try checkVocabulary(one, two, left, right)
                return .scalar(.compare(comparison, type, one, two), .bool)
            }
            let areIntegers = (type == .int && other == .uint) || (type == .uint && other == .int)
            if areIntegers, !comparison.isEquality {
                return .scalar(.compareMixed(comparison, leftIsSigned: type == .int, one, two), .bool)
            }
            let areLiterals = one.asConstant?.type == .string || two.asConstant?.type == .string
            let text = areLiterals ? "write numbers without quotes" : "put texts in quotes"
            let usual = type == .string || other == .string ? text : arithmeticAdvice(type, other)
            throw noOverload(comparison.sign, first, second, span, mismatchAdvice(type, other, left, right, or: usual))
        default: break
        }
        throw noOverload(comparison.sign, first, second, span, "'in' asks whether a list has a value")
    }

    /// Whether an attribute with a closed vocabulary is compared with a word of it.
    func checkVocabulary(
        _ one: Typed,
        _ two: Typed,
        _ left: Expression,
        _ right: Expression
    ) throws(RuleError) {
        if case .attribute(let slot, _) = one, case .text(let word) = two.asConstant {
            try checkWord(word, slot, right.span)
        }
        if case .attribute(let slot, _) = two, case .text(let word) = one.asConstant {
            try checkWord(word, slot, left.span)
        }
    }

    func checkWord(_ word: [UInt8], _ slot: Int, _ span: SourceSpan) throws(RuleError) {
        let vocabulary = schema.attributes[slot].vocabulary
        let text = String(decoding: word, as: UTF8.self)
        guard !vocabulary.isEmpty, !vocabulary.contains(text) else { return }
        let near = NearName.nearest(to: text, among: vocabulary).map { "did you mean '\($0)'? " } ?? ""
        throw RuleError(
            .range,
            span,
            "\(schema.attributes[slot].name) is never '\(text)'",
            advice: "\(near)it is one of \(vocabulary.map { "'\($0)'" }.joined(separator: ", "))"
        )
    }

    /// `value in list`
    mutating func membership(_ value: Expression, _ list: Expression, _ span: SourceSpan) throws(RuleError) -> Checked {
        if case .call(let name, nil, let arguments) = list.form, let function = schema.function(named: name),
            function.takesMember
        {
            return try resolve(function, arguments + [value], list)
        }
        let (typed, type) = try scalar(value)
        guard case .list(let elements, let element) = try check(list) else {
            throw RuleError(
                .type,
                list.span,
                "'in' needs a list",
                advice: "write value in [a, b], or text.contains(part) for a part of a text"
            )
        }
        guard element == nil || element == type else {
            let advice = elements.isEmpty ? "" : "make the elements \(type.name)"
            throw RuleError(
                .type,
                span,
                "\(type.name) in list of \(element?.name ?? "nothing") has no meaning",
                advice: type == .money ? "write amounts with a point, such as 12.00" : advice
            )
        }
        if case .attribute(let slot, _) = typed {
            for case .text(let word) in elements.compactMap(\.asConstant) { try checkWord(word, slot, list.span) }
        }
        let constants = elements.compactMap(\.asConstant)
        if constants.count == elements.count, type != .money {
            return .scalar(.member(typed, type, constants.sortedWithoutDoubles()), .bool)
        }
        try count(span, elements.count * 2)
        let outcome = bindOnce(typed, type) { value, checker in
            checker.strictly(elements, type) { values, _ in
                values.isEmpty ? .constant(.bool(false)) : .or(values.map { .compare(.equal, type, value, $0) })
            }
        }
        return .scalar(outcome, .bool)
    }
}

extension [Constant] {
    /// Sorted by value, each once; all of one type.
    fileprivate func sortedWithoutDoubles() -> [Constant] {
        let sorted = self.sorted { left, right in
            switch (left, right) {
            case (.int(let one), .int(let two)): one < two
            case (.uint(let one), .uint(let two)): one < two
            case (.bool(let one), .bool(let two)): !one && two
            case (.text(let one), .text(let two)), (.bytes(let one), .bytes(let two)):
                one.lexicographicallyPrecedes(two)
            default: false
            }
        }
        var result: [Constant] = []
        for constant in sorted where result.last != constant { result.append(constant) }
        return result
    }
}
