import ArgumentParser
import Logging
import Platform

/// The daemon's command line.
@main
struct Assentd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assentd",
        abstract: "Authorizes card payments: decides in memory, answers when the decision is durable.",
        discussion: """
            Every option can also be set in the configuration file, as `key = value` with the option's name without \
            the dashes (strings in double quotes, lists in brackets, # for comments). The command line goes first.

            SIGTERM and SIGINT stop it in order: clients are told, what is in flight is finished, the journal is \
            closed.

            \(ExitStatus.help)
            """,
        version: "assentd \(productVersion)"
    )

    @Option(name: .customLong("config"), help: ArgumentHelp("Read settings from this file.", valueName: "file"))
    var configurationFile: String?

    @OptionGroup(title: "Places") var places: PlaceOptions
    @OptionGroup(title: "Engine") var engine: EngineSettingOptions
    @OptionGroup(title: "Connections") var connections: ConnectionSettingOptions
    @OptionGroup(title: "Log") var log: LogOptions

    @Flag(name: .customLong("check-config"), help: "Check the configuration, say what is wrong with it, and end.")
    var checksConfiguration = false

    @Flag(
        name: .customLong("benchmark-echo"),
        help: "Measure the transport alone: send every request back as it is. Decides and stores nothing."
    )
    var isEcho = false

    func run() throws {
        TerminationSignals.block()
        let checked: Configuration
        do throws(ConfigurationError) {
            checked = try loadConfiguration()
        } catch {
            try? StandardStream.write("assentd: \(error)\n", to: .error)
            throw ExitCode(error.isUsage ? ExitStatus.usage.rawValue : ExitStatus.configuration.rawValue)
        }
        if checksConfiguration {
            try StandardStream.write("assentd: the configuration can be used\n", to: .output)
            return
        }
        let level = Logger.Level(rawValue: checked.logLevel) ?? .info
        let logger = Logger(label: "assentd") { _ in StructuredLogHandler(format: checked.logFormat, level: level) }
        Daemon(configuration: checked, logger: logger, isEcho: isEcho).run()
    }

    private func loadConfiguration() throws(ConfigurationError) -> Configuration {
        var values = SettingValues()
        for (setting, texts) in places.values + engine.values + connections.values + log.values where !texts.isEmpty {
            values[setting] = SettingValues.Entry(texts: texts, source: .commandLine)
        }
        if let configurationFile { values = values.over(try Self.readFile(configurationFile)) }
        return try Configuration(values)
    }

    private static func readFile(_ path: String) throws(ConfigurationError) -> SettingValues {
        let bytes: [UInt8]
        do throws(StreamError) {
            bytes = try StandardStream.readFile(path, byteCountMax: ConfigurationFile.byteCountMax)
        } catch {
            switch error {
            case .tooLarge(let byteCountMax):
                throw .unreadable(path: path, reason: "it has more than \(byteCountMax) bytes")
            case .failed(_, let text): throw .unreadable(path: path, reason: text)
            case .brokenPipe: throw .unreadable(path: path, reason: "the other end has gone")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "it is not UTF-8")
        }
        return try ConfigurationFile.parse(text, path: path)
    }
}
