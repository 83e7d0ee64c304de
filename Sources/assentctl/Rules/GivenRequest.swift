import Authorization
import Domain
import Platform
import Rules

/// A request whose attributes were given on the command line: conditions are tried against it without a daemon.
struct GivenRequest {
    private let values: [(name: String, value: String)]

    /// Reads `name=value` pairs; a call such as `velocity.count('card','60s')` is a name too.
    init(_ pairs: [String]) throws(CommandFailure) {
        var values: [(String, String)] = []
        for pair in pairs {
            guard let place = pair.firstIndex(of: "=") else {
                throw CommandFailure(.usage, "'\(pair)' is not NAME=VALUE", hints: ["For example: --set amount=12.50"])
            }
            values.append((String(pair[..<place]), String(pair[pair.index(after: place)...])))
        }
        self.values = values
    }

    /// Evaluates a condition, prints what it is, and fails unless it is true.
    func evaluate(_ condition: String, _ output: Output) throws(CommandFailure) {
        let schema = AttributeSchema.payments(under: nil, lists: .any)
        let program: Program
        do throws(RuleError) {
            program = try Program(condition, schema: schema)
        } catch {
            throw CommandFailure(.invalidData, error.inOneLine(source: condition)).marking(condition)
        }
        var source = try GivenAttributes(values, schema: schema, calls: program.calls)
        var workspace = program.makeWorkspace()
        workspace.begin(exponent: source.exponent)
        let value = program.evaluate(&workspace, &source)
        let (matches, problem) = Self.outcome(value)
        let cost = program.cost
        let missing = source.missing
        do throws(StreamError) {
            let fields = [
                Field("matches", matches.map { JSONValue.boolean($0) } ?? .null),
                Field("problem", problem), Field("cost", UInt64(cost)),
            ]
            try output.emit(fields) { _ in
                (matches.map { $0 ? "true" : "false" } ?? "no value: \(problem ?? "")") + "\n"
            }
        } catch {
            throw CommandFailure(error)
        }
        if !missing.isEmpty { output.remark("asked for and not set: \(missing.joined(separator: ", "))") }
        if matches != true { throw CommandFailure(.declined, "") }
    }

    private static func outcome(_ value: Program.Value) -> (matches: Bool?, problem: String?) {
        switch value {
        case .bool(let truth): (truth, nil)
        case .error(let error): (nil, error.text)
        case .int, .uint, .money, .string, .bytes: (nil, "the condition is no truth value")
        }
    }
}

/// The attributes by slot, in the terms of the machine.
private struct GivenAttributes: AttributeSource {
    private enum Given {
        case number(Int64)
        case truth(Bool)
        case text(String)
    }

    private let schema: AttributeSchema
    private let calls: [FunctionCall]
    private var given: [Int: Given] = [:]
    let exponent: Int
    /// What was asked for, and is not there.
    private(set) var missing: [String] = []

    init(
        _ values: [(name: String, value: String)],
        schema: AttributeSchema,
        calls: [FunctionCall]
    ) throws(CommandFailure) {
        self.schema = schema
        self.calls = calls
        let code = values.last { $0.name == "currency" }?.value ?? "EUR"
        guard let currency = Currency(code) else {
            throw CommandFailure(.usage, "'\(code)' is no currency: three capital letters (ISO 4217)")
        }
        exponent = currency.exponent
        for (name, value) in values {
            if let slot = schema.slot(named: name) {
                let attribute = schema.attributes[slot]
                given[slot] = try Self.read(value, attribute.type, name, currency, attribute)
            } else if let place = calls.firstIndex(where: { $0.written == Self.bare(name) }) {
                let type = schema.functions.first { $0.name == calls[place].name }?.result ?? .int
                given[schema.attributes.count + place] = try Self.read(value, type, name, currency, nil)
            } else if !name.contains("(") {
                let near = NearName.nearest(to: name, among: schema.attributes.map(\.name))
                throw CommandFailure(
                    .usage,
                    "there is no attribute '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                )
            }
        }
    }

    /// A call without blanks and with one kind of quotes.
    private static func bare(_ name: String) -> String {
        String(name.filter { !$0.isWhitespace }.map { $0 == "\"" ? "'" : $0 })
    }

    private static func read(
        _ value: String,
        _ type: ValueType,
        _ name: String,
        _ currency: Currency,
        _ attribute: Attribute?
    ) throws(CommandFailure) -> Given {
        switch type {
        case .bool:
            if value == "true" { return .truth(true) }
            if value == "false" { return .truth(false) }
            throw CommandFailure(.usage, "\(name) is true or false, not '\(value)'")
        case .int, .uint:
            guard let number = Int64(value) else {
                throw CommandFailure(.usage, "\(name) is a whole number, not '\(value)'")
            }
            return .number(number)
        case .money:
            do {
                return .number(try Money(decimal: value, currency: currency).minorUnits)
            } catch {
                throw CommandFailure(.usage, "\(name) is an amount of \(currency), not '\(value)'")
            }
        case .string, .bytes:
            let most = attribute?.byteCountMax ?? 0
            guard value.utf8.count <= most else { throw CommandFailure(.usage, "\(name) has at most \(most) bytes") }
            if let words = attribute?.vocabulary, !words.isEmpty, !words.contains(value) {
                throw CommandFailure(.usage, "\(name) is one of \(words.joined(separator: ", ")), not '\(value)'")
            }
            return .text(value)
        }
    }

    mutating func load(_ slot: Int, into workspace: inout RuleWorkspace) {
        switch given[slot] {
        case .number(let number): workspace.set(slot, number)
        case .truth(let truth): workspace.set(slot, truth)
        case .text(let text): Array(text.utf8).withUnsafeBytes { workspace.set(slot, $0) }
        case nil:
            let count = schema.attributes.count
            missing.append(slot < count ? schema.attributes[slot].name : calls[slot - count].written)
            workspace.setAbsent(slot)
        }
    }
}

extension FunctionCall {
    /// As a rule would write it, without blanks: `velocity.count('card','60s')`.
    fileprivate var written: String {
        let list = arguments.map { argument in
            switch argument {
            case .text(let text): "'\(text)'"
            case .number(let number): "\(number)"
            case .attribute(let slot): PaymentAttribute(rawValue: slot)?.attribute.name ?? "\(slot)"
            }
        }
        return "\(name)(\(list.joined(separator: ",")))"
    }
}
