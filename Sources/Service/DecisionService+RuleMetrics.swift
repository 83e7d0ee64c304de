import Authorization
import Engine
import Rules

extension DecisionService {
    /// How many rules the page names at most; the matches of others are in the sums by state.
    static let namedRuleCountMax = 256

    /// Adds the rules by state, and what they matched.
    func addRules(to page: inout MetricsText) {
        let book = engine.ruleBook.book
        let (tallies, activeErrors, shadowErrors) = engine.ruleTallies
        page.values(
            "assent_rules",
            .gauge,
            "Versions of rules by state.",
            RuleState.allCases.map { ([("state", $0.name)], UInt64(book.count(of: $0))) }
        )
        let evaluated = book.evaluated
        func matches(_ state: RuleState) -> UInt64 {
            evaluated.reduce(0) { $0 &+ ($1.rule.state == state ? tallies[$1.reference]?.matchCount ?? 0 : 0) }
        }
        page.values(
            "assent_rule_state_matches",
            .gauge,
            "Requests matched since the start by the rules that are now in the state, each rule counted.",
            [RuleState.active, .shadow].map { ([("state", $0.name)], matches($0)) }
        )
        page.values(
            "assent_rule_matches_total",
            .counter,
            "Requests matched by version of a rule, of the first \(Self.namedRuleCountMax) that are evaluated.",
            evaluated.prefix(Self.namedRuleCountMax).map { reference, rule in
                (
                    [("rule", rule.name), ("version", "\(reference.version)"), ("state", rule.state.name)],
                    tallies[reference]?.matchCount ?? 0
                )
            }
        )
        page.values(
            "assent_rule_errors_total",
            .counter,
            "Evaluations of rules that had no value, so that the rule did not match.",
            [([("state", "active")], activeErrors), ([("state", "shadow")], shadowErrors)]
        )
        page.value(
            "assent_rule_cost",
            .gauge,
            "The most steps that all active rules take for one request.",
            UInt64(engine.ruleCost)
        )
    }
}
