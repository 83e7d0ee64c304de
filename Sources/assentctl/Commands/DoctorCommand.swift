import ArgumentParser
import Client
import Domain
import Platform
import Wire

/// `assentctl doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at the daemon and its machine, and say what to do.",
        discussion: HelpText.laidOut(
            """
            Looks at what the daemon says, and on its own machine, as root or as the daemon's user, at its data \
            directory as well: disk, memory, limits, permissions of data, keys, configuration and sockets. The machine \
            is looked at also where the daemon does not answer.
            Exit status 1 when something is bad; warnings alone are 0.

            EXAMPLES
              $ assentctl doctor
              $ assentctl doctor --data-dir /var/lib/assent -o json

            FIELDS (-o json, jsonl, csv)
              subject, verdict (ok, warning, bad), seen, advice.
            """
        )
    )

    @Option(
        help: ArgumentHelp(
            "Where the daemon keeps its data. Default: by the socket, /var/lib/assent for /run/assent.",
            valueName: "directory"
        )
    )
    var dataDir: String?

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run() throws {
        let findings = try findings()
        let output = options.sink
        var printer = try RecordPrinter(Finding.shape, quiet: false, output: output)
        for finding in findings { try printer.add(finding, output: output) }
        try printer.end(next: nil, option: "", output: output)
        if findings.contains(where: { $0.verdict == .bad }) { throw CommandFailure(.declined, "") }
    }

    /// Asks the daemon and looks at its machine. That a daemon gives no answer is a finding, not the end: when it does
    /// not start is when somebody wants to know what is wrong.
    private func findings() throws(CommandFailure) -> [Finding] {
        let failure: CommandFailure
        do throws(CommandFailure) {
            var session = Session(client: try options.connectClient(dataDirectory: dataDir), output: options.sink)
            return try checkup(&session).findings
        } catch {
            guard error.status == .unavailable || error.status == .transient else { throw error }
            failure = error
        }
        let surroundings = look(likelyDirectories, held: nil)
        let process = surroundings.machine?.process.map { _ in surroundings.machine?.settings.number("process") ?? 0 }
        let daemon = Finding(
            "daemon",
            .bad,
            process.map { "process \($0) is there and does not answer: \(failure.message)" } ?? failure.message,
            process == nil
                ? "systemctl status assentd, journalctl -u assentd say why; assentd --check-config tries its settings"
                : "journalctl -u assentd says what it does; where it is stopped, systemctl restart assentd"
        )
        return [daemon] + [surroundings.room].compactMap { $0 } + surroundings.findings
    }

    private func checkup(_ session: inout Session) throws(CommandFailure) -> Checkup {
        let status = try session.ask(Status(), StatusReply.self)
        let settings = try session.ask(ConfigGet(prefix: "", afterKey: ""), ConfigGetReply.self)
        let health = try session.ask(Health(), HealthReply.self)
        let surroundings = look(
            Machine.dataDirectories(given: dataDir, socket: session.client.endpoint),
            held: MachineCheckup.Held(cards: status.cards, payments: status.paymentsInMemory)
        )
        return Checkup(
            status: status,
            isReady: health.ready,
            settings: Dictionary(settings.settings.map { ($0.key, $0.value) }) { first, _ in first },
            principals: try? session.principals(),
            backups: try? session.ask(BackupHold.question, BackupHoldReply.self),
            hasTimeService: Self.hasTimeService,
            surroundings: surroundings,
            version: productVersion
        )
    }

    private func look(_ directories: [String], held: MachineCheckup.Held?) -> MachineCheckup {
        var checkup = MachineCheckup(now: Instant(microseconds: Clock.now()), disk: disk(directories), held: held)
        do throws(Machine.Failure) {
            checkup.machine = try Machine(dataDirectories: directories)
        } catch {
            checkup.obstacle = error
        }
        return checkup
    }

    /// Where a daemon that does not answer may keep its data.
    private var likelyDirectories: [String] {
        if let dataDir { return [dataDir] }
        let sockets = options.connect.map { [$0] } ?? EndpointFinder.candidates(environment: ProcessEnvironment.value)
        return sockets.compactMap { try? EndpointFinder.endpoint($0) }
            .flatMap { Machine.dataDirectories(given: nil, socket: $0) }
    }

    /// Systemd's own service says when it has set the clock; others leave where they run.
    private static var hasTimeService: Bool? {
        guard FileSystem.exists("/run/systemd/system") else { return nil }
        return ["/run/systemd/timesync/synchronized", "/run/chrony", "/run/ntpd.pid", "/run/ntpsec"].contains {
            FileSystem.exists($0)
        }
    }

    private func disk(_ candidates: [String]) -> MachineCheckup.Disk? {
        guard let path = candidates.first(where: { FileSystem.exists($0 + "/journal") }) ?? dataDir,
            let space = try? FileSystem.space(at: path)
        else { return nil }
        return MachineCheckup.Disk(path: path, totalByteCount: space.total, freeByteCount: space.free)
    }
}
