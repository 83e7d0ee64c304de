import Domain
import Wire

/// Judges what was seen of a daemon and of its machine. Reads nothing itself.
struct Checkup {
    /// What the daemon says.
    var status: StatusReply
    /// Whether it takes in new requests.
    var isReady = true
    /// The settings in force that are not at their default, by key.
    var settings: [String: String]
    /// Who may ask what, revoked ones included; nil where the daemon does not say.
    var principals: [PrincipalView]?
    /// What is backed up; nil where the daemon does not say.
    var backups: BackupHoldReply?
    /// Whether something sets this machine's clock; nil where that cannot be told.
    var hasTimeService: Bool?
    /// What was seen of the machine.
    var surroundings: MachineCheckup
    /// This tool's version.
    var version: String

    /// A group commit takes a fraction of a millisecond: more than this is a slow disk or too much load.
    static let latencyMicrosecondsMax: UInt32 = 50_000
    /// A start replays a million records in a second or two.
    static let replayRecordCountMax: UInt64 = 50_000_000
    /// Decisions that wait for the disk.
    static let waitingRecordCountMax: UInt64 = 100_000

    /// Renewing a certificate may take people a few days.
    static let certificateDaysMin: Int64 = 14
    /// Renewing an authority means new certificates for all gateways that it issued them for.
    static let authorityDaysMin: Int64 = 60
    /// Revocation lists are short-lived, and made by machines.
    static let revocationHoursMin: Int64 = 24

    /// Backups are small when they come often.
    static let backupHoursMax: Int64 = 24

    /// Everything, in a fixed order.
    var findings: [Finding] {
        [
            daemon, clock, journal, latency, refusals, snapshots, archive, backup, surroundings.room, certificate,
            authority, revocation, gateways, policy,
        ]
        .compactMap { $0 } + surroundings.findings
    }

    private var now: Instant { surroundings.now }

    private var daemon: Finding {
        guard status.daemonVersion == version else {
            return Finding(
                "daemon",
                .warning,
                "version \(status.daemonVersion), and this tool is \(version)",
                "restart the daemon after an upgrade, or upgrade the other"
            )
        }
        guard isReady else {
            return Finding(
                "daemon",
                .bad,
                "not ready: new requests are refused",
                "its log says why; most often the disk is full or the daemon is stopping"
            )
        }
        return Finding("daemon", .good, "version \(version), up \(status.uptimeSeconds) s")
    }

    private var backup: Finding? {
        guard let backups else { return nil }
        guard backups.repositories > 0 else {
            return Finding("backups", .warning, "none is known", "make one: assentctl backup --help")
        }
        let hours = (now.microseconds - backups.backedUpAt.microseconds) / 3_600_000_000
        let seen = "the last was completed \(hours) h ago, all have the records up to \(backups.backedUpLSN)"
        guard hours < Self.backupHoursMax else {
            return Finding(
                "backups",
                .warning,
                seen,
                "systemctl status assent-backup.timer; assentctl backup forget, for a directory that is used no more"
            )
        }
        return Finding("backups", .good, seen)
    }

    private var clock: Finding {
        if status.simulatedClock {
            return Finding("clock", .bad, "simulated", "a serving daemon must be started without --simulated-clock")
        }
        let apart = abs(status.now.microseconds - now.microseconds) / 1_000_000
        if apart > 2 {
            return Finding("clock", .bad, "\(apart) s from this machine's", "look at both clocks: timedatectl")
        }
        if hasTimeService == false {
            return Finding("clock", .warning, "no time service was found", "run systemd-timesyncd or chrony")
        }
        return Finding("clock", .good, "agrees with this machine's")
    }

    private var journal: Finding {
        let waiting = status.lastLSN.rawValue - min(status.lastLSN.rawValue, status.durableLSN.rawValue)
        if waiting > Self.waitingRecordCountMax {
            return Finding("journal", .bad, "\(waiting) records wait for the disk", "the disk is slow or hangs: iostat")
        }
        if status.tornTailBytes > 0 {
            return Finding(
                "journal",
                .good,
                "durable to \(status.durableLSN); the last start dropped a torn write of \(status.tornTailBytes) bytes"
            )
        }
        return Finding("journal", .good, "durable to \(status.durableLSN)")
    }

    private var latency: Finding {
        guard status.latencyP99 > Self.latencyMicrosecondsMax else {
            return Finding("latency", .good, "p99 of the last second \(status.latencyP99) µs")
        }
        return Finding(
            "latency",
            .warning,
            "p99 of the last second \(status.latencyP99) µs",
            "other writers on the disk, or more load than processors"
        )
    }

