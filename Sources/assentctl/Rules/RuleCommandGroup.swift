import ArgumentParser

/// `assentctl rule`: conditions that decline, flag or ask for approval.
struct RuleCommandGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Write, try, promote and explain the rules that decide payments.",
        discussion: HelpText.laidOut(
            """
            A rule is a condition and what happens where it is true. Each text of it is a version, which goes from \
            draft to shadow (evaluated and counted, decides nothing) to active, and is retired at last. The language \
            is in RULES.md; `assentctl rule test` tries a condition against what was recorded.

            EXAMPLES
              $ assentctl rule add night-gambling 'merchant.category == 7995 && time.hour < 6' --note "October"
              $ assentctl rule test --rule night-gambling --last 100000
              $ assentctl rule enable night-gambling
              $ assentctl rule show night-gambling
              $ assentctl rule promote night-gambling
              $ assentctl rule disable night-gambling
            """
        ),
        subcommands: [
            RuleAddCommand.self, RuleListCommand.self, RuleShowCommand.self, RuleTestCommand.self,
            RuleEnableCommand.self, RulePromoteCommand.self, RuleDisableCommand.self, RuleHistoryCommand.self,
        ]
    )
}
