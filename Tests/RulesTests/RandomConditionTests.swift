import Domain
import Foundation
import Randomness
import Testing

@testable import Rules

/// The compiled evaluator against the reference, on conditions written at random.
@Suite struct RandomConditionTests {
    /// How many conditions; `ASSENT_RULE_CASES` asks for more.
    static let caseCount = ProcessInfo.processInfo.environment["ASSENT_RULE_CASES"].flatMap(Int.init) ?? 3_000
    static let seed = ProcessInfo.processInfo.environment["ASSENT_RULE_SEED"].flatMap(UInt64.init) ?? 20_261_121

    @Test func aProgramComputesWhatTheReferenceComputes() throws {
        print("seed \(Self.seed), \(Self.caseCount) conditions")
        var conditions = RandomConditions(seed: Self.seed)
        var outcomes: [String: Int] = [:]
        var refused = 0
        for _ in 0..<Self.caseCount {
            let source = conditions.condition(depth: 4)
            let program: Program
            do {
                program = try Program(source, schema: RandomConditions.schema)
            } catch {
                #expect(error.kind == .limit, "\(error.render(source: source))")
                refused += 1
                continue
            }
            let tree = try Parser.parse(source, takesMoney: true)
            var workspace = program.makeWorkspace()
            for _ in 0..<6 {
                let values = conditions.values()
                let exponent = conditions.random.pick([0, 2, 2, 3, 4])
                workspace.begin(exponent: exponent)
                var attributes = MapSource(values)
                let computed = program.evaluate(&workspace, &attributes)
                var reference = ReferenceEvaluator(schema: RandomConditions.schema, values: values, exponent: exponent)
                let expected = reference.value(tree)
                guard computed.matches(expected) else {
                    Issue.record(
                        "seed \(Self.seed): \(source) with \(values), \(exponent): \(computed), not \(expected)"
                    )
                    return
                }
                if attributes.loads.values.contains(where: { $0 != 1 }) { Issue.record("\(source) asks twice") }
                outcomes[computed.isError ? "error" : "\(computed)", default: 0] += 1
            }
        }
        // The cases are worth something only if each outcome is frequent.
        let least = Self.caseCount / 2
        #expect(outcomes["bool(true)", default: 0] > least && outcomes["bool(false)", default: 0] > least)
        #expect(outcomes["error", default: 0] > least, "\(outcomes)")
        #expect(refused * 10 < Self.caseCount)
    }

    @Test func aSetFindsTheRulesThatMatchOneByOne() throws {
        var conditions = RandomConditions(seed: Self.seed &+ 1)
        var matchCount = 0
        var errorCount = 0
        for _ in 0..<max(15, Self.caseCount / 400) {
            let rules = (0..<(1 + conditions.random.below(150))).compactMap { number -> Rule? in
                let terms = (0..<(1 + conditions.random.below(3))).map { _ in
                    "(\(conditions.condition(depth: conditions.random.below(3))))"
                }
                let rule = Rule(
                    name: "r\(number)",
                    state: conditions.random.percent(80) ? .active : .shadow,
                    outcome: conditions.random.pick([.flag, .decline(.velocityExceeded), .addToScore(7)]),
                    condition: terms.joined(separator: " && ")
                )
                return (try? rule.validate(schema: RandomConditions.schema)).map { _ in rule }
            }
            let set = try RuleSet(rules, schema: RandomConditions.schema)
            let trees = try rules.map { try Parser.parse($0.condition, takesMoney: true) }
            var workspace = set.makeWorkspace()
            for _ in 0..<20 {
                let values = conditions.values()
                let exponent = conditions.random.pick([0, 2, 3])
                workspace.begin(exponent: exponent)
                var attributes = MapSource(values)
                var matches: [RuleState: [String]] = [:]
                var errors: [RuleState: Int] = [:]
                for (rule, tree) in zip(rules, trees) {
                    var reference = ReferenceEvaluator(
                        schema: RandomConditions.schema,
                        values: values,
                        exponent: exponent
                    )
                    let expected = reference.value(tree)
                    if expected == .bool(true) { matches[rule.state, default: []].append(rule.name) }
                    if expected.isError { errors[rule.state, default: 0] += 1 }
                }
                for state in [RuleState.active, .shadow] {
                    let isActive = state == .active
                    let findings =
                        isActive
                        ? set.evaluate(&workspace, &attributes) : set.evaluateShadow(&workspace, &attributes)
                    let names = (isActive ? set.active : set.shadow).enumerated()
                        .filter { workspace.matched($0.offset) }.map(\.element.name)
                    let different = Set(names).symmetricDifference(matches[state, default: []])
                    let shown = rules.filter { different.contains($0.name) }.map(\.condition)
                    #expect(names == matches[state, default: []], "seed \(Self.seed): \(shown) with \(values)")
                    #expect(Int(findings.count) == names.count)
                    #expect(Int(findings.errorCount) == errors[state, default: 0])
                    let all = isActive ? set.active : set.shadow
                    #expect(findings.places.map { all[$0].name } == Array(names.prefix(RulesLimits.listedMatchesMax)))
                    matchCount += names.count
                    errorCount += Int(findings.errorCount)
                }
                #expect(attributes.loads.values.allSatisfy { $0 == 1 })
            }
        }
        #expect(matchCount > 1_000 && errorCount > 1_000)
    }
}

extension Program.Value {
    fileprivate func matches(_ reference: ReferenceEvaluator.Value) -> Bool {
        switch (self, reference) {
        case (.bool(let one), .bool(let two)): one == two
        case (.error(let one), .error(let two)): one == two
        default: false
        }
    }

    fileprivate var isError: Bool {
        if case .error = self { return true }
        return false
    }
}
