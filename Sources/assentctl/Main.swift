import ArgumentParser

/// The operators' tool.
@main
struct Assentctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assentctl",
        abstract: "Manage cards, payments and configuration of an assent daemon."
    )
    @OptionGroup(title: "Global options") var options: GlobalOptions
}
