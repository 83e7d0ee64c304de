import ArgumentParser

/// `assentctl config block`: the merchants' block lists.
struct ConfigBlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block",
        abstract: "Show and change the lists of blocked merchants.",
        discussion: HelpText.laidOut(
            """
            There are two lists: whole names, and with --contains parts of names. Names are compared in a normal \
            form, without case, accents and punctuation: "CAFÉ Zoë*" and "cafe zoe" are one name.

            EXAMPLES
              $ assentctl config block add "Shady Games Ltd" "Casino Royale"
              $ assentctl config block add --contains casino
              $ assentctl config block list
            """
        ),
        subcommands: [ConfigBlockAddCommand.self, ConfigBlockRemoveCommand.self, ConfigBlockListCommand.self]
    )
}
