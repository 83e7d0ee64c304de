import Randomness
@testable import Rules

/// Writes conditions at random: well-typed ones, over a schema with every type, with literals that meet the values.
struct RandomConditions {
    static let words = ["", "a", "b", "ab", "abc", "bca", "é", "aé", "LOTTO", "LOT", "OTT"]

    static let schema = AttributeSchema([
        Attribute("amount", .money, summary: ""), Attribute("card.limit", .money, isOptional: true, summary: ""),
        Attribute("category", .int, summary: ""), Attribute("card.age", .int, isOptional: true, summary: ""),
        Attribute("points", .uint, isOptional: true, summary: ""), Attribute("known", .bool, summary: ""),
        Attribute("card.good", .bool, isOptional: true, summary: ""),
        Attribute("name", byteCountMax: 16, summary: ""),
        Attribute("card.word", byteCountMax: 16, isOptional: true, summary: ""),
        Attribute("plain", .int, index: .none, summary: ""),
    ])

    var random: SeededRandom
    private var variables: [(String, ValueType)] = []

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func values() -> [MapSource.Value?] {
        Self.schema.attributes.map { attribute in
            if attribute.isOptional, random.percent(30) { return nil }
            switch attribute.type {
            case .int:
                return .int(random.percent(5) ? random.pick([Int64.min, Int64.max]) : Int64(random.below(7)) - 1)
            case .money: return .int(random.percent(3) ? Int64.max : Int64(random.below(500)) - 20)
            case .uint: return .uint(random.percent(5) ? UInt64.max : UInt64(random.below(5)))
            case .bool: return .bool(random.percent(50))
            case .string, .bytes: return .string(random.pick(Self.words))
            }
        }
    }

    /// A condition of a type, at most so deep.
    mutating func condition(_ type: ValueType = .bool, depth: Int) -> String {
        if depth == 0 || random.percent(15) { return leaf(type) }
        if random.percent(6) {
            let test = condition(.bool, depth: depth - 1)
            let first = condition(type, depth: depth - 1)
            return "(\(test) ? \(first) : \(condition(type, depth: depth - 1)))"
        }
        switch type {
        case .bool: return truth(depth)
        case .int:
            switch random.below(8) {
            case 0: return "size(\(condition(.string, depth: depth - 1)))"
            case 1: return "int(\(condition(random.pick([.uint, .money]), depth: depth - 1)))"
            case 2: return "[\(leaf(.int)), \(leaf(.int)), \(leaf(.int))][\(condition(.int, depth: depth - 1))]"
            case 3: return "-(\(condition(.int, depth: depth - 1)))"
            default: return operation(.int, .int, random.pick(["+", "-", "*", "/", "%"]), depth)
            }
        case .uint:
            if random.percent(20) { return "uint(\(condition(.int, depth: depth - 1)))" }
            return operation(.uint, .uint, random.pick(["+", "-", "*", "/", "%"]), depth)
        case .money:
            switch random.below(6) {
            case 0: return "minor_units(\(condition(.int, depth: depth - 1)))"
            case 1: return operation(.money, .int, random.pick(["*", "/"]), depth)
            case 2: return operation(.int, .money, "*", depth)
            default: return operation(.money, .money, random.pick(["+", "-", "%"]), depth)
            }
        case .string, .bytes: return leaf(.string)
        }
    }

    private mutating func operation(_ left: ValueType, _ right: ValueType, _ sign: String, _ depth: Int) -> String {
        "(\(condition(left, depth: depth - 1)) \(sign) \(condition(right, depth: depth - 1)))"
    }

    private mutating func truth(_ depth: Int) -> String {
        let type: ValueType = random.pick([.int, .int, .money, .money, .uint, .string, .bool])
        switch random.below(14) {
        case 0, 1, 2:
            let terms = (0..<(2 + random.below(3))).map { _ in condition(.bool, depth: depth - 1) }
            return "(\(terms.joined(separator: " && ")))"
        case 3, 4:
            let terms = (0..<(2 + random.below(3))).map { _ in condition(.bool, depth: depth - 1) }
            return "(\(terms.joined(separator: " || ")))"
        case 5: return "!(\(condition(.bool, depth: depth - 1)))"
        case 6, 7, 8:
            let sign = random.pick(["==", "!=", "<", "<=", ">", ">="])
            return operation(type, type, sign, random.percent(50) ? 1 : depth)
        case 9:
            let elements = (0..<random.below(5)).map { _ in random.percent(80) ? literal(type) : leaf(type) }
            let value = condition(type, depth: random.percent(60) ? 0 : depth - 1)
            return "(\(value) in [\(elements.joined(separator: ", "))])"
        case 10: return "has(card.\(random.pick(["limit", "age", "good", "word"])))"
        case 11:
            let function = random.pick(["contains", "startsWith", "endsWith"])
            return "\(leaf(.string)).\(function)(\(random.percent(80) ? literal(.string) : leaf(.string)))"
        case 12: return macro(random.pick([.int, .money, .string]), depth)
        default:
            let sign = random.pick(["<", "<=", ">", ">="])
            return random.percent(50) ? operation(.int, .uint, sign, depth) : operation(.uint, .int, sign, depth)
        }
    }

    private mutating func macro(_ type: ValueType, _ depth: Int) -> String {
        let name = "x\(variables.count)"
        let elements = (0..<random.below(4)).map { _ in random.percent(70) ? literal(type) : leaf(type) }
        variables.append((name, type))
        defer { variables.removeLast() }
        let body = condition(.bool, depth: min(2, depth - 1))
        return "[\(elements.joined(separator: ", "))].\(random.pick(["exists", "all", "exists_one"]))(\(name), \(body))"
    }

    private mutating func leaf(_ type: ValueType) -> String {
        let variable = variables.last { $0.1 == type }
        if let variable, random.percent(50) { return variable.0 }
        if random.percent(45) { return literal(type) }
        let names = Self.schema.attributes.filter { $0.type == type }.map(\.name)
        return names.isEmpty ? literal(type) : random.pick(names)
    }

    private mutating func literal(_ type: ValueType) -> String {
        switch type {
        case .int:
            random.percent(4) ? random.pick(["9223372036854775807", "-9223372036854775808"]) : "\(random.below(7) - 1)"
        case .uint: random.percent(4) ? "18446744073709551615u" : "\(random.below(5))u"
        case .money:
            "\(random.percent(10) ? "-" : "")\(random.below(6)).\(random.pick(["0", "5", "00", "25", "125", "0625"]))"
        case .bool: random.pick(["true", "false"])
        case .string, .bytes: "'\(random.pick(Self.words))'"
        }
    }
}
