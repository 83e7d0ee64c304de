import CAllocationCounter
import Domain
import Testing

@testable import Rules

/// Rules together: what matches, what it does, what it costs.
@Suite struct RuleSetTests {
    private static let schema = AttributeSchema.payments()

    private func rule(
        _ name: String,
        _ condition: String,
        _ outcome: RuleOutcome = .flag,
        state: RuleState = .active
    ) -> Rule {
        Rule(name: name, state: state, outcome: outcome, condition: condition)
    }

    private let request: [String: MapSource.Value] = [
        "amount": .int(12_000), "currency": .string("EUR"), "kind": .string("authorization"),
        "presence": .string("not-present"), "merchant.category": .int(5_411), "merchant.country": .string("DE"),
        "merchant.name": .string("ACME LOTTERY"), "card.known": .bool(true), "recurring": .bool(false),
        "merchant.normal_name": .string("ACME LOTTERY"), "network": .int(1),
    ]

    @Test func everyOutcomeIsReportedAndTheFirstDeclineNamesTheReason() throws {
        let set = try RuleSet(
            [
                rule("a", "amount > 100.00", .addToScore(1_500)), rule("b", "merchant.country in ['KP', 'DE']"),
                rule("c", "merchant.category == 5411 && presence == 'not-present'", .decline(.merchantCategoryBlocked)),
                rule("d", "merchant.name.contains('LOTTERY')", .decline(.merchantBlocked)),
                rule("e", "amount > 120.00", .requireApproval), rule("f", "amount >= 120.00", .requireApproval),
                rule("g", "network == 1 && recurring == false", .addToScore(-500)),
                rule("h", "card.limit > 1.00"),
            ],
            schema: Self.schema
        )
        var workspace = set.makeWorkspace()
        workspace.begin(exponent: 2)
        var source = MapSource(request, schema: Self.schema)
        let findings = set.evaluate(&workspace, &source)
        #expect(findings.places == [0, 1, 2, 3, 5, 6])
        #expect(findings.declining == 2 && findings.reason == .merchantCategoryBlocked)
        #expect(findings.flags && findings.requiresApproval && findings.score == 1_000)
        #expect(findings.errorCount == 1)
        #expect((0..<8).map { workspace.matched($0) } == [true, true, true, true, false, true, true, false])
    }

    @Test func onlyActiveRulesDecideAndShadowRulesAreCountedApart() throws {
        let always = RuleState.allCases.map { rule("\($0)", "true", .decline(.merchantBlocked), state: $0) }
        let set = try RuleSet(always + [rule("z", "amount > 1.00", .flag)], schema: Self.schema)
        #expect(set.active.map(\.name) == ["active", "z"] && set.shadow.map(\.name) == ["shadow"])
        var workspace = set.makeWorkspace()
        workspace.begin(exponent: 2)
        var source = MapSource(request, schema: Self.schema)
        #expect(set.evaluate(&workspace, &source).places == [0, 1])
        #expect(set.evaluateShadow(&workspace, &source).places == [0])
    }

    /// The answers of the active rules are the same bytes, whatever is in shadow beside them.
    @Test func shadowRulesNeverChangeWhatActiveOnesSay() throws {
        var conditions = RandomConditions(seed: 7)
        for round in 0..<12 {
            let active = (0..<20).map { rule("a\($0)", conditions.condition(depth: 2)) }
            let shadow = (0..<(round * 10)).map { rule("s\($0)", conditions.condition(depth: 3), state: .shadow) }
            let alone = try RuleSet(active, schema: RandomConditions.schema)
            let beside = try RuleSet(shadow + active, schema: RandomConditions.schema)
            var one = alone.makeWorkspace()
            var two = beside.makeWorkspace()
            for _ in 0..<30 {
                let values = conditions.values()
                one.begin(exponent: 2)
                two.begin(exponent: 2)
                var source = MapSource(values)
                if round % 2 == 1 { _ = beside.evaluateShadow(&two, &source) }
                let first = alone.evaluate(&one, &source)
                let second = beside.evaluate(&two, &source)
                #expect(withUnsafeBytes(of: first) { Array($0) } == withUnsafeBytes(of: second) { Array($0) })
            }
        }
    }

    @Test func moreMatchesThanAreListedAreAllCounted() throws {
        let rules = (0..<200).map { rule("r\($0)", $0 % 2 == 0 ? "amount > \($0 % 7).00" : "network == 2") }
        let set = try RuleSet(rules, schema: Self.schema)
        var workspace = set.makeWorkspace()
        workspace.begin(exponent: 2)
        var source = MapSource(request, schema: Self.schema)
        let findings = set.evaluate(&workspace, &source)
        #expect(findings.count == 100 && findings.places == (0..<16).map { $0 * 2 })
        #expect((0..<200).count { workspace.matched($0) } == 100)
    }

