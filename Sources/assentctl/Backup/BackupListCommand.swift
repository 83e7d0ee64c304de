import ArgumentParser
import Backup
import Domain
import Platform

/// `assentctl backup list`.
struct BackupListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the backups in a directory, newest first.",
        discussion: HelpText.laidOut(
            """
            The size is of all files that a backup needs, those that others need too included. Verified says when \
            `backup verify` has read all of it the last time, or that files of it are known to be damaged, by \
            `verify`, `restore` or `create`. A manifest that cannot be read is named behind the list.

            EXAMPLES
              $ assentctl backup list /mnt/backup/assent --key backup.key

            FIELDS (-o json, jsonl, csv)
              number, time, lsn, recordTime, segments, bytes, keyId, journal, stateDigest, signedRecords, verifiedAt, \
            damagedFiles.

            EXIT STATUS
              0   listed, even if there is none
              65  listed, and a manifest cannot be read or a backup is known to be damaged; or another key
              66  something cannot be read
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: BackupPlace

    private static let shape = ListPrinter.Shape(
        name: "backups",
        columns: [
            Column("BACKUP", .right), Column("TIME (UTC)"), Column("RECORDS", .right),
            Column("NEWEST RECORD"), Column("SIZE", .right), Column("KEY"), Column("VERIFIED"),
        ],
        fieldNames: [
            "number", "time", "lsn", "recordTime", "segments", "bytes", "keyId", "journal", "stateDigest",
            "signedRecords", "verifiedAt", "damagedFiles",
        ],
        emptyText: "There is no backup."
    )

    func run() throws {
        let repository = try place.repository()
        let listing: BackupListing
        do throws(BackupError) { listing = try repository.listing() } catch { throw CommandFailure(error) }
        do throws(StreamError) {
            var printer = try ListPrinter(Self.shape, output: options.sink)
            for summary in listing.summaries { try printer.add(Self.fields(summary), cells: Self.cells(summary)) }
            try printer.end(next: nil, option: "")
        } catch {
            throw CommandFailure(error)
        }
        if let failure = Self.failure(listing) { throw failure }
    }

    /// What is wrong with the backups; nil when nothing is known.
    private static func failure(_ listing: BackupListing) -> CommandFailure? {
        var findings = listing.unreadable.map { "\($0)" }
        for summary in listing.summaries where summary.damagedCount > 0 {
            findings.append("backup \(summary.number) needs \(summary.damagedCount) files that are known to be damaged")
        }
        return findings.isEmpty ? nil : CommandFailure(damaged: "not all backups can be restored", findings)
    }

    private static func fields(_ summary: BackupSummary) -> [Field] {
        [
            Field("number", summary.number), Field("time", Instant(microseconds: summary.time).description),
            Field("lsn", summary.lsn), Field("recordTime", Instant(microseconds: summary.recordTime).description),
            Field("segments", UInt64(summary.segmentCount)), Field("bytes", summary.byteCount),
            Field("keyId", "\(summary.keyID)"), Field("journal", summary.journal),
            Field("stateDigest", summary.stateDigest),
            Field("signedRecords", summary.signedCount.map(JSONValue.unsigned) ?? .null),
            Field("verifiedAt", summary.verifiedAt.map { Instant(microseconds: $0).description }),
            Field("damagedFiles", UInt64(summary.damagedCount)),
        ]
    }

    private static func cells(_ summary: BackupSummary) -> [Cell] {
        [
            Cell("\(summary.number)"), Cell(Instant(microseconds: summary.time).short),
            Cell(Figures.grouped(summary.lsn)), Cell(Instant(microseconds: summary.recordTime).short),
            Cell(Figures.bytes(summary.byteCount)), Cell("\(summary.keyID)"),
            summary.damagedCount > 0
                ? Cell("damaged", .bad) : Cell(summary.verifiedAt.map { Instant(microseconds: $0).short } ?? "never"),
        ]
    }
}

/// `assentctl backup verify`.
struct BackupVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read a backup whole, and name the first place that is not as it was written.",
        discussion: HelpText.laidOut(
            """
            Decrypts every chunk of every file, and checks every block of the journal and the chain from its first \
            record to the last. What only a restore shows, that the state and the audit log's root come out as they \
            were, `restore` checks: try it now and then.

            With --all, one that is not whole does not keep the others from being read. The next `create` stores \
            anew what was found damaged, and `backup list` goes on showing the backups that need it.

            With --stored-only no key is needed: it shows that no stored file has changed by accident, and nothing of \
            what is missing.

            EXAMPLES
              $ assentctl backup verify /mnt/backup/assent --key backup.key
              $ assentctl backup verify /mnt/backup/assent --key backup.key --all
              $ assentctl backup verify /mnt/backup/assent --stored-only

            FIELDS (-o json, jsonl, csv)
              whole, backups, lsn, bytes; with --stored-only: unchanged, backups, objects, bytes.

            EXIT STATUS
              0   whole
              65  damaged, or tampered with: the message names file and byte; another key
              66  a file is missing or cannot be read; there is no backup
              75  prune is at work there: try again
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: BackupPlace
    @Option(help: ArgumentHelp("Its number; by default the newest.", valueName: "number")) var backup: UInt64?
    @Flag(help: "Every backup in the directory.") var all = false
    @Flag(help: "Without the key: whether stored files have changed.") var storedOnly = false

    func validate() throws {
        guard [backup != nil, all, storedOnly].filter(\.self).count <= 1 else {
            throw ValidationError("only one of --backup, --all and --stored-only")
        }
    }

    func run() throws {
        do {
            if storedOnly {
                try printStored(try BackupVerification.checkStored(place.directory))
            } else {
                try verify(try place.repository())
            }
        } catch let error as BackupError {
            throw CommandFailure(error)
        }
    }

    private func verify(_ repository: Repository) throws {
        let numbers = try repository.numbers()
        var findings = all ? try repository.strangers() : []
        guard let newest = numbers.first else {
            throw CommandFailure(.noInput, "there is no backup in \(place.directory)")
        }
        let wanted = all ? numbers : [backup ?? newest]
        let printer = BackupProgressPrinter(options.output)
        defer { printer.clear() }
        var last: BackupSummary?
        var byteCount: UInt64 = 0
        for number in wanted {
            do throws(BackupError) {
                let summary = try BackupVerification(repository).run(number, time: Clock.now()) { printer.watch($0) }
                last = last ?? summary
                byteCount += summary.byteCount
            } catch {
                guard all, error.isOfOneBackup else { throw error }
                findings.append(error)
            }
        }
        printer.clear()
        guard findings.isEmpty else {
            throw CommandFailure(damaged: "not all backups are whole", findings.map { "\($0)" })
        }
        let (lsn, list) = (last?.lsn ?? 0, wanted.map { "\($0)" }.joined(separator: ", "))
        let fields = [
            Field("whole", true), Field("backups", list), Field("lsn", lsn), Field("bytes", byteCount),
        ]
        try options.sink.emit(fields) { output in
            output.pairs([
                ("backups", Cell("whole", .good)), ("verified", Cell(list)),
                ("records", Cell("1 to \(Figures.grouped(lsn))")), ("read", Cell(Figures.bytes(byteCount))),
            ])
        }
    }

    private func printStored(_ found: BackupVerification.StoredFiles) throws {
        let fields = [
            Field("unchanged", true), Field("backups", UInt64(found.backupCount)),
            Field("objects", UInt64(found.objectCount)), Field("bytes", found.byteCount),
        ]
        try options.sink.emit(fields) { output in
            output.pairs([
                ("stored files", Cell("as they were written", .good)), ("objects", Cell("\(found.objectCount)")),
                ("read", Cell(Figures.bytes(found.byteCount))),
                ("backups", Cell("\(found.backupCount), whose manifests need the key")),
            ])
        }
    }
}

