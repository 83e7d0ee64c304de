import ArgumentParser
import Platform
import Wire

/// `assentctl status`.
struct StatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the daemon's figures: decisions, latency, journal, memory.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl status
              $ assentctl status -o json

            FIELDS (-o json, jsonl, csv)
              version, instanceId, startedAt, now, simulatedClock, lastLsn, durableLsn, cards, rememberedIds, \
            connections, inFlight, approved, declined, flagged, repeated, rejected, busy, commits, journalBytes, \
            residentBytes, recoveredRecords, recoveryMicroseconds, tornTailBytes, lastSecondDecisions, latencyP50, \
            latencyP90, latencyP99, latencyP999, latencyMax (microseconds), snapshotLsn, snapshotAt, snapshotBytes, \
            snapshotMicroseconds, snapshotPauseMicroseconds (the longest of any since the start), snapshotsKept, \
            paymentsInMemory, archivedPayments, archiveBytes, archiveRuns, archiveLsn, archiveComplete, \
            projectionState, projectedLsn, projectionLagRecords, projectionLagMicroseconds, inFlightMax, \
            certificateEndsAt, revocationListEndsAt, authorityEndsAt (null without), reasons. Counters are \
            since the daemon's start.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let status = try session.ask(Status(), StatusReply.self)
        try session.print { (output) throws(StreamError) in try output.emit(status.fields, table: status.text) }
    }
}
