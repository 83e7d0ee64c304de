import ArgumentParser

/// `assentctl list`: named lists of values that rules ask.
struct ListCommandGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Keep lists of cards, merchants, names, terminals and so on, which rules ask.",
        discussion: HelpText.laidOut(
            """
            A list has values of one kind, each with a reason and, if you like, a time from which and until which it \
            is in force. A rule asks it with `merchant.id in list("hot-merchants")`, or the same written \
            `list("hot-merchants", merchant.id)`. A change is in force from the next decision on.

            EXAMPLES
              $ assentctl list create hot-merchants merchant --note "Merchants with card testing"
              $ assentctl list add hot-merchants M0001 M0002 --until 2026-12-31 --reason "incident 12"
              $ assentctl list load hot-merchants merchants.csv --reason "weekly file"
              $ assentctl rule add testing 'merchant.id in list("hot-merchants")' --shadow
              $ assentctl list show hot-merchants
              $ assentctl list remove hot-merchants M0001 --reason "cleared"
            """
        ),
        subcommands: [
            ListCreateCommand.self, ListAddCommand.self, ListRemoveCommand.self, ListLoadCommand.self,
            ListShowCommand.self, ListFindCommand.self, ListHistoryCommand.self, ListDeleteCommand.self,
        ]
    )
}
