import Randomness
import Testing

@testable import Rules

/// Rules that compare sums of attributes are decided together in tables: they say what each says by itself.
@Suite struct LinearPartTests {
    private static let schema = AttributeSchema([
        Attribute("a", .money, summary: ""), Attribute("b.x", .money, isOptional: true, summary: ""),
        Attribute("n", .int, summary: ""), Attribute("m.x", .int, isOptional: true, summary: ""),
    ])

    private struct Writer {
        var random: SeededRandom

        /// A sum of type money or int with attributes, numbers and amounts, some of them far out.
        mutating func sum(isMoney: Bool, depth: Int) -> String {
            guard depth > 0, !random.percent(20) else { return leaf(isMoney) }
            switch random.below(6) {
            case 0: return "-(\(sum(isMoney: isMoney, depth: depth - 1)))"
            case 1:
                let factor = random.percent(4) ? "9007199254740993" : "\(random.below(9) - 3)"
                return "(\(sum(isMoney: isMoney, depth: depth - 1)) * \(factor))"
            case 2 where isMoney: return "minor_units(\(random.below(300) - 90))"
            default:
                let sign = random.percent(50) ? "+" : "-"
                return "(\(sum(isMoney: isMoney, depth: depth - 1)) \(sign) \(sum(isMoney: isMoney, depth: depth - 1)))"
            }
        }

        private mutating func leaf(_ isMoney: Bool) -> String {
            if !isMoney { return random.percent(30) ? "\(random.below(20) - 5)" : random.pick(["n", "m.x"]) }
            if random.percent(70) { return random.pick(["a", "b.x"]) }
            return "\(random.below(4)).\(random.pick(["00", "5", "125", "0625"]))"
        }

        mutating func condition() -> String {
            let isMoney = random.percent(70)
            let relation = random.pick(["<", "<=", ">", ">=", "=="])
            let part = "\(sum(isMoney: isMoney, depth: 3)) \(relation) \(sum(isMoney: isMoney, depth: 2))"
            if random.percent(70) { return part }
            return "\(part) && \(random.pick(["n > 1", "has(b.x)", "a * n > a", "a != 1.00"]))"
        }

        mutating func values() -> [MapSource.Value?] {
            (0..<4).map { slot in
                if slot % 2 == 1, random.percent(20) { return nil }
                if random.percent(6) { return .int(random.pick([.min, .max, 1 << 50, 1 << 51, -(1 << 50)])) }
                return .int(Int64(random.below(600)) - 150)
            }
        }
    }

    @Test(arguments: UInt64(1)...6)
    func manyTogetherSayWhatEachSays(seed: UInt64) throws {
        var writer = Writer(random: SeededRandom(seed: seed))
        var matches = 0
        var errors = 0
        var linear = 0
        for _ in 0..<12 {
            var conditions: [String] = []
            while conditions.count < 90 {
                let condition = writer.condition()
                guard (try? Program(condition, schema: Self.schema)) != nil else { continue }
                conditions.append(condition)
            }
            let rules = conditions.enumerated().map { number, condition in
                Rule(name: "r\(number)", state: .active, outcome: .flag, condition: condition)
            }
            let set = try RuleSet(rules, schema: Self.schema)
            let trees = try conditions.map { try Parser.parse($0, takesMoney: true) }
            var workspace = set.makeWorkspace()
            for _ in 0..<25 {
                let values = writer.values()
                let exponent = writer.random.pick([0, 2, 2, 3, 4])
                workspace.begin(exponent: exponent)
                var source = MapSource(values)
                let findings = set.evaluate(&workspace, &source)
                var failed = 0
                for (place, tree) in trees.enumerated() {
                    var reference = ReferenceEvaluator(schema: Self.schema, values: values, exponent: exponent)
                    let expected = reference.value(tree)
                    if expected.isError { failed += 1 }
                    let matched = findings.count > 0 && workspace.matched(place)
                    #expect(
                        matched == (expected == .bool(true)),
                        "seed \(seed): \(conditions[place]) with \(values), \(exponent): not \(expected)"
                    )
                    if matched { matches += 1 }
                }
                #expect(Int(findings.errorCount) == failed)
                errors += failed
            }
            for tree in trees {
                var checker = Checker(schema: Self.schema, calls: CallTable())
                if LinearPart(try checker.scalar(tree).0) != nil { linear += 1 }
            }
        }
        #expect(matches > 2_000 && errors > 500 && linear > 200, "\(matches) \(errors) \(linear)")
    }

    @Test func whatCancelsOutHasToBeThereAllTheSame() throws {
        let rule = Rule(name: "r", state: .active, outcome: .flag, condition: "b.x - b.x + a > 1.00")
        let set = try RuleSet([rule], schema: Self.schema)
        var workspace = set.makeWorkspace()
        workspace.begin(exponent: 2)
        var source = MapSource([.int(500), nil, .int(0), nil])
        let findings = set.evaluate(&workspace, &source)
        #expect(findings.count == 0 && findings.errorCount == 1)
    }
}