    private var refusals: Finding {
        let decided = status.decided
        guard status.busy > 10, status.busy > decided / 100 else {
            return Finding("refusals", .good, "\(status.busy) busy, \(status.rejected) rejected of \(decided) decided")
        }
        return Finding(
            "refusals",
            .warning,
            "\(status.busy) requests were refused as busy, \(decided) decided",
            "raise --credit or --max-in-flight, or the machine"
        )
    }

    private var snapshots: Finding {
        let lag = status.lastLSN.rawValue - min(status.lastLSN.rawValue, status.snapshotLSN.rawValue)
        guard lag > Self.replayRecordCountMax else {
            return Finding("snapshots", .good, "a start replays \(lag) records")
        }
        return Finding(
            "snapshots",
            .warning,
            "a start would replay \(lag) records",
            "assentctl snapshot now; the log says why none was made"
        )
    }

    private var archive: Finding {
        status.archiveComplete
            ? Finding("archive", .good, "\(status.archivedPayments) payments")
            : Finding("archive", .warning, "being rebuilt from the journal", "wait; payments in memory are served")
    }

    private var certificate: Finding? {
        validity(
            "certificate",
            until: status.certificateEndsAt,
            warningSeconds: Self.certificateDaysMin * 86_400,
            left: "ends in",
            over: "ended \(status.certificateEndsAt.short) UTC",
            "put a new certificate in its place, then systemctl reload assentd"
        )
    }

    private var authority: Finding? {
        validity(
            "authorities",
            until: status.authorityEndsAt,
            warningSeconds: Self.authorityDaysMin * 86_400,
            left: "the first that issues gateways' certificates ends in",
            over: "one ended \(status.authorityEndsAt.short) UTC: the certificates that it issued are refused",
            "add its successor to the file, give gateways new certificates, take it out, then systemctl reload assentd"
        )
    }

    private var revocation: Finding? {
        validity(
            "revocations",
            until: status.revocationListEndsAt,
            warningSeconds: Self.revocationHoursMin * 3_600,
            left: "up to date for",
            over: "out of date: no gateway's certificate is accepted",
            "put a newer list in its place, then systemctl reload assentd"
        )
    }

    /// A finding about what holds until a time; `nil` where there is no such thing.
    ///
    /// - Parameters:
    ///   - warningSeconds: With less left than this it is a warning.
    ///   - left: What stands before the time that is left.
    ///   - over: What is said when none is left.
    private func validity(
        _ name: String,
        until end: Instant,
        warningSeconds: Int64,
        left: String,
        over: String,
        _ advice: String
    ) -> Finding? {
        guard end.microseconds != 0 else { return nil }
        let seconds = (end.microseconds - now.microseconds) / 1_000_000
        guard seconds > 0 else { return Finding(name, .bad, over, advice) }
        let seen = "\(left) \(Figures.duration(seconds: UInt64(seconds)))"
        return seconds < warningSeconds ? Finding(name, .warning, seen, advice) : Finding(name, .good, seen)
    }

    private var gateways: Finding? {
        guard let principals else { return nil }
        let inForce = principals.filter { !$0.isRevoked }
        if status.certificateEndsAt != .epoch, !inForce.contains(where: \.isKnownOverTLS) {
            return Finding(
                "gateways",
                .warning,
                "TLS is spoken, and nobody is known by a certificate or a key",
                "assentctl gateway create; gateways over TLS get no answer before"
            )
        }
        guard !inForce.isEmpty else { return nil }
        let seen = "\(inForce.count) known"
        let replaced = inForce.filter { $0.acceptsFormer(at: now) }.map(\.name)
        guard !replaced.isEmpty else { return Finding("gateways", .good, seen) }
        let names = replaced.prefix(5).joined(separator: ", ") + (replaced.count > 5 ? " and others" : "")
        return Finding("gateways", .good, "\(seen); what was replaced is accepted still of \(names)")
    }

    private var policy: Finding {
        let off = ["amount-threshold.default", "velocity.1"].filter { settings[$0] == "none" }
        guard off.isEmpty else {
            return Finding(
                "policy",
                .warning,
                "\(off.joined(separator: " and ")) \(off.count == 1 ? "is" : "are") switched off",
                "assentctl config set, if that was not meant"
            )
        }
        return Finding("policy", .good, "limits are in force")
    }
}
