import ArgumentParser
import Backup
import Domain
import Platform

/// `assentctl backup restore`.
struct BackupRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data directory from a backup, up to a record or a time.",
        discussion: HelpText.laidOut(
            """
            Into an empty directory only. What is restored is read again as a start would, and hashed again as far as \
            it was signed; the daemon's first start compares the state with the digest of the backup. Interrupted, the \
            same command goes on; until it has finished no daemon starts there. Snapshots and the archive are made \
            anew by the daemon, whose first start replays the journal.

            --at restores up to the last record whose time is at or before the one given, --lsn up to a record; \
            without them everything. What came after that is gone from the restored history.

            Segments of the journal that this directory of backups, or another that the daemon knew, does not have yet \
            are kept by the restored daemon as by the old one.

            With an audit log the daemon then waits for `assentctl audit accept-restore`: it cannot know what was \
            signed after the backup, and one log never has two histories. Where you know that nothing was, because the \
            daemon was stopped before the backup was made and has not run since, --continue-log leaves that out.

            EXAMPLES
              $ assentctl backup restore /mnt/backup/assent --key backup.key --to /var/lib/assent
              $ assentctl backup restore /mnt/backup/assent --key backup.key --to ./then --at "2026-11-21 09:30"
              $ assentctl backup restore /mnt/backup/assent --key backup.key --to ./then --lsn 4711 --plan

            FIELDS (-o json, jsonl, csv)
              backup, lsn, directory, segments, keptSegments, signedRecords, needsAcceptance; with --plan the first \
            three.

            EXIT STATUS
              0   restored
              65  the backup is damaged, does not reach so far, or the directory is not empty
              66  something cannot be read
              74  the directory cannot be written, or has not room enough
              75  another restore or a daemon uses the directory, or prune is at work on the backups
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: BackupPlace
    @Option(name: .customLong("to"), help: ArgumentHelp("The data directory to make.", valueName: "dir"))
    var dataDirectory: String
    @Option(help: ArgumentHelp("Its number; by default the newest that reaches.", valueName: "number"))
    var backup: UInt64?
    @Option(help: ArgumentHelp("Up to this time, as 2026-11-21 09:30:00, or 2h for an age.", valueName: "time"))
    var at: TimeText?
    @Option(help: ArgumentHelp("Up to this record.", valueName: "lsn")) var lsn: UInt64?
    @Flag(help: "Nothing was signed after the backup: the audit log goes on under its key.") var continueLog = false
    @Flag(help: "Say what would be restored, and restore nothing.") var plan = false

    func validate() throws {
        guard at == nil || lsn == nil else { throw ValidationError("only one of --at and --lsn") }
    }

    func run() throws {
        let repository = try place.repository()
        let restoration = BackupRestoration(repository, dataDirectory: dataDirectory, continuesLog: continueLog)
        do {
            let plan = try restoration.plan(target, of: backup)
            if self.plan { return try print(plan) }
            try run(restoration, plan)
        } catch let error as BackupError {
            throw CommandFailure(error)
        }
    }

    private var target: RestoreTarget {
        if let lsn { return .lsn(lsn) }
        let now = Instant(microseconds: Clock.now())
        return at.map { .time($0.instant(now: now).microseconds) } ?? .end
    }

    private func run(_ restoration: BackupRestoration, _ plan: RestorePlan) throws {
        let printer = BackupProgressPrinter(options.output)
        defer { printer.clear() }
        let report = try restoration.run(plan) { printer.watch($0) }
        printer.clear()
        let fields =
            fields(plan) + [
                Field("segments", UInt64(report.segmentCount)), Field("keptSegments", UInt64(report.keptCount)),
                Field("signedRecords", report.signedCount.map(JSONValue.unsigned) ?? .null),
                Field("needsAcceptance", report.needsAcceptance),
            ]
        let signed = report.signedCount.map { "\(Figures.grouped($0)) records have the root that was signed" }
        try options.sink.emit(fields) { output in
            output.pairs([
                ("restored", Cell(dataDirectory, .good)), ("from", Cell("backup \(plan.summary.number)")),
                ("records", Cell("1 to \(Figures.grouped(plan.lsn))")),
                ("audit log", Cell(signed ?? "nothing was signed up to there")),
                ("next", Cell(Self.next(report))),
            ])
        }
    }

    private static func next(_ report: RestoreReport) -> String {
        guard report.needsAcceptance else { return "start assentd" }
        guard report.plan.summary.signedCount == nil else { return "assentctl audit accept-restore" }
        return "start assentd; with an audit log first: assentctl audit accept-restore"
    }

    private func fields(_ plan: RestorePlan) -> [Field] {
        [Field("backup", plan.summary.number), Field("lsn", plan.lsn), Field("directory", dataDirectory)]
    }

    private func print(_ plan: RestorePlan) throws {
        try options.sink.emit(fields(plan)) { output in
            output.pairs([
                ("would restore", Cell("backup \(plan.summary.number)")),
                ("records", Cell("1 to \(Figures.grouped(plan.lsn))")),
                ("into", Cell(dataDirectory)),
            ])
        }
    }
}
