public import Domain
public import Rules

/// One condition, for trying it against recorded requests. It changes nothing.
public struct RuleTrial: ~Copyable {
    /// What the condition says of one request.
    public enum Answer: Sendable {
        /// It is true.
        case matches
        /// It is false.
        case doesNotMatch
        /// It has no value for the request.
        case hasNoValue
    }

    /// The condition compiled, as the one active rule; a policy has to be made with it.
    public let rules: CompiledRules
    /// The most that the condition costs alone, in the units of `Program.cost`.
    public let cost: Int
    private var workspace: RuleWorkspace

    /// Compiles a condition.
    ///
    /// - Parameters:
    ///   - settings: say which velocity windows it can read.
    ///   - lists: the lists that it can ask.
    /// - Throws: `RuleSetError`, with the place in the condition.
    public init(
        _ condition: String,
        settings: PolicySettings,
        lists: ListDirectory = .none
    ) throws(RuleSetError) {
        let rule = Rule(name: "condition", state: .active, outcome: .flag, condition: condition)
        let compiled = try CompiledRules(
            [(RuleReference(number: 1, version: 1), rule)],
            settings: settings,
            lists: lists
        )
        let cost: Int
        do throws(RuleError) {
            cost = try Program(condition, schema: .payments(under: settings, lists: lists)).cost
        } catch {
            throw .condition(rule: rule.name, source: condition, error)
        }
        rules = compiled
        self.cost = cost
        workspace = compiled.tables.pointee.set.makeWorkspace()
    }

    /// Whether it asks lists, so that whoever tries it has to hold the lock of their book.
    public var asksLists: Bool { rules.asksLists }

    /// Asks it of a recorded request, with the lists as they are now.
    ///
    /// - Parameters:
    ///   - now: the time by which entries of lists are in force.
    ///   - policy: made of the settings of the decision's time with `rules`: a velocity window that was not
    ///   kept then has no value.
    public mutating func answer(
        to event: inout AuthorizationEvent,
        now: Instant,
        policy: borrowing Policy
    ) -> Answer {
        precondition(policy.rules === rules, "a policy with other rules")
        let time = event.time
        let tables = rules.tables
        let findings = PaymentAttributes.with(
            &event.request,
            &event.observation,
            at: time,
            policy: policy,
            lists: ListView(time: now)
        ) {
            workspace.begin(exponent: $0.exponent)
            return tables.pointee.set.evaluate(&workspace, &$0)
        }
        if findings.errorCount > 0 { return .hasNoValue }
        return findings.count > 0 ? .matches : .doesNotMatch
    }
}
