@testable import Rules

/// What conditions mean, said a second time and slowly: walks the tree that the parser made, with types found while
/// walking, lists as values, and macros as loops. It shares the parser with the module and nothing else.
struct ReferenceEvaluator {
    indirect enum Value: Hashable {
        case int(Int64)
        case uint(UInt64)
        /// In minor units; a literal is a fraction of them, in ten-thousandths of a major unit.
        case money(Int64)
        case literal(Int64)
        case bool(Bool)
        case text([UInt8])
        case list([Value])
        case error(EvaluationError)
    }

    let schema: AttributeSchema
    let values: [MapSource.Value?]
    let exponent: Int
    var variables: [(String, Value)] = []

    /// How many ten-thousandths a minor unit has.
    private var unit: Int64 { [10_000, 1_000, 100, 10, 1][exponent] }

    mutating func value(_ expression: Expression) -> Value {
        switch expression.form {
        case .literal(let constant): return literal(constant)
        case .identifier(let name):
            if let variable = variables.last(where: { $0.0 == name }) { return variable.1 }
            return attribute(name)
        case .select: return attribute(path(expression))
        case .call(let function, let target, let arguments): return call(function, target, arguments)
        case .list(let elements):
            let list = elements.map { value($0) }
            return list.first { $0.isError } ?? .list(list)
        case .index(let base, let index):
            guard case .list(let list) = value(base) else { return value(base) }
            guard case .int(let place) = value(index) else { return value(index) }
            return place >= 0 && place < list.count ? computed(list[Int(place)]) : .error(.indexOutOfRange)
        case .not(let operand):
            if case .bool(let truth) = value(operand) { return .bool(!truth) }
            return value(operand)
        case .negate(let operand): return arithmetic(.subtract, .int(0), value(operand))
        case .arithmetic(let operation, let left, let right):
            return arithmetic(operation, value(left), value(right))
        case .compare(let comparison, let left, let right): return compare(comparison, value(left), value(right))
        case .member(let element, let list):
            let wanted = value(element)
            if wanted.isError { return wanted }
            guard case .list(let values) = value(list) else { return value(list) }
            return .bool(values.contains { compare(.equal, wanted, $0) == .bool(true) })
        case .and(let terms): return decide(terms.map { value($0) }, by: false)
        case .or(let terms): return decide(terms.map { value($0) }, by: true)
        case .conditional(let condition, let first, let second):
            guard case .bool(let truth) = value(condition) else { return value(condition) }
            return computed(value(truth ? first : second))
        }
    }

    /// An amount is exact where a literal is compared as it stands; once computed it has to be one of the currency's.
    private func computed(_ value: Value) -> Value {
        guard case .literal(let number) = value else { return value }
        return number % unit == 0 ? .money(number / unit) : .error(.inexactAmount)
    }

    /// One value decides whatever stands beside it; else the first error; else the other value.
    private func decide(_ terms: [Value], by deciding: Bool) -> Value {
        if terms.contains(.bool(deciding)) { return .bool(deciding) }
        return terms.first { $0.isError } ?? .bool(!deciding)
    }

    private func literal(_ constant: Constant) -> Value {
        switch constant {
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .money(let literal): .literal(literal.tenThousandths)
        case .bool(let value): .bool(value)
        case .text(let bytes), .bytes(let bytes): .text(bytes)
        }
    }

    private func path(_ expression: Expression) -> String {
        switch expression.form {
        case .identifier(let name): name
        case .select(let operand, let field): path(operand) + "." + field
        default: ""
        }
    }

    private func attribute(_ name: String) -> Value {
        guard let slot = schema.slot(named: name), let value = values[slot] else { return .error(.absent) }
        switch value {
        case .int(let number): return schema.attributes[slot].type == .money ? .money(number) : .int(number)
        case .uint(let number): return .uint(number)
        case .bool(let truth): return .bool(truth)
        case .text(let bytes): return .text(bytes)
        }
    }

