import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl config show`.
struct ConfigShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show settings; one alone with what it means and takes.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl config show
              $ assentctl config show amount-threshold.default
              $ assentctl config show profile. -o json

            FIELDS (-o json, jsonl, csv)
              key, value, help, version (of the whole configuration: for `config set --expected-version`).
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "Only keys that begin so.") var prefix = ""

    func run(in session: inout Session) throws(CommandFailure) {
        let configuration = try session.settings(prefix: prefix)
        guard !prefix.isEmpty, !configuration.settings.isEmpty || session.output.format == .table else {
            return try list(configuration, in: session)
        }
        guard !configuration.settings.isEmpty else {
            throw CommandFailure(
                .invalidData,
                "no setting begins with '\(prefix)'",
                hints: ["List the keys with: assentctl config show"]
            )
        }
        guard session.output.format == .table, configuration.settings.count == 1,
            let setting = configuration.settings.first, setting.key == prefix
        else { return try list(configuration, in: session) }
        try session.print { (output) throws(StreamError) in
            let value = setting.value.isEmpty ? "(empty)" : setting.value
            let lines = value.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
            try output.write(
                output.styled(setting.key, .heading) + "  " + output.styled("version \(configuration.version)", .faint)
                    + "\n" + lines.joined(separator: "\n") + "\n\n" + output.styled(setting.help.printable, .faint)
                    + "\n"
            )
        }
    }

    private func list(_ configuration: Configuration, in session: borrowing Session) throws(CommandFailure) {
        let shape = ListPrinter.Shape(
            name: "settings",
            columns: [Column("KEY"), Column("VALUE", minimumWidth: 20)],
            fieldNames: ["key", "value", "help", "version"],
            emptyText: "no settings match"
        )
        var printer = try session.listPrinter(shape, quiet: false)
        for setting in configuration.settings {
            try printer.add(ListedSetting(setting: setting, version: configuration.version), output: session.output)
        }
        try printer.end(next: nil, option: "", output: session.output)
        if session.output.format == .table, !configuration.settings.isEmpty {
            session.output.remark("version \(configuration.version)")
        }
    }

    private struct ListedSetting: ListedRecord {
        let setting: ConfigGetReply.SettingsEntry
        let version: LogSequenceNumber

        var key: String { setting.key }
        var fields: [Field] {
            [
                Field("key", setting.key), Field("value", setting.value), Field("help", setting.help),
                Field("version", version.rawValue),
            ]
        }
        var cells: [Cell] {
            let names = setting.value.split(separator: "\n")
            return [Cell(setting.key), names.isEmpty ? Cell("(empty)", .faint) : Cell(names.joined(separator: ", "))]
        }
    }
}