    @Test func anAttributeIsNotAskedForOnceNoRuleNeedsIt() throws {
        let call = AttributeFunction("velocity.count", [.text("window")], result: .int, summary: "")
        let schema = AttributeSchema.payments(functions: [call])
        let rules = (0..<100).map {
            rule("r\($0)", "merchant.category == \(7_000 + $0) && velocity.count('1m') > 3 && card.limit > 1.00")
        }
        let set = try RuleSet(rules, schema: schema)
        var workspace = set.makeWorkspace()
        workspace.begin(exponent: 2)
        var source = MapSource(request, schema: schema, calls: [.int(9)])
        #expect(set.evaluate(&workspace, &source).count == 0)
        #expect(source.loads == [PaymentAttribute.merchantCategory.rawValue: 1])
    }

    @Test func evaluatingAllocatesNothing() throws {
        guard assent_allocations_are_counted() else { return }
        var conditions = RandomConditions(seed: 11)
        let rules = (0..<300).map { number in
            rule("r\(number)", conditions.condition(depth: 3), state: number % 3 == 0 ? .shadow : .active)
        }
        let set = try RuleSet(rules, schema: RandomConditions.schema)
        var workspace = set.makeWorkspace()
        let values = conditions.values()
        var source = FixedSource(values: values.map { if case .int(let number) = $0 { number } else { nil } })
        func run() -> Int {
            var matches = 0
            for exponent in 0..<5 {
                workspace.begin(exponent: exponent)
                matches += Int(set.evaluate(&workspace, &source).count)
                matches += Int(set.evaluateShadow(&workspace, &source).count)
            }
            return matches
        }
        _ = run()
        let before = assent_allocation_count()
        let matches = run()
        #expect(assent_allocation_count() == before)
        #expect(matches > 0)
        let list = Array(repeating: matches, count: matches + 10)
        #expect(list.count > 0 && assent_allocation_count() > before, "the counter counts")
    }

    /// Plain numbers and one text, without an allocation of its own.
    private struct FixedSource: AttributeSource {
        let values: [Int64?]

        mutating func load(_ slot: Int, into workspace: inout RuleWorkspace) {
            if slot == 7 {
                workspace.set(slot, "LOTTO" as StaticString)
            } else if let value = values[slot] {
                workspace.set(slot, value)
            }
        }
    }

    @Test func aRuleIsRefusedWithItsNameAndWhatWouldBeRight() throws {
        func refusal(_ rules: [Rule]) -> String {
            do {
                _ = try RuleSet(rules, schema: Self.schema)
                return ""
            } catch { return error.message }
        }
        #expect(refusal([rule("a", "amount > 5")]).hasPrefix("rule a: line 1, column 1: money > int"))
        #expect(refusal([rule("a", "amount")]).contains("a condition is bool, and this is money"))
        #expect(refusal([rule("a", "amount > 5", state: .draft)]).contains("money > int"), "drafts are checked too")
        #expect(refusal([rule("A b", "true")]).contains("lower-case"))
        #expect(refusal([rule("a", "true"), rule("a", "false")]).contains("version 1 is there twice"))
        #expect(refusal([rule("a", "true", .decline(.approved))]).contains("merchantBlocked"))
        #expect(refusal([rule("a", "true", .addToScore(0))]).contains("ten-thousandths"))
        #expect(refusal([rule("a", "true", .addToScore(10_001))]).contains("ten-thousandths"))
        var long = rule("a", "true")
        long.note = String(repeating: "x", count: RulesLimits.noteByteCountMax + 1)
        #expect(refusal([long]).contains("note"))
        long = rule("a", "true")
        long.owner = String(repeating: "x", count: RulesLimits.ownerByteCountMax + 1)
        #expect(refusal([long]).contains("owner"))
        let many = (0...RulesLimits.rulesMax).map { rule("r\($0)", "true") }
        #expect(refusal(many).contains("more than \(RulesLimits.rulesMax)"))
        #expect(refusal(Array(many.dropLast())) == "")
    }

    @Test func aRuleGoesForwardThroughItsStates() {
        let allowed = RuleState.allCases.flatMap { from in
            RuleState.allCases.filter { from.allows($0) }.map { "\(from) \($0)" }
        }
        #expect(
            allowed == [
                "draft shadow", "draft retired", "shadow active", "shadow retired", "active shadow", "active retired",
            ]
        )
    }
}
