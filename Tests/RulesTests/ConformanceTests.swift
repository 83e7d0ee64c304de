import Foundation
import Testing

@testable import Rules

/// The conformance cases of the Common Expression Language (github.com/google/cel-spec, tests/simple/testdata), read
/// from a copy of that folder that `ASSENT_CEL_TESTDATA` names: `make cel-conformance CEL=FOLDER`.
@Suite struct ConformanceTests {
    static let folder = ProcessInfo.processInfo.environment["ASSENT_CEL_TESTDATA"]
    static let files = [
        "basic", "comparisons", "conversions", "fields", "integer_math", "lists", "logic", "macros", "parse",
        "plumbing",
        "string",
    ]

    enum Verdict: Equatable {
        case passed
        /// The case needs something that the subset leaves out.
        case unsupported(String)
        case failed(String)
    }

    @Test(.enabled(if: folder != nil, "ASSENT_CEL_TESTDATA names no folder"))
    func theCasesOfTheSubsetPassAndTheOthersAreRefusedByName() throws {
        let folder = try #require(Self.folder)
        var passed = 0
        var reasons: [String: Int] = [:]
        var rows: [String] = []
        for file in Self.files {
            let text = try String(
                contentsOf: URL(filePath: folder).appending(path: "\(file).textproto"),
                encoding: .utf8
            )
            let fields = try #require(TextProto.parse(text), "\(file) is not read")
            var counts = (passed: 0, other: 0)
            for section in fields.messages("section") {
                for test in section.messages("test") {
                    switch verdict(test) {
                    case .passed: counts.passed += 1
                    case .unsupported(let reason):
                        counts.other += 1
                        reasons[reason, default: 0] += 1
                    case .failed(let problem):
                        Issue.record("\(file)/\(section.text("name") ?? "")/\(test.text("name") ?? ""): \(problem)")
                    }
                }
            }
            passed += counts.passed
            rows.append("\(file): \(counts.passed) passed, \(counts.other) not supported")
        }
        print(rows.joined(separator: "\n"))
        print("passed: \(passed)")
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            print("not supported, \(reason): \(count)")
        }
        #expect(passed >= 350)
    }

    private func verdict(_ test: [TextProto.Field]) -> Verdict {
        guard let source = test.text("expr") else { return .failed("there is no expression") }
        guard let environment = Environment(test) else { return .unsupported("values of other types") }
        var expected: Program.Value?
        var condition = source
        switch test.messages("value").first.map(Self.value) {
        case .some(.some(.scalar(let value))): expected = value
        case .some(.some(.list(let text))):
            condition = "(\(source)) == \(text)"
            expected = .bool(true)
        case .some(.none): return .unsupported("results of other types")
        case .none:
            if test.first("eval_error") == nil {
                guard test.first("value") == nil, test.first("typed_result") == nil, test.first("unknown") == nil else {
                    return .unsupported("partial and typed results")
                }
                expected = .bool(true)
            }
        }
        do {
            let value = try evaluate(condition, schema: environment.schema, environment.values)
            if let expected { return value == expected ? .passed : .failed("\(source) is \(value), not \(expected)") }
            if case .error = value { return .passed }
            return .failed("\(source) is \(value), not an error")
        } catch {
            return refusal(error, test, source)
        }
    }

    private func refusal(_ error: RuleError, _ test: [TextProto.Field], _ source: String) -> Verdict {
        if error.kind == .unsupported { return .unsupported(error.feature) }
        if test.first("disable_check") != nil { return .unsupported("conditions that are not checked before they run") }
        if test.first("container") != nil || source.contains("TestAllTypes") { return .unsupported("messages") }
        if error.kind == .type, source.contains("["), error.message.hasPrefix("the list begins") {
            return .unsupported("lists of mixed types")
        }
        if error.kind == .type, test.first("eval_error") != nil { return .unsupported("conditions with type errors") }
        return .failed(error.render(source: source))
    }

    private enum Result {
        case scalar(Program.Value)
        case list(String)
    }

    /// A value as the machine has it; `nil` for types that it has not.
    private static func value(_ fields: [TextProto.Field]) -> Result? {
        guard let field = fields.first else { return nil }
        switch (field.name, field.value) {
        case ("int64_value", .word(let word)): return Int64(word).map { .scalar(.int($0)) }
        case ("uint64_value", .word(let word)): return UInt64(word).map { .scalar(.uint($0)) }
        case ("bool_value", .word(let word)): return .scalar(.bool(word == "true"))
        case ("string_value", .text(let bytes)): return .scalar(.string(String(decoding: bytes, as: UTF8.self)))
        case ("bytes_value", .text(let bytes)): return .scalar(.bytes(bytes))
        case ("list_value", .message(let list)):
            var elements: [String] = []
            for element in list.messages("values") {
                guard case .scalar(let value)? = value(element), let text = literal(value) else { return nil }
                elements.append(text)
            }
            return .list("[\(elements.joined(separator: ", "))]")
        default: return nil
        }
    }

    private static func literal(_ value: Program.Value) -> String? {
        switch value {
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)u"
        case .bool(let truth): "\(truth)"
        case .string(let text): "r'\(text)'"
        case .bytes, .money, .error: nil
        }
    }

    /// The names that a case declares and binds.
    private struct Environment {
        var schema = AttributeSchema([], takesMoney: false)
        var values: [String: MapSource.Value] = [:]

        init?(_ test: [TextProto.Field]) {
            var types: [String: ValueType] = [:]
            let primitives: [String: ValueType] = [
                "INT64": .int, "UINT64": .uint, "BOOL": .bool, "STRING": .string, "BYTES": .bytes,
            ]
            for declaration in test.messages("type_env") {
                guard let name = declaration.text("name"),
                    let type = declaration.messages("ident").first?.messages("type").first,
                    case .word(let primitive)? = type.first("primitive"), let known = primitives[primitive]
                else { return nil }
                types[name] = known
            }
            for binding in test.messages("bindings") {
                guard let name = binding.text("key"),
                    let fields = binding.messages("value").first?.messages("value").first,
                    case .scalar(let value)? = ConformanceTests.value(fields)
                else { return nil }
                switch value {
                case .int(let number): (types[name], values[name]) = (.int, .int(number))
                case .uint(let number): (types[name], values[name]) = (.uint, .uint(number))
                case .bool(let truth): (types[name], values[name]) = (.bool, .bool(truth))
                case .string(let text): (types[name], values[name]) = (.string, .string(text))
                case .bytes(let bytes): (types[name], values[name]) = (.bytes, .text(bytes))
                case .money, .error: return nil
                }
            }
            let attributes = types.keys.sorted().map { name -> Attribute in
                let type = types[name] ?? .int
                let isText = type == .string || type == .bytes
                return isText
                    ? Attribute(name, type, byteCountMax: 256, isOptional: true, summary: "")
                    : Attribute(name, type, isOptional: true, summary: "")
            }
            schema = AttributeSchema(attributes, takesMoney: false)
        }
    }
}
