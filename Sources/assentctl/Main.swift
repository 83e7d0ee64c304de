import ArgumentParser
import Platform

/// The operators' tool.
@main
struct Assentctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assentctl",
        abstract: "Manage cards, payments and configuration of an assent daemon.",
        discussion: HelpText.laidOut(
            """
            Global options may stand before or after the command. Amounts are read and printed as decimals \
            (1250.00, 1,250.00 or "1,250.00 EUR"), times in UTC.

            EXAMPLES
              $ assentctl card create --currency EUR --limit 1,000.00 --last-four 4242 --activate
              $ assentctl authorize --card 4242 --amount 12.50 --merchant-name Bakery
              $ assentctl payment list --status declined --from 1h
              $ assentctl top

            EXIT STATUS
            \(ExitStatus.helpTable)

            ENVIRONMENT
              NO_COLOR         when set, no colours unless --color always
              XDG_RUNTIME_DIR  where to look for a user's daemon
            """
        ),
        version: "assentctl \(productVersion)",
        subcommands: [
            CardCommand.self, AuthorizeCommand.self, PaymentCommand.self, ConfigCommand.self, RuleCommandGroup.self,
            ListCommandGroup.self, GatewayCommand.self, LedgerCommand.self, ProjectionCommand.self, StatusCommand.self,
            HealthCommand.self, DoctorCommand.self,
            PingCommand.self, DigestCommand.self, TopCommand.self, SnapshotCommand.self, JournalCommand.self,
            AuditCommand.self, BackupCommand.self, CompletionCommand.self, VersionCommand.self,
        ]
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    /// Parses, runs and exits; every failure becomes one message and one documented status.
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try CardNumberGuard.check(arguments)
            try CommandSuggestion.check(arguments, root: Assentctl.self)
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch let failure as CommandFailure {
            fail(failure)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            try? StandardStream.write(UsageError.rendered(fullMessage(for: error)) + "\n", to: .error)
            exitProcess(ExitStatus.usage.rawValue)
        }
    }

    private static func fail(_ failure: CommandFailure) -> Never {
        if !failure.message.isEmpty {
            let colors = ColorChoice.auto.resolved(
                isTerminal: Terminal.isErrorOutput,
                environment: ProcessEnvironment.value
            )
            try? StandardStream.write(failure.rendered(colors: colors) + "\n", to: .error)
        }
        exitProcess(failure.status.rawValue)
    }
}
