@testable import Rules

/// Attributes by slot, in an array; counts how often each slot was asked for.
struct MapSource: AttributeSource {
    enum Value: Hashable {
        case int(Int64)
        case uint(UInt64)
        case bool(Bool)
        case text([UInt8])

        static func string(_ text: String) -> Value { .text(Array(text.utf8)) }
    }

    var values: [Value?]
    var loads: [Int: Int] = [:]

    init(_ values: [Value?]) { self.values = values }

    /// The schema's attributes by name; the others are absent.
    init(_ named: [String: Value], schema: AttributeSchema, calls: [Value?] = []) {
        values = schema.attributes.map { named[$0.name] } + calls
    }

    mutating func load(_ slot: Int, into workspace: inout RuleWorkspace) {
        loads[slot, default: 0] += 1
        guard slot < values.count, let value = values[slot] else {
            workspace.setAbsent(slot)
            return
        }
        switch value {
        case .int(let number): workspace.set(slot, number)
        case .uint(let number): workspace.set(slot, unsigned: number)
        case .bool(let truth): workspace.set(slot, truth)
        case .text(let bytes): bytes.withUnsafeBytes { workspace.set(slot, $0) }
        }
    }
}

/// The value of a condition without attributes, or with these.
func evaluate(
    _ source: String,
    schema: AttributeSchema = .payments(),
    _ values: [String: MapSource.Value] = [:],
    calls: [MapSource.Value?] = [],
    exponent: Int = 2
) throws(RuleError) -> Program.Value {
    let program = try Program(source, schema: schema)
    var workspace = program.makeWorkspace()
    workspace.begin(exponent: exponent)
    var attributes = MapSource(values, schema: schema, calls: calls)
    return program.evaluate(&workspace, &attributes)
}
