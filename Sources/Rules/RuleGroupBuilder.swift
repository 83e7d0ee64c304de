/// Compiles the rules of one group: what of a condition can be looked up goes to the index, the rest to code.
struct RuleGroupBuilder {
    let rules: [Rule]
    private(set) var code: CodeBuilder
    private(set) var index: AttributeIndexBuilder
    private(set) var linear = LinearIndexBuilder()
    private(set) var entries: [RuleEntry] = []
    private(set) var needStarts: [UInt32] = []
    private(set) var needRules: [UInt16] = []
    private(set) var needRows: [UInt32] = []
    private(set) var allRow: UInt32 = 0
    /// By slot: the parts that rules have in the attribute.
    private var parts: [Int: [(rule: Int, part: IndexedPart)]] = [:]
    private var valueCounts: [Int: Int] = [:]
    /// By rule: the predicate that it needs first; `nil`: none.
    private var needs: [Int?] = []

    /// - Throws: `RuleSetError`, for the first rule that is not right.
    init(_ rules: [Rule], schema: AttributeSchema, calls: inout CallTable) throws(RuleSetError) {
        guard rules.count <= RulesLimits.rulesMax else {
            throw .limit("there are \(rules.count) rules of one state, more than \(RulesLimits.rulesMax)")
        }
        self.rules = rules
        code = CodeBuilder(schema: schema)
        index = AttributeIndexBuilder(ruleCount: rules.count)
        for (number, rule) in rules.enumerated() {
            try rule.checkFields()
            do throws(RuleError) {
                try add(rule, number, schema, &calls)
            } catch {
                throw .condition(rule: rule.name, source: rule.condition, error)
            }
        }
        guard code.cost <= RulesLimits.setCostMax else {
            throw .limit("the rules cost up to \(code.cost) together, more than \(RulesLimits.setCostMax)")
        }
        finish(schema)
    }

    private mutating func add(
        _ rule: Rule,
        _ number: Int,
        _ schema: AttributeSchema,
        _ calls: inout CallTable
    ) throws(RuleError) {
        let expression = try Parser.parse(rule.condition, takesMoney: schema.takesMoney)
        var checker = Checker(schema: schema, calls: calls)
        let (typed, type) = try checker.scalar(expression)
        guard type == .bool else { throw rule.notTruth(type) }
        calls = checker.calls
        try checkWholeCost(typed, expression.span, schema)
        var groups: [(slot: Int, conjuncts: [Typed])] = []
        var rest: [Typed] = []
        for conjunct in RuleGroupBuilder.conjuncts(typed) {
            guard let slot = IndexedPart.attribute(of: conjunct),
                isIndexed(slot, schema),
                IndexedPart([conjunct], slot: slot, type: valueType(slot, calls, schema)) != nil
            else {
                rest.append(conjunct)
                continue
            }
            if let place = groups.firstIndex(where: { $0.slot == slot }) {
                groups[place].conjuncts.append(conjunct)
            } else {
                groups.append((slot, [conjunct]))
            }
        }
        for (slot, conjuncts) in groups where !take(conjuncts, slot, number, valueType(slot, calls, schema)) {
            rest += conjuncts
        }
        var start: Int32 = -1
        if !rest.isEmpty {
            let remaining = rest.count == 1 ? rest[0] : Typed.and(rest)
            start = Int32(try code.add(remaining, expression.span))
        }
        for conjunct in rest {
            guard let part = LinearPart(conjunct) else { continue }
            linear.add(part, rule: number, isAll: rest.count == 1)
        }
        var need: Int?
        for conjunct in rest where need == nil { need = predicate(conjunct) }
        needs.append(need)
        entries.append(RuleEntry(rule.outcome, code: start))
    }

    /// The cost of a condition as if there were no index.
    private func checkWholeCost(_ typed: Typed, _ span: SourceSpan, _ schema: AttributeSchema) throws(RuleError) {
        var alone = CodeBuilder(schema: schema)
        _ = try alone.add(typed, span)
        try RuleError.checkCost(alone.cost, span)
    }

    /// What must all be true.
    private static func conjuncts(_ typed: Typed) -> [Typed] {
        guard case .and(let terms) = typed else { return [typed] }
        return terms.flatMap(conjuncts)
    }

    private func isIndexed(_ slot: Int, _ schema: AttributeSchema) -> Bool {
        slot >= schema.attributes.count || schema.attributes[slot].index == .values
    }

    private func valueType(_ slot: Int, _ calls: CallTable, _ schema: AttributeSchema) -> ValueType {
        if slot < schema.attributes.count { return schema.attributes[slot].type }
        return schema.function(named: calls.calls[slot - schema.attributes.count].name)?.result ?? .int
    }

    /// Gives the index a part; `false` where it has no room for it.
    private mutating func take(_ conjuncts: [Typed], _ slot: Int, _ rule: Int, _ type: ValueType) -> Bool {
        guard let part = IndexedPart(conjuncts, slot: slot, type: type) else { return false }
        let count = valueCounts[slot, default: 0] + part.points.count + part.texts.count
        guard count <= RulesLimits.indexedValuesOfAttributeMax else { return false }
        valueCounts[slot] = count
        parts[slot, default: []].append((rule, part))
        return true
    }

    /// The number of the predicate that a conjunct is; `nil`: it is something else.
    private func predicate(_ conjunct: Typed) -> Int? {
        guard case .text(let kind, .attribute(let slot, _), let part) = conjunct,
            case .text(let pattern) = part.asConstant
        else { return nil }
        return code.predicates.existing(kind, pattern, slot: slot)
    }

    private mutating func finish(_ schema: AttributeSchema) {
        var all = Array(repeating: UInt64(0), count: index.wordCount)
        for rule in rules.indices { AttributeIndexBuilder.set(rule, in: &all, to: true) }
        allRow = index.row(all)
        // Attributes first, calls last: what is dear to find out is asked only for rules that are left.
        for slot in parts.keys.sorted() { index.add(parts[slot] ?? [], &code) }
        linear.finish(&index)
        let predicates = code.predicates.predicates
        var users: [[Int]] = Array(repeating: [], count: predicates.count)
        for (rule, need) in needs.enumerated() {
            if let need { users[need].append(rule) }
        }
        for list in users {
            needStarts.append(UInt32(needRules.count))
            needRules += list.map { UInt16($0) }
        }
        needStarts.append(UInt32(needRules.count))
        for slot in code.predicates.slots {
            var row = Array(repeating: UInt64(0), count: index.wordCount)
            for (number, predicate) in predicates.enumerated() where predicate.slot == slot {
                for rule in users[number] { AttributeIndexBuilder.set(rule, in: &row, to: true) }
            }
            needRows.append(index.row(row))
        }
    }
}
