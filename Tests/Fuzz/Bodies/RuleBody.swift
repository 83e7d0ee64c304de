import Rules

/// What is done with bytes that pretend to be the condition of a rule.
public enum RuleBody {
    private static let schema = AttributeSchema.payments(functions: [
        AttributeFunction("velocity.count", [.text("key"), .text("window")], result: .int, summary: "count"),
        AttributeFunction("list", [.text("name"), .attribute([.string])], result: .bool, summary: "listed"),
    ])

    /// Compiles the condition and, if it is one, evaluates it with and without attributes, by itself and as a rule.
    ///
    /// Traps when an error points outside of the condition, or when the rule does not say what the condition says.
    ///
    /// - Returns: Whether it is a condition.
    public static func run(_ input: UnsafeRawBufferPointer) -> Bool {
        let source = String(decoding: input, as: UTF8.self)
        do throws(RuleError) {
            let program = try Program(source, schema: schema)
            let rule = Rule(name: "fuzzed", state: .active, outcome: .flag, condition: source)
            guard let set = try? RuleSet([rule], schema: schema) else {
                precondition(program.type != .bool, "what compiles alone compiles in a set")
                return true
            }
            var alone = program.makeWorkspace()
            var together = set.makeWorkspace()
            for exponent in 0...4 {
                var attributes = Attributes(seed: UInt64(exponent) * 2_654_435_761)
                alone.begin(exponent: exponent)
                together.begin(exponent: exponent)
                let value = program.evaluate(&alone, &attributes)
                let findings = set.evaluate(&together, &attributes)
                precondition((findings.count == 1) == (value == .bool(true)), "the index says what the code says")
            }
            return true
        } catch {
            precondition(error.span.end <= source.utf8.count, "an error points into the condition")
            precondition(!error.render(source: source).isEmpty, "an error can be shown")
            return false
        }
    }

    /// Some attributes are there, some are not, by the seed.
    private struct Attributes: AttributeSource {
        let seed: UInt64

        mutating func load(_ slot: Int, into workspace: inout RuleWorkspace) {
            let mixed = (seed &+ UInt64(slot)) &* 0x9E37_79B9_7F4A_7C15
            guard mixed >> 62 != 0 else { return }
            let types = RuleBody.schema.attributes
            guard slot < types.count else {
                workspace.set(slot, Int64(mixed >> 63))
                return
            }
            switch types[slot].type {
            case .int, .money: workspace.set(slot, Int64(mixed >> 50))
            case .uint: workspace.set(slot, unsigned: mixed)
            case .bool: workspace.set(slot, mixed & 1 == 1)
            case .string, .bytes: workspace.set(slot, "DE" as StaticString)
            }
        }
    }
}
