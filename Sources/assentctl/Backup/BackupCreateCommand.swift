import ArgumentParser
import Backup
import Domain
import Journal
import Platform

/// `assentctl backup create`.
struct BackupCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a backup while the daemon serves.",
        discussion: HelpText.laidOut(
            """
            Asks the daemon how far its journal is durable, and reads the files of its data directory up to there: so \
            run it as the daemon's user or as root. Without --connect the daemon is looked for at DIR/admin.sock of \
            --data-dir first. The daemon goes on meanwhile, and removes no file of the journal \
            until it is done. With the answer comes a digest over the whole state, which a restore is compared with; \
            taking it keeps decisions waiting for about 0.1 s for each million of cards (--no-digest).

            What the directory has is not copied again. What is used again is compared with its digest first, up to \
            --check GiB in each backup, which takes about 0.6 s of a processor for each: of a larger directory other \
            files each time. What is damaged is stored anew, and named. Interrupted, the next one goes on with what \
            is stored; until the last file is there, there is no backup. While it works the directory is locked.

            EXAMPLES
              $ assentctl backup create /mnt/backup/assent --key backup.key --data-dir /var/lib/assent
              $ assentctl backup create /mnt/backup/assent --key backup.key --data-dir ./assent-data --offline

            FIELDS (-o json, jsonl, csv)
              number, time, lsn, recordTime, segments, copiedSegments, reusedSegments, bytes, writtenBytes, keyId,
              stateDigest, signedRecords.

            EXIT STATUS
              0   the backup is made, and durable
              65  the journal is damaged, or does not go on from what is backed up; another key. Or the backup is made \
                  and printed, and earlier ones are damaged: the message names what
              66  something cannot be read: the key, the data directory, the directory of backups
              69  no daemon could be reached (--offline, when it is stopped)
              74  the directory of backups cannot be written, or is full
              75  another backup is at work, or with --offline a daemon: try again
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: BackupPlace
    @Option(name: .customLong("data-dir"), help: ArgumentHelp("The daemon's data directory.", valueName: "dir"))
    var dataDirectory = "./assent-data"
    @Flag(help: "The daemon is stopped: ask nobody, and keep it from starting meanwhile.") var offline = false
    @Flag(help: "Do not take the state's digest.") var noDigest = false
    @Flag(help: "Read all segments and compare, also those that are stored.") var reread = false
    @Option(help: ArgumentHelp("MiB/s to write at most, 0 for no limit.", valueName: "rate")) var rate = 0
    @Option(help: ArgumentHelp("GiB of what is used again to read and compare at most, 0 for none.", valueName: "size"))
    var check = Int(BackupCreation.checkedByteCountMaxByDefault >> 30)

    func validate() throws {
        guard (0...1_000_000).contains(rate) else { throw ValidationError("--rate is 0 to 1,000,000 MiB/s") }
        guard (0...1_000_000).contains(check) else { throw ValidationError("--check is 0 to 1,000,000 GiB") }
        if offline, options.connect != nil { throw ValidationError("--offline asks no daemon: leave out --connect") }
    }

    func run() throws {
        let repository = try place.repository()
        if offline {
            let directory = try JournalDirectory(dataDirectory)
            try runOffline(repository, directory)
        } else {
            try runOnline(repository)
        }
    }

    /// The directory is locked as long as it is lent.
    private func runOffline(
        _ repository: Repository,
        _ directory: borrowing JournalDirectory
    ) throws(CommandFailure) {
        let found = try directory.journal().verify()
        if let damage = JournalDamage(found) { throw damage.failure }
        let lsn = found.lastLSN
        try print(try make(repository, cut: { () throws(BackupError) in BackupCut(lsn: lsn) }, during: {}))
    }

    private func runOnline(_ repository: Repository) throws(CommandFailure) {
        let daemon = ServedJournal(try options.connectClient(dataDirectory: dataDirectory), repository)
        try daemon.checkServes(dataDirectory)
        let report = try make(
            repository,
            cut: { () throws(BackupError) in try daemon.cut(withDigest: !noDigest) },
            during: { () throws(BackupError) in try daemon.keepHeld() }
        )
        try daemon.note(complete: report.summary.lsn)
        try print(report)
    }

    private func make(
        _ repository: Repository,
        cut: () throws(BackupError) -> BackupCut,
        during: () throws(BackupError) -> Void
    ) throws(CommandFailure) -> BackupReport {
        let printer = BackupProgressPrinter(options.output, rate: rate)
        var creation = BackupCreation(
            repository,
            dataDirectory: dataDirectory,
            rereads: reread,
            checkedByteCountMax: UInt64(check) << 30
        )
        do throws(BackupError) {
            defer { printer.clear() }
            return try creation.run(time: Clock.now(), cut: cut) { (progress) throws(BackupError) in
                printer.watch(progress)
                try during()
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func print(_ report: BackupReport) throws(CommandFailure) {
        let summary = report.summary
        let fields = [
            Field("number", summary.number), Field("time", Instant(microseconds: summary.time).description),
            Field("lsn", summary.lsn), Field("recordTime", Instant(microseconds: summary.recordTime).description),
            Field("segments", UInt64(summary.segmentCount)), Field("copiedSegments", UInt64(report.copiedCount)),
            Field("reusedSegments", UInt64(report.reusedCount)), Field("bytes", summary.byteCount),
            Field("writtenBytes", report.writtenByteCount), Field("keyId", "\(summary.keyID)"),
            Field("stateDigest", summary.stateDigest),
            Field("signedRecords", summary.signedCount.map(JSONValue.unsigned) ?? .null),
        ]
        do throws(StreamError) {
            try options.sink.emit(fields) { output in
                output.pairs([
                    ("backup", Cell("\(summary.number)", .heading)),
                    ("records", Cell("1 to \(Figures.grouped(summary.lsn))")),
                    ("newest record", Cell(Instant(microseconds: summary.recordTime).short)),
                    ("segments", Cell("\(report.copiedCount) copied, \(report.reusedCount) there already")),
                    ("written", Cell(Figures.bytes(report.writtenByteCount))),
                    ("size", Cell("\(Figures.bytes(summary.byteCount)), with what other backups share")),
                    ("state digest", Cell(summary.stateDigest ?? "not taken")),
                    (
                        "audit log",
                        Cell(summary.signedCount.map { "checkpoint over \(Figures.grouped($0)) records" } ?? "none")
                    ), ("key", Cell("\(summary.keyID)")),
                ])
            }
        } catch {
            throw CommandFailure(error)
        }
        guard report.findings.isEmpty else {
            throw CommandFailure(
                damaged: "backup \(summary.number) is made and needs nothing of it, but earlier ones are damaged",
                report.findings.map { "\($0)" }
            )
        }
    }
}