    private mutating func call(_ function: String, _ target: Expression?, _ arguments: [Expression]) -> Value {
        guard let target else {
            if function == "has" { return .bool(!attribute(path(arguments[0])).isError) }
            return convert(function, value(arguments[0]))
        }
        let subject = value(target)
        if subject.isError { return subject }
        if case .list(let elements) = subject, case .identifier(let name) = arguments.first?.form {
            let results = elements.map { element -> Value in
                variables.append((name, element))
                defer { variables.removeLast() }
                return value(arguments[1])
            }
            switch function {
            case "exists": return decide(results, by: true)
            case "all": return decide(results, by: false)
            case "exists_one":
                return results.first { $0.isError } ?? .bool(results.count { $0 == .bool(true) } == 1)
            default: return results.first { $0.isError } ?? .list(results)
            }
        }
        guard let argument = arguments.first else { return convert(function, subject) }
        guard case .text(let part) = value(argument), case .text(let text) = subject else { return value(argument) }
        switch function {
        case "startsWith": return .bool(text.starts(with: part))
        case "endsWith": return .bool(text.reversed().starts(with: part.reversed()))
        default: return .bool(text.indices.contains { text[$0...].starts(with: part) } || part.isEmpty)
        }
    }

    private func convert(_ function: String, _ operand: Value) -> Value {
        switch (function, operand) {
        case ("size", .text(let text)): .int(Int64(String(decoding: text, as: UTF8.self).unicodeScalars.count))
        case ("size", .list(let list)): .int(Int64(list.count))
        case ("int", .uint(let value)): Int64(exactly: value).map { .int($0) } ?? .error(.notConvertible)
        case ("uint", .int(let value)): UInt64(exactly: value).map { .uint($0) } ?? .error(.notConvertible)
        case ("int", .money(let value)): .int(value)
        case ("int", .literal(let value)): value % unit == 0 ? .int(value / unit) : .error(.inexactAmount)
        case ("minor_units", .int(let value)): .money(value)
        default: operand
        }
    }

    private func arithmetic(_ operation: Arithmetic, _ left: Value, _ right: Value) -> Value {
        for operand in [left, right] {
            if operand.isError { return operand }
            if case .literal(let value) = operand, value % unit != 0 { return .error(.inexactAmount) }
        }
        if case .uint(let one) = left, case .uint(let two) = right {
            return Self.exact(operation, one, two) { .uint($0) }
        }
        guard let one = integer(left), let two = integer(right) else { return .error(.absent) }
        let isMoney = left.isMoney != right.isMoney || (left.isMoney && operation != .divide)
        return Self.exact(operation, one, two) { isMoney ? .money($0) : .int($0) }
    }

    private func integer(_ value: Value) -> Int64? {
        switch value {
        case .int(let number), .money(let number): number
        case .literal(let number): number / unit
        default: nil
        }
    }

    private static func exact<Number: FixedWidthInteger>(
        _ operation: Arithmetic,
        _ left: Number,
        _ right: Number,
        _ wrap: (Number) -> Value
    ) -> Value {
        let result: (partialValue: Number, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide:
            if right == 0 { return .error(.divisionByZero) }
            result = left.dividedReportingOverflow(by: right)
        case .remainder:
            if right == 0 { return .error(.divisionByZero) }
            result = (left.remainderReportingOverflow(dividingBy: right).partialValue, false)
        }
        return result.overflow ? .error(.overflow) : wrap(result.partialValue)
    }

    private func compare(_ comparison: Comparison, _ left: Value, _ right: Value) -> Value {
        if left.isError { return left }
        if right.isError { return right }
        switch (left, right) {
        case (.bool(let one), .bool(let two)): return .bool(comparison.holds(one ? 1 : 0, two ? 1 : 0))
        case (.text(let one), .text(let two)):
            let order = one == two ? 0 : (one.lexicographicallyPrecedes(two) ? -1 : 1)
            return .bool(comparison.holds(order, 0))
        case (.list(let one), .list(let two)):
            let isEqual = one.count == two.count && zip(one, two).allSatisfy { compare(.equal, $0, $1) == .bool(true) }
            return .bool(isEqual == (comparison == .equal))
        default: return .bool(comparison.holds(wide(left), wide(right)))
        }
    }

    /// Any number in ten-thousandths of what its type counts, wide enough for all.
    private func wide(_ value: Value) -> Int128 {
        switch value {
        case .int(let number): Int128(number)
        case .uint(let number): Int128(number)
        case .money(let number): Int128(number) * Int128(unit)
        case .literal(let number): Int128(number)
        default: 0
        }
    }
}

extension ReferenceEvaluator.Value {
    var isError: Bool {
        if case .error = self { return true }
        return false
    }

    var isMoney: Bool {
        switch self {
        case .money, .literal: true
        default: false
        }
    }
}
