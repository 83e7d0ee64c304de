import Domain
import Platform

/// Judges what was seen of a daemon's machine, and of the daemon as a process there. Reads nothing itself.
struct MachineCheckup {
    /// What the file system of the data directory has.
    struct Disk: Equatable {
        var path: String
        var totalByteCount: UInt64
        var freeByteCount: UInt64
    }

    /// What a daemon has in memory.
    struct Held: Equatable {
        var cards: UInt64
        var payments: UInt64
    }

    /// This machine's clock.
    var now: Instant
    /// The data directory's disk; nil where it is not known.
    var disk: Disk?
    /// The daemon's machine and process; `nil` where they cannot be seen.
    var machine: Machine?
    /// Why they cannot.
    var obstacle: Machine.Failure?
    /// `nil` where the daemon does not answer.
    var held: Held?

    /// Descriptors beside those of connections: files of the journal, of the archive and of the projection, pipes.
    static let otherDescriptorCount: UInt64 = 256
    /// What a daemon takes in any case (see the operations guide on capacity).
    static let memoryByteCountBase: UInt64 = 200 << 20
    /// What a card takes, what an open payment takes, and what a request id takes.
    static let cardByteCount: UInt64 = 156
    static let paymentByteCount: UInt64 = 200
    static let requestIDByteCount: UInt64 = 48
    /// Rows that somebody reads.
    static let permissionRowCountMax = 10
    /// A log that is anchored at all is anchored more often.
    static let anchorHoursMax: Int64 = 26

    /// Everything about the machine, in a fixed order.
    var findings: [Finding] {
        guard let machine else { return [notLookedAt].compactMap { $0 } }
        var findings: [Finding] = []
        if let process = machine.process {
            findings.append(descriptors(process, machine))
            findings.append(memory(process, machine))
            if let finding = fileSize(process, machine) { findings.append(finding) }
        } else if held != nil {
            findings.append(
                Finding(
                    "limits",
                    .warning,
                    "no process of the daemon's was found: its limits were not looked at",
                    "run it where the daemon runs, not from outside its container"
                )
            )
        }
        findings += permissions(machine)
        findings.append(configuration(machine))
        if let second = machine.stampedSecond { findings.append(anchor("time stamps", second, "assent-anchor")) }
        if let second = machine.ethereumSecond { findings.append(anchor("ethereum", second, "assent-ethereum")) }
        return findings
    }

    /// Whether the disk has room.
    var room: Finding? {
        guard let disk, disk.totalByteCount > 0 else { return nil }
        let percent = disk.freeByteCount / max(1, disk.totalByteCount / 100)
        let seen = "\(disk.freeByteCount >> 20) MiB (\(percent) %) free at \(disk.path)"
        if percent < 5 { return Finding("disk", .bad, seen, "make room: requests are refused when it is full") }
        if percent < 15 {
            return Finding("disk", .warning, seen, "enlarge it, or let old journal files go (--keep-segments)")
        }
        return Finding("disk", .good, seen)
    }

    private var notLookedAt: Finding? {
        guard let obstacle else { return nil }
        let advice = "run it as root on the daemon's machine, with --data-dir DIRECTORY"
        switch obstacle {
        case .noDataDirectory: return Finding("limits", .warning, "the machine was not looked at", advice)
        case .noSettings(let reason):
            return Finding("limits", .warning, "the machine was not looked at: \(reason)", advice)
        }
    }

    private func descriptors(_ process: Machine.Process, _ machine: Machine) -> Finding {
        let connections = machine.settings.number("max-connections") ?? 0
        let needed = connections + Self.otherDescriptorCount
        guard let most = process.descriptorCountMax, most < needed else {
            let seen = process.descriptorCountMax.map { "\($0) may be open" } ?? "no limit"
            return Finding("descriptors", .good, "\(seen), for \(connections) connections")
        }
        return Finding(
            "descriptors",
            .bad,
            "\(most) may be open, and \(connections) connections need \(needed)",
            "LimitNOFILE=\(needed) by systemctl edit assentd (or ulimit -n), then restart; or lower max-connections"
        )
    }

    private func memory(_ process: Machine.Process, _ machine: Machine) -> Finding {
        let settings = machine.settings
        func mebibytes(_ name: String) -> UInt64 { min(settings.number(name) ?? 0, 1 << 30) << 20 }
        let ids = (settings.number("remembered-ids") ?? 0) * Self.requestIDByteCount
        let fixed =
            Self.memoryByteCountBase + ids + mebibytes("spare-memory") + mebibytes("max-total-pending-output")
            + 2 * mebibytes("fill-buffer")
        let now = fixed + (held?.cards ?? 0) * Self.cardByteCount + (held?.payments ?? 0) * Self.paymentByteCount
        let full = fixed + (settings.number("max-cards") ?? 0) * Self.cardByteCount
        let bounds = [machine.memoryByteCount, process.memoryByteCountMax ?? 0].filter { $0 > 0 }
        guard let most = bounds.min() else { return Finding("memory", .good, "there is no bound that could be seen") }
        let bound = "\(most >> 20) MiB \(most == machine.memoryByteCount ? "of the machine" : "of its control group")"
        if now > most {
            return Finding(
                "memory",
                .bad,
                "what is there and the settings may take \(now >> 20) MiB, and there are \(bound)",
                "raise MemoryMax= (systemctl edit assentd), or lower max-total-pending-output and spare-memory"
            )
        }
        if full > most {
            return Finding(
                "memory",
                .warning,
                "as many cards as max-cards allows would take \(full >> 20) MiB, and there are \(bound)",
                "lower max-cards, or give it more memory before they come"
            )
        }
        return Finding("memory", .good, "may take \(now >> 20) MiB as it is, of \(bound)")
    }

