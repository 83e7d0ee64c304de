import ArgumentParser
import Domain
import Platform
import Wire

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

/// The settings and the version that they are of.
struct Configuration {
    var version: LogSequenceNumber
    var settings: [ConfigGetReply.SettingsEntry]
}

extension Session {
    /// All settings whose keys begin so, page by page; read again from the start when they change meanwhile.
    mutating func settings(prefix: String) throws(CommandFailure) -> Configuration {
        for _ in 0..<10 {
            var page = try ask(ConfigGet(prefix: prefix, afterKey: ""), ConfigGetReply.self)
            var configuration = Configuration(version: page.configurationVersion, settings: page.settings)
            while page.more, page.configurationVersion == configuration.version, let last = page.settings.last {
                page = try ask(ConfigGet(prefix: prefix, afterKey: last.key), ConfigGetReply.self)
                configuration.settings += page.settings
            }
            if page.configurationVersion == configuration.version { return configuration }
        }
        throw CommandFailure(.transient, "the configuration changes faster than it can be read")
    }
}

/// `assentctl config set`.
struct ConfigSetCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change one setting.",
        discussion: HelpText.laidOut(
            """
            VALUE may be @FILE, or - for standard input. `assentctl config show KEY` says what a key takes.

            EXAMPLES
              $ assentctl config set amount-threshold.default 5000.00
              $ assentctl config set merchant-block.exact @blocked.txt
              $ assentctl config set velocity.1 none --expected-version 17
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "What to set.") var key: String
    @Argument(help: "To what; @FILE reads a file, - standard input.") var value: String
    @Option(help: ArgumentHelp("Refuse unless the configuration is still at this version.", valueName: "version"))
    var expectedVersion: UInt64 = 0

    func run(in session: inout Session) throws(CommandFailure) {
        let value = try ValueSource.read(value)
        let (id, time) = try request.resolved()
        let change = ConfigSet(
            requestID: id,
            transmissionTime: time,
            expectedVersion: LogSequenceNumber(rawValue: expectedVersion),
            key: key,
            value: value
        )
        let version = try session.tell(change, ConfigSetReply.self, id: id).lsn
        let key = key
        try session.print { (output) throws(StreamError) in
            let fields = [Field("key", key), Field("version", version.rawValue)]
            try output.emit(fields) { _ in "\(key.printable) is set; version \(version)\n" }
        }
    }
}

/// A value as it is given on the command line.
enum ValueSource {
    /// Reads `@FILE`, `-` for standard input, or takes the text itself; the end's line feed of a file is dropped.
    static func read(_ text: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        let name: String
        do throws(StreamError) {
            if text == "-" {
                name = "standard input"
                bytes = try StandardStream.readInput(byteCountMax: WireLimits.settingValueByteCountMax + 1)
            } else if text.hasPrefix("@") {
                name = String(text.dropFirst())
                bytes = try StandardStream.readFile(name, byteCountMax: WireLimits.settingValueByteCountMax + 1)
            } else {
                return text
            }
        } catch {
            let name = text == "-" ? "standard input" : String(text.dropFirst())
            switch error {
            case .failed(_, let reason): throw CommandFailure(.noInput, "cannot read \(name): \(reason)")
            case .tooLarge, .brokenPipe:
                let most = Figures.bytes(UInt64(WireLimits.settingValueByteCountMax))
                throw CommandFailure(.noInput, "\(name) has more than \(most), the most that a setting takes")
            }
        }
        guard var content = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.noInput, "\(name) is not UTF-8")
        }
        if content.hasSuffix("\r\n") || content.hasSuffix("\n") { content.removeLast() }
        return content
    }
}
