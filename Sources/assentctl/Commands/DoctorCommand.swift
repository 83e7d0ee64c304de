import ArgumentParser
import Client
import Domain
import Platform
import Wire

/// `assentctl doctor`.
struct DoctorCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at the daemon and its machine, and say what to do.",
        discussion: HelpText.laidOut(
            """
            Looks at what the daemon says, and on its own machine, as root or as the daemon's user, at its data \
            directory as well: disk, memory, limits, permissions of data, keys, configuration and sockets.
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

    func run(in session: inout Session) throws(CommandFailure) {
        let status = try session.ask(Status(), StatusReply.self)
        let settings = try session.ask(ConfigGet(prefix: "", afterKey: ""), ConfigGetReply.self)
        let health = try session.ask(Health(), HealthReply.self)
        let directories = Machine.dataDirectories(given: dataDir, socket: session.client.endpoint)
        let seen = Result { () throws(Machine.Failure) in try Machine(dataDirectories: directories) }
        let machine = try? seen.get()
        var obstacle: Machine.Failure?
        if case .failure(let failure) = seen { obstacle = failure }
        let checkup = Checkup(
            status: status,
            isReady: health.ready,
            settings: Dictionary(settings.settings.map { ($0.key, $0.value) }) { first, _ in first },
            principals: try? session.principals(),
            backups: try? session.ask(BackupHold.question, BackupHoldReply.self),
            now: Instant(microseconds: Clock.now()),
            hasTimeService: Self.hasTimeService,
            disk: disk(directories),
            machine: machine,
            machineObstacle: obstacle,
            version: productVersion
        )
        let findings = checkup.findings
        let output = session.output
        var printer = try session.listPrinter(Finding.shape, quiet: false)
        for finding in findings { try printer.add(finding, output: output) }
        try printer.end(next: nil, option: "", output: output)
        if findings.contains(where: { $0.verdict == .bad }) { throw CommandFailure(.declined, "") }
    }

    /// Systemd's own service says when it has set the clock; others leave where they run.
    private static var hasTimeService: Bool? {
        guard FileSystem.exists("/run/systemd/system") else { return nil }
        return ["/run/systemd/timesync/synchronized", "/run/chrony", "/run/ntpd.pid", "/run/ntpsec"].contains {
            FileSystem.exists($0)
        }
    }

    private func disk(_ candidates: [String]) -> Checkup.Disk? {
        guard let path = candidates.first(where: { FileSystem.exists($0 + "/journal") }) ?? dataDir,
            let space = try? FileSystem.space(at: path)
        else { return nil }
        return Checkup.Disk(path: path, totalByteCount: space.total, freeByteCount: space.free)
    }
}