/// `assentctl backup prune`.
struct BackupPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove all but the newest backups, and what no other needs.",
        discussion: HelpText.laidOut(
            """
            Every backup that stays keeps all that it needs: the journal from its first record on. While a backup is \
            made, verified or restored from the directory, nothing is removed (status 75). Nor is it where the \
            manifest of one that would stay cannot be read (65): nobody knows what it needs.

            EXAMPLES
              $ assentctl backup prune /mnt/backup/assent --key backup.key --keep 30 --dry-run

            FIELDS (-o json, jsonl, csv)
              removed, kept, objects, bytes.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: BackupPlace
    @Option(help: ArgumentHelp("How many of the newest stay, 1 or more.", valueName: "count")) var keep: Int
    @Flag(help: "Say what would go, and remove nothing.") var dryRun = false

    func validate() throws {
        guard keep >= 1 else { throw ValidationError("--keep is 1 or more: the newest backup stays") }
    }

    func run() throws {
        let repository = try place.repository()
        let report: BackupPruning.Report
        do throws(BackupError) {
            report = try BackupPruning(repository).run(keeping: keep, isTrial: dryRun)
        } catch {
            throw CommandFailure(error)
        }
        let fields = [
            Field("removed", report.removed.map { "\($0)" }.joined(separator: " ")),
            Field("kept", report.kept.map { "\($0)" }.joined(separator: " ")),
            Field("objects", UInt64(report.objectCount)), Field("bytes", report.byteCount),
        ]
        try options.sink.emit(fields) { output in
            output.pairs([
                (dryRun ? "would go" : "removed", Cell("\(report.removed.count) backups")),
                ("kept", Cell("\(report.kept.count)")),
                ("files", Cell("\(report.objectCount), \(Figures.bytes(report.byteCount))")),
            ])
        }
    }
}
