/// Rules made ready for deciding. It never changes; a change of rules makes another.
///
/// A rule's condition is a conjunction at its top. The conjuncts that compare one attribute with literals are taken out
/// of all rules and put into tables, so that one lookup in an attribute says of all rules at once which are still
/// possible; parts of texts are looked for together, in one pass. Only what is left of the rules that are left is
/// computed. A rule that does not concern a request so costs next to nothing.
public struct RuleSet: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): written in `init` alone.

    private let activeGroup: RuleGroup
    private let shadowGroup: RuleGroup
    private let schema: AttributeSchema
    /// The calls that rules make, by slot: the first has the slot behind the last attribute's.
    public let calls: [FunctionCall]

    /// Compiles the rules that are active or in shadow; the others are only checked.
    ///
    /// - Throws: `RuleSetError`, for the first rule that is not right, or when together they are too many.
    public init(_ rules: [Rule], schema: AttributeSchema) throws(RuleSetError) {
        self.schema = schema
        var names: Set<Text> = []
        for rule in rules {
            guard names.insert(Text(name: rule.name, version: rule.version)).inserted else {
                throw .invalid(rule: rule.name, "version \(rule.version) is there twice")
            }
            if rule.state == .draft || rule.state == .retired { try rule.validate(schema: schema) }
        }
        var calls = CallTable()
        let active = try RuleGroupBuilder(rules.filter { $0.state == .active }, schema: schema, calls: &calls)
        let shadow = try RuleGroupBuilder(rules.filter { $0.state == .shadow }, schema: schema, calls: &calls)
        let slotCount = schema.attributes.count + calls.calls.count
        activeGroup = RuleGroup(active, slotCount: slotCount)
        shadowGroup = RuleGroup(shadow, slotCount: slotCount)
        self.calls = calls.calls
    }

    /// The active rules, in the order that findings number them by.
    public var active: [Rule] { activeGroup.rules }

    /// The shadow rules, in the order that findings number them by.
    public var shadow: [Rule] { shadowGroup.rules }

    /// The most that one evaluation of the active rules computes, beside looking up, in the units of `Program.cost`.
    public var cost: Int { activeGroup.cost }

    /// Memory to evaluate in; one serves one evaluation at a time of this set.
    public func makeWorkspace() -> RuleWorkspace {
        RuleWorkspace(
            schema: schema,
            callCount: calls.count,
            registerCount: max(activeGroup.registerCount, shadowGroup.registerCount),
            bitWordCount: max(activeGroup.bitWordCount, shadowGroup.bitWordCount),
            predicateWordCount: (max(activeGroup.code.predicateCount, shadowGroup.code.predicateCount) + 63) / 64,
            automatonCount: max(activeGroup.code.automata.entries.count, shadowGroup.code.automata.entries.count)
        )
    }

    /// What the active rules say of the request that the workspace has begun.
    ///
    /// - Complexity: a lookup for each attribute that rules compare, a word operation for each 64 rules and attribute,
    ///   and the code of the rules that are then still possible; allocates nothing.
    public func evaluate<Source: AttributeSource>(
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) -> RuleFindings {
        activeGroup.evaluate(&workspace, &source)
    }

    /// What the shadow rules say of it: for counting, never for deciding.
    public func evaluateShadow<Source: AttributeSource>(
        _ workspace: inout RuleWorkspace,
        _ source: inout Source
    ) -> RuleFindings {
        shadowGroup.evaluate(&workspace, &source)
    }
}

extension RuleSet {
    /// A rule may be there with several versions, such as an active one and its successor in shadow.
    private struct Text: Hashable {
        let name: String
        let version: UInt32
    }

    /// Calls the body with the place of each active rule that matched, in order, after `evaluate` has found some.
    @inline(__always)
    public func forEachMatch(_ workspace: borrowing RuleWorkspace, _ body: (Int) -> Void) {
        workspace.forEachBit(wordCount: activeGroup.wordCount, body)
    }

    /// The same for shadow rules, after `evaluateShadow` has found some.
    @inline(__always)
    public func forEachShadowMatch(_ workspace: borrowing RuleWorkspace, _ body: (Int) -> Void) {
        workspace.forEachBit(wordCount: shadowGroup.wordCount, body)
    }
}

extension RuleWorkspace {
    func forEachBit(wordCount: Int, _ body: (Int) -> Void) {
        for word in 0..<wordCount {
            var rest = bits[word]
            while rest != 0 {
                body(word * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    /// Whether the rule at a place matched, in the evaluation that was done last.
    public func matched(_ place: Int) -> Bool { bits[place / 64] >> UInt64(place % 64) & 1 == 1 }
}
