import ArgumentParser
import Engine
import Logging
import Platform
import Transport

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
            closed. SIGHUP reads the configuration file again, and keeps to the old settings where the new ones cannot \
            be used. Under systemd it takes sockets that are passed to it by name, says when it is ready, feeds the \
            watchdog, and with --hand-over leaves connections to the next process; SIGUSR2 before SIGTERM tells it \
            that there will be no next one.

            \(ExitStatus.help)
            """,
        version: "assentd \(productVersion)"
    )

    @Option(name: .customLong("config"), help: ArgumentHelp("Read settings from this file.", valueName: "file"))
    var configurationFile: String?

    @OptionGroup(title: "Places") var places: PlaceOptions
    @OptionGroup(title: "TLS") var tls: TLSSettingOptions
    @OptionGroup(title: "Engine") var engine: EngineSettingOptions
    @OptionGroup(title: "Audit log") var audit: AuditSettingOptions
    @OptionGroup(title: "Connections") var connections: ConnectionSettingOptions
    @OptionGroup(title: "Log") var log: LogOptions

    @Flag(name: .customLong("check-config"), help: "Check the configuration, say what is wrong with it, and end.")
    var checksConfiguration = false

    @Flag(
        name: .customLong("benchmark-echo"),
        help: "Measure the transport alone: send every request back as it is. Decides and stores nothing."
    )
    var isEcho = false

    /// As the parser has it, but that what it repeats of the command line is bounded.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard !(error is ExitCode), exitCode(for: error) == .validationFailure else { exit(withError: error) }
            try? StandardStream.write(fullMessage(for: error).bounded + "\n", to: .error)
            CurrentProcess.exitNow(ExitStatus.usage.rawValue)
        }
    }

    func run() throws {
        TerminationSignals.block()
        let activation: SocketActivation
        do throws(SocketActivation.Failure) {
            activation = checksConfiguration ? SocketActivation() : try SocketActivation.find()
        } catch {
            try complain("\(error)", .configuration)
        }
        let checked: Configuration
        do throws(ConfigurationError) {
            checked = try loadConfiguration(passed: activation.listeners)
        } catch {
            try complain("\(error)", error.isUsage ? .usage : .configuration)
        }
        if checksConfiguration {
            var remarks = checked.remarks
            do throws(TLSFiles.Failure) {
                let tls = try checked.loadTLS()
                remarks += tls?.remarks ?? []
                for trouble in tls?.troubles(at: Clock.now() / 1_000_000) ?? [] {
                    remarks.append("\(trouble). A start serves with it all the same, a reload refuses it")
                }
            } catch {
                try complain("\(error)", .configuration)
            }
            do throws(Configuration.Unusable) {
                try checked.checkStart()
            } catch {
                try complain("\(error)", error.status)
            }
            for remark in remarks { try StandardStream.write("assentd: note: \(remark)\n", to: .error) }
            try StandardStream.write("assentd: the configuration can be used\n", to: .output)
            return
        }
        let manager: ServiceManager?
        do throws(PlatformError) {
            manager = try ServiceManager.find()
        } catch {
            try complain("NOTIFY_SOCKET cannot be used: \(error)", .configuration)
        }
        let threshold = LogThreshold(Logger.Level(rawValue: checked.logLevel) ?? .info)
        let journal = checked.logFormat == nil ? SystemJournal.behindStandardError() : nil
        let logger = Logger(label: "assentd") { _ in
            StructuredLogHandler(format: checked.logFormat ?? .logfmt, threshold: threshold, journal: journal)
        }
        let progress = StartProgress()
        Daemon(
            configuration: checked,
            logger: logger,
            isEcho: isEcho,
            supervisor: Supervisor(manager, logger: logger),
            activation: activation,
            threshold: threshold,
            watch: Watch(progress, dataDirectory: checked.dataDirectory),
            progress: progress,
            configurationPath: configurationFile,
            reread: { [self] () throws(ConfigurationError) in try loadConfiguration(passed: activation.listeners) }
        ).run()
    }

    private func complain(_ text: String, _ status: ExitStatus) throws -> Never {
        try? StandardStream.write("assentd: \(text.bounded)\n", to: .error)
        throw ExitCode(status.rawValue)
    }

    private func loadConfiguration(
        passed: [ServerConfiguration.Listener]
    ) throws(ConfigurationError) -> Configuration {
        var values = SettingValues()
        let given = places.values + tls.values + engine.values + audit.values + connections.values + log.values
        for (setting, texts) in given where !texts.isEmpty {
            values[setting] = SettingValues.Entry(texts: texts, source: .commandLine)
        }
        if let configurationFile { values = values.over(try Self.readFile(configurationFile)) }
        return try Configuration(values, passed: passed)
    }

    private static func readFile(_ path: String) throws(ConfigurationError) -> SettingValues {
        let bytes: [UInt8]
        do throws(PlatformError) {
            // A regular file alone: a reload must not wait for somebody who writes into a pipe.
            bytes = try FileSystem.contents(of: path, byteCountMax: ConfigurationFile.byteCountMax)
        } catch {
            throw .unreadable(
                path: path,
                reason: error.isTooLarge ? "it has more than \(ConfigurationFile.byteCountMax) bytes" : error.reason
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "it is not UTF-8")
        }
        return try ConfigurationFile.parse(text, path: path)
    }
}