    private func fileSize(_ process: Machine.Process, _ machine: Machine) -> Finding? {
        let wanted = (machine.settings.number("segment-size") ?? 0) << 20
        guard let most = process.fileByteCountMax, most < wanted else { return nil }
        return Finding(
            "file size",
            .bad,
            "a file may have \(most >> 20) MiB, and a journal file has \(wanted >> 20)",
            "LimitFSIZE=infinity by systemctl edit assentd (or ulimit -f), then restart"
        )
    }

    /// A finding for each file that is not as it should be, the worst first, as far as somebody reads on.
    private func permissions(_ machine: Machine) -> [Finding] {
        let owner = machine.files.first { $0.kind == .dataDirectory }?.permissions.user
        let found = machine.files.compactMap { trouble(of: $0, user: machine.process?.user ?? owner, machine) }
        guard !found.isEmpty else {
            return [Finding("permissions", .good, "\(machine.files.count) files and sockets")]
        }
        let sorted = found.filter { $0.verdict == .bad } + found.filter { $0.verdict != .bad }
        let rest = sorted.dropFirst(Self.permissionRowCountMax)
        guard let first = rest.first else { return sorted }
        let others = "\(rest.count) other \(rest.count == 1 ? "file" : "files")"
        return sorted.prefix(Self.permissionRowCountMax)
            + [Finding("permissions", first.verdict, others, "look again when these are as they should be")]
    }

    private func trouble(of file: Machine.File, user: UInt32?, _ machine: Machine) -> Finding? {
        let (path, mode) = (file.path, file.permissions.mode)
        func finding(_ verdict: Finding.Verdict, _ seen: String, _ advice: String) -> Finding {
            Finding("permissions", verdict, "\(path) (\(String(mode, radix: 8))) \(seen)", advice)
        }
        switch file.kind {
        case .key:
            guard mode & 0o077 != 0 else { return nil }
            return finding(.bad, "is a key that others may read or change", "chmod 600 \(path), and replace the key")
        case .configuration:
            guard mode & 0o022 != 0 else { return nil }
            return finding(.bad, "may be changed by others than its owner", "chmod go-w \(path)")
        case .socket(let role):
            guard mode & 0o002 != 0, role != "metrics" else { return nil }
            let who = role == "administration" ? "operators" : "gateways"
            return finding(
                role == "administration" ? .bad : .warning,
                "lets everybody on this machine connect as \(who) do",
                "set \(role == "administration" ? "admin" : "gateway")-socket-mode, or SocketMode= of its unit"
            )
        case .dataDirectory, .data:
            if let user, file.permissions.user != user {
                let wanted = machine.process == nil ? "the data directory to" : "the daemon is user"
                return finding(
                    .bad,
                    "belongs to user \(file.permissions.user), and \(wanted) \(user)",
                    "chown -R \(user) \(path)"
                )
            }
            if mode & 0o002 != 0 { return finding(.bad, "may be changed by everybody", "chmod o-w \(path)") }
            guard file.kind == .dataDirectory, mode & 0o005 != 0 else { return nil }
            return finding(.warning, "may be looked into by everybody", "chmod o-rwx \(path)")
        }
    }

    /// Where checkpoints are anchored, that they still are: by an authority every hour, on a chain every day.
    private func anchor(_ name: String, _ second: Int64, _ unit: String) -> Finding {
        let hours = (now.microseconds / 1_000_000 - second) / 3_600
        let seen = "the audit log's last was kept \(hours) h ago"
        guard hours < Self.anchorHoursMax else {
            return Finding(
                name,
                .warning,
                seen,
                "journalctl -u \(unit) says why; systemctl status \(unit).timer"
            )
        }
        return Finding(name, .good, seen)
    }

    private func configuration(_ machine: Machine) -> Finding {
        let settings = machine.settings
        if settings["allow-plaintext-remote"] == ["true"] {
            return Finding(
                "settings",
                .warning,
                "allow-plaintext-remote is set: whoever reaches the port authorizes payments, unseen and unasked",
                "listen-tls with certificates instead; see the guide on gateways"
            )
        }
        if let name = settings.boundThatHoldsNobody {
            return Finding(
                "settings",
                .warning,
                "\(name) lets one peer take every connection that gateways may have",
                "lower it and reload, or raise max-connections"
            )
        }
        if settings.number("snapshot-interval") == 0, settings.number("snapshot-records") == 0 {
            return Finding(
                "settings",
                .warning,
                "no snapshots are made: a start replays the whole journal",
                "set snapshot-interval or snapshot-records"
            )
        }
        let changed = machine.files.first {
            $0.kind == .configuration && $0.permissions.changedSecond > machine.settingsSecond
        }
        if let changed {
            return Finding(
                "settings",
                .warning,
                "\(changed.path) was changed after the daemon read it",
                "systemctl reload assentd; what it says then takes effect at the next start only"
            )
        }
        return Finding("settings", .good, "as the daemon wrote them down at \(machine.dataDirectory)/settings")
    }
}

extension Machine.Settings {
    /// What is to keep one peer from taking all connections, and does not.
    fileprivate var boundThatHoldsNobody: String? {
        let connections = number("max-connections") ?? 0
        let places = connections - min(number("max-admin-connections") ?? 0, connections / 2)
        let names = ["max-connections-per-principal", "max-connections-per-address"]
        return names.first { number($0) ?? 0 >= max(1, places) }
    }
}
