import ArgumentParser

/// `assentctl config`: the policy by which is decided.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show and change the policy: thresholds, velocity, block lists, profiles.",
        discussion: HelpText.laidOut(
            """
            Every change is a record of the journal and holds from the next decision on.

            EXAMPLES
              $ assentctl config show velocity
              $ assentctl config set amount-threshold.EUR 2500.00
              $ assentctl config set velocity.2 "count>30 or sum>10000.00 in 24h decline"
              $ assentctl config set profile.fuel.category "only 5541,5542"
              $ assentctl config block add "Shady Games Ltd"
            """
        ),
        subcommands: [ConfigShowCommand.self, ConfigSetCommand.self, ConfigBlockCommand.self]
    )
}
