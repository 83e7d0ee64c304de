import Domain
import Wire

/// The daemon's figures as they are shown.
extension StatusReply {
    /// How many decisions there were since the start.
    var decided: UInt64 { approved + declined + flagged }

    /// How long the daemon has run, in seconds.
    var uptimeSeconds: UInt64 { UInt64(max(0, now.microseconds - startedAt.microseconds)) / 1_000_000 }

    /// What data formats carry; times in microseconds, sizes in bytes.
    var fields: [Field] {
        [
            Field("version", daemonVersion), Field("instanceId", instanceID.description),
            Field("startedAt", startedAt.description), Field("now", now.description),
            Field("simulatedClock", simulatedClock), Field("lastLsn", lastLSN.rawValue),
            Field("durableLsn", durableLSN.rawValue), Field("cards", cards), Field("rememberedIds", rememberedIDs),
            Field("connections", UInt64(connections)), Field("inFlight", UInt64(inFlight)), Field("approved", approved),
            Field("declined", declined), Field("flagged", flagged), Field("repeated", repeated),
            Field("rejected", rejected), Field("busy", busy), Field("commits", commits),
            Field("journalBytes", journalBytes), Field("residentBytes", residentBytes),
            Field("recoveredRecords", recoveredRecords), Field("recoveryMicroseconds", recoveryMicroseconds),
            Field("tornTailBytes", tornTailBytes), Field("lastSecondDecisions", lastSecondDecisions),
            Field("latencyP50", UInt64(latencyP50)), Field("latencyP90", UInt64(latencyP90)),
            Field("latencyP99", UInt64(latencyP99)), Field("latencyP999", UInt64(latencyP999)),
            Field("latencyMax", UInt64(latencyMax)), Field("snapshotLsn", snapshotLSN.rawValue),
            Field("snapshotAt", Self.timeOrNull(snapshotAt)),
            Field("snapshotBytes", snapshotBytes), Field("snapshotMicroseconds", snapshotMicroseconds),
            Field("snapshotPauseMicroseconds", snapshotPauseMicroseconds),
            Field("snapshotsKept", UInt64(snapshotsKept)), Field("paymentsInMemory", paymentsInMemory),
            Field("archivedPayments", archivedPayments), Field("archiveBytes", archiveBytes),
            Field("archiveRuns", UInt64(archiveRuns)), Field("archiveLsn", archiveLSN.rawValue),
            Field("archiveComplete", archiveComplete), Field("projectionState", projectionState.name),
            Field("projectedLsn", projectedLSN.rawValue), Field("projectionLagRecords", projectionLagRecords),
            Field("projectionLagMicroseconds", projectionLagMicroseconds),
            Field("inFlightMax", UInt64(inFlightMax)), Field("certificateEndsAt", Self.timeOrNull(certificateEndsAt)),
            Field("revocationListEndsAt", Self.timeOrNull(revocationListEndsAt)),
            Field("authorityEndsAt", Self.timeOrNull(authorityEndsAt)),
            Field("reasons", .object(reasons.map { Field($0.reason.name, $0.total) })),
        ]
    }

    private static func timeOrNull(_ instant: Instant) -> JSONValue {
        instant.microseconds == 0 ? .null : .string(instant.description)
    }

    /// Durable records that the projection does not have yet; 0 without one.
    var projectionLagRecords: UInt64 {
        projectionState == .off ? 0 : durableLSN.rawValue - min(durableLSN.rawValue, projectedLSN.rawValue)
    }

    private var projectionCell: Cell {
        guard projectionState != .off else { return Cell("off") }
        let lag =
            projectionLagRecords == 0
            ? "" : ", \(ProjectionState.lagText(projectionLagRecords, projectionLagMicroseconds)) behind"
        let style: Style = projectionState == .following ? .plain : projectionState.style
        return Cell("record \(Figures.grouped(projectedLSN.rawValue)), \(projectionState.words)\(lag)", style)
    }

