import Domain
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
    /// - Parameter settings: say which velocity windows it can read.
    /// - Throws: `RuleSetError`, with the place in the condition.
    public init(_ condition: String, settings: PolicySettings) throws(RuleSetError) {
        let rule = Rule(name: "condition", state: .active, outcome: .flag, condition: condition)
        let compiled = try CompiledRules([(RuleReference(number: 1, version: 1), rule)], settings: settings)
        let cost: Int
        do throws(RuleError) {
            cost = try Program(condition, schema: .payments(under: settings)).cost
        } catch {
            throw .condition(rule: rule.name, source: condition, error)
        }
        rules = compiled
        self.cost = cost
        workspace = compiled.tables.pointee.set.makeWorkspace()
    }

    /// Asks it of a recorded request.
    ///
    /// - Parameter policy: made of the settings of the decision's time with `rules`: a velocity window that was not
    ///   kept then has no value.
    public mutating func answer(to event: inout AuthorizationEvent, policy: borrowing Policy) -> Answer {
        precondition(policy.rules === rules, "a policy with other rules")
        let time = event.time
        let tables = rules.tables
        let findings = PaymentAttributes.with(&event.request, &event.observation, at: time, policy: policy) {
            workspace.begin(exponent: $0.exponent)
            return tables.pointee.set.evaluate(&workspace, &$0)
        }
        if findings.errorCount > 0 { return .hasNoValue }
        return findings.count > 0 ? .matches : .doesNotMatch
    }
}
