import ArgumentParser

/// `assentctl payment`: what was decided.
struct PaymentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "Explain and list decisions, declined ones included.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl payment list --card 4242 --status declined --from today
              $ assentctl payment show 1042
            """
        ),
        subcommands: [PaymentShowCommand.self, PaymentListCommand.self]
    )
}