    /// All figures for people.
    func text(_ output: Output) -> String {
        output.pairs([
            ("daemon", Cell(daemonVersion)), ("data directory", Cell(instanceID.description)),
            (
                "running since",
                Cell("\(startedAt.short) UTC" + (simulatedClock ? "" : ", \(Figures.duration(seconds: uptimeSeconds))"))
            ),
            ("clock", simulatedClock ? Cell("simulated, now \(now.short) UTC", .warning) : Cell("\(now.short) UTC")),
            ("cards", Cell(Figures.grouped(cards))),
            (
                "decided",
                Cell(
                    "\(Figures.grouped(decided)): \(Figures.grouped(approved)) approved, "
                        + "\(Figures.grouped(flagged)) flagged, \(Figures.grouped(declined)) declined"
                )
            ),
            (
                "not decided",
                Cell(
                    "\(Figures.grouped(repeated)) repeats, \(Figures.grouped(rejected)) rejected, "
                        + "\(Figures.grouped(busy)) busy"
                )
            ),
            (
                "last second",
                Cell(
                    lastSecondDecisions == 0
                        ? "no decisions" : "\(Figures.grouped(lastSecondDecisions)) decisions, \(latencyText)"
                )
            ),
            (
                "connections",
                Cell(
                    "\(Figures.grouped(connections)), \(Figures.grouped(inFlight)) requests in flight of at most "
                        + Figures.grouped(inFlightMax)
                )
            ),
            (
                "journal",
                Cell(
                    "record \(Figures.grouped(lastLSN.rawValue)), durable \(Figures.grouped(durableLSN.rawValue)), "
                        + "\(Figures.grouped(commits)) commits, \(Figures.bytes(journalBytes))"
                )
            ),
            ("TLS", certificateCell), ("projection", projectionCell),
            ("request ids", Cell("\(Figures.grouped(rememberedIDs)) remembered")),
            ("payments", Cell("\(Figures.grouped(paymentsInMemory)) in memory")), ("archive", archiveCell),
            ("snapshot", snapshotCell),
            ("memory", Cell(Figures.bytes(residentBytes))),
            ("last start", startCell),
        ]) + reasonsText(output)
    }

    /// `p50 85 µs, p90 ...`.
    var latencyText: String {
        let figures = [
            ("p50", latencyP50), ("p90", latencyP90), ("p99", latencyP99), ("p99.9", latencyP999), ("max", latencyMax),
        ]
        return figures.map { "\($0.0) \(Figures.microseconds(UInt64($0.1)))" }.joined(separator: ", ")
    }

    private var certificateCell: Cell {
        guard certificateEndsAt.microseconds != 0 else { return Cell("off") }
        var text = "certificate until \(certificateEndsAt.short) UTC"
        if revocationListEndsAt.microseconds != 0 { text += ", revocations until \(revocationListEndsAt.short) UTC" }
        return Cell(text, certificateEndsAt <= now ? .bad : .plain)
    }

    private var archiveCell: Cell {
        let text =
            archiveRuns == 0
            ? "empty"
            : "\(Figures.grouped(archivedPayments)) payments to record \(Figures.grouped(archiveLSN.rawValue)), "
                + "\(Figures.grouped(archiveRuns)) \(archiveRuns == 1 ? "file" : "files"), "
                + Figures.bytes(archiveBytes)
        return archiveComplete ? Cell(text) : Cell(text + "; it is being rebuilt", .warning)
    }

    private var snapshotCell: Cell {
        guard snapshotsKept > 0 else { return Cell("none") }
        var text = "record \(Figures.grouped(snapshotLSN.rawValue))"
        if snapshotAt.microseconds > 0 { text += " of \(snapshotAt.short) UTC" }
        text += ", \(Figures.bytes(snapshotBytes))"
        if snapshotMicroseconds > 0 {
            text +=
                ", took \(Figures.microseconds(snapshotMicroseconds)), longest pause "
                + Figures.microseconds(snapshotPauseMicroseconds)
        }
        return Cell(text + "; \(Figures.grouped(snapshotsKept)) kept")
    }

    private var startCell: Cell {
        let text =
            "\(Figures.grouped(recoveredRecords)) records replayed in \(Figures.microseconds(recoveryMicroseconds))"
        guard tornTailBytes > 0 else { return Cell(text) }
        return Cell("\(text); a torn end of \(Figures.bytes(tornTailBytes)) was dropped", .warning)
    }

    private func reasonsText(_ output: Output) -> String {
        guard reasons.contains(where: { $0.total > 0 }) else { return "" }
        var table = Table(columns: [Column("REASON"), Column("CODE"), Column("COUNT", .right), Column("SHARE", .right)])
        for entry in reasons where entry.total > 0 {
            table.add([
                Cell(entry.reason.text), Cell(entry.reason.responseCode), Cell(Figures.grouped(entry.total)),
                Cell(Figures.share(entry.total, of: decided)),
            ])
        }
        return "\n" + table.rendered(width: output.width, colors: output.colors)
    }
}
