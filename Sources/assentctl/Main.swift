import ArgumentParser
import Platform

/// The operators' tool.
@main
struct Assentctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assentctl",
        abstract: "Manage cards, payments and configuration of an assent daemon.",
        discussion: "x",
        version: "0.1.0",
        subcommands: [Test.self]
    )
    @OptionGroup(title: "Global options") var options: GlobalOptions
}
struct Test: ParsableCommand {
    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option var limit: AmountText?
    @Argument var rest: [String] = []
    func run() throws { print(options.connect as Any, options.output, options.timeout, limit as Any, rest) }
}
