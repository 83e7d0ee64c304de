internal import Audit
internal import Journal
internal import Merkle
internal import Platform

/// What a restore came to.
public struct RestoreReport: Equatable, Sendable {
    /// What was restored.
    public let plan: RestorePlan
    /// Segments of the journal.
    public let segmentCount: Int
    /// Of them, those that an interrupted restore had left.
    public let keptCount: Int
    /// The records that were hashed again and have the root that was signed; nil where none was signed up to there.
    public let signedCount: UInt64?
    /// Whether the daemon waits for `audit accept-restore`, if it keeps an audit log.
    public let needsAcceptance: Bool
}

/// Makes a data directory from a backup.
///
/// Everything is written beside its final name and read again, as a start would; the journal's directory gets its name
/// last. Until then a mark in the directory keeps daemons from starting, and the same restore goes on where it was
/// interrupted.
public struct BackupRestoration {
    let repository: Repository
    private let dataDirectory: String
    /// Whether the audit log goes on under its key.
    let continuesLog: Bool

    /// - Parameters:
    ///   - dataDirectory: Empty, or not there, or with an unfinished restore of the same.
    ///   - continuesLog: Whether nothing was signed after the backup, so that the audit log can go on.
    public init(_ repository: Repository, dataDirectory: String, continuesLog: Bool = false) {
        self.repository = repository
        self.dataDirectory = dataDirectory
        self.continuesLog = continuesLog
    }

    // MARK: Restore

    /// Restores.
    ///
    /// - Throws: `.notEmpty`, `.otherRestore`, `.noRoom`, `.damaged` and the like.
    public func run(_ plan: RestorePlan, watch: BackupWatcher) throws(BackupError) -> RestoreReport {
        try kernel { () throws(PlatformError) in try FileSystem.createDirectory(dataDirectory) }
        // A lock makes a file, which a directory that is refused is to be spared.
        try checkIsEmpty()
        return try repository.notingDamage { () throws(BackupError) in
            try run(
                plan,
                watch,
                holding: try kernel { () throws(PlatformError) in try DirectoryLock(directory: dataDirectory) },
                reading: try repository.use(.reading)
            )
        }
    }

    private func checkIsEmpty() throws(BackupError) {
        guard !RestoreMarks.isUnfinished(dataDirectory) else { return }
        let names = try kernel { () throws(PlatformError) in try FileSystem.names(inDirectory: dataDirectory) }
        // A start that was refused leaves its lock, and a restore that was killed at once the mark without its name.
        let harmless = ["lock", Repository.lostAndFound, RestoreMarks.unfinishedName + ".new"]
        if let other = names.first(where: { !harmless.contains($0) }) {
            throw .notEmpty(path: dataDirectory, name: other)
        }
    }

    private func run(
        _ plan: RestorePlan,
        _ watch: BackupWatcher,
        holding lock: borrowing DirectoryLock,
        reading use: borrowing DirectoryUse
    ) throws(BackupError) -> RestoreReport {
        try checkIsEmpty()
        // It may have been pruned since the plan was made.
        _ = try repository.manifest(plan.manifest.number)
        try begin(plan)
        let isJournalThere = FileSystem.isDirectory("\(dataDirectory)/journal")
        let journal = isJournalThere ? "\(dataDirectory)/journal" : passingJournal
        let (segmentCount, keptCount) = isJournalThere ? (0, 0) : try restoreSegments(plan, watch)
        try checkJournal(plan, journal, watch)
        try restoreSmallFiles(plan.manifest)
        let signedCount = try checkHistory(plan, journal)
        let needsAcceptance = try markLog(plan)
        try finish(plan, isJournalThere: isJournalThere)
        return RestoreReport(
            plan: plan,
            segmentCount: segmentCount,
            keptCount: keptCount,
            signedCount: signedCount,
            needsAcceptance: needsAcceptance
        )
    }

    private func begin(_ plan: RestorePlan) throws(BackupError) {
        let path = "\(dataDirectory)/\(RestoreMarks.unfinishedName)"
        let text =
            "assent-restoring/v1\nrepository \(repository.id)\nbackup \(plan.manifest.number) "
            + "\(try plan.manifest.digest())\nlsn \(plan.lsn)\n"
        if FileSystem.exists(path) {
            let begun = try kernel { () throws(PlatformError) in
                String(decoding: try FileSystem.contents(of: path, byteCountMax: 4_096), as: UTF8.self)
            }
            guard begun == text else {
                throw .otherRestore(path: dataDirectory, wanted: Self.oneLine(text), begun: Self.oneLine(begun))
            }
        } else {
            try kernel { () throws(PlatformError) in
                try FileSystem.replace(path, with: Array(text.utf8), isDurable: true)
            }
        }
        try kernel { () throws(PlatformError) in
            // Both are new names, and both must outlive a loss of power before anything else is there.
            try FileSystem.synchronizeDirectory(of: dataDirectory)
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(separator: "\n").dropFirst().joined(separator: ", ")
    }

    private var passingJournal: String { "\(dataDirectory)/journal.restoring" }

    private func restoreSegments(
        _ plan: RestorePlan,
        _ watch: BackupWatcher
    ) throws(BackupError) -> (count: Int, kept: Int) {
        let segments = plan.manifest.segments.filter { $0.content.before.lsn <= plan.lsn }
        try kernel { () throws(PlatformError) in try FileSystem.createDirectory(passingJournal) }
        let missing = segments.filter { !FileSystem.exists("\(passingJournal)/\($0.content.name)") }
        let needed = missing.reduce(0) { $0 + $1.content.byteCount }
        let free = try kernel { () throws(PlatformError) in try FileSystem.space(at: dataDirectory).free }
        guard free >= needed else { throw .noRoom(path: dataDirectory, needed: needed, free: free) }
        var byteCount: UInt64 = 0
        for segment in missing {
            let isLast = segment.content.index == segments.last?.content.index
            try restore(segment, isLast: isLast, upTo: plan.lsn) { (lsn, count) throws(BackupError) in
                byteCount += UInt64(count)
                try watch(
                    BackupProgress(phase: .restoring, lsn: lsn, lastLSN: plan.lsn, byteCount: byteCount)
                )
            }
        }
        return (segments.count, segments.count - missing.count)
    }

    private func restore(
        _ segment: Manifest.Segment,
        isLast: Bool,
        upTo lastLSN: UInt64,
        watch: (UInt64, Int) throws(BackupError) -> Void
    ) throws(BackupError) {
        let path = "\(passingJournal)/\(segment.content.name)"
        let file = try kernel { () throws(PlatformError) in
            let passing = path + ".new"
            try FileSystem.removeIfThere(passing)
            let file = try FileDescriptor.open(passing, .create)
            // The last one is written on by the daemon, which wants its place on the disk.
            if isLast { try file.fillWithZeros(byteCount: segment.content.byteCount) }
            return file
        }
        var offset: UInt64 = 0
        try repository.scan(segment, upTo: lastLSN) { (scanner) throws(BackupError) in
            try Self.write(scanner.bytes, to: file, at: offset)
            offset += UInt64(scanner.bytes.count)
            try watch(scanner.content.after.lsn - 1, scanner.bytes.count)
        }
        try Self.end(file, at: offset, byteCount: segment.content.byteCount, isLast: isLast)
        try kernel { () throws(PlatformError) in
            try FileSystem.rename(path + ".new", to: path)
            try FileSystem.synchronizeDirectory(passingJournal)
        }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer,
        to file: borrowing FileDescriptor,
        at offset: UInt64
    ) throws(BackupError) {
        do throws(PlatformError) { try file.write(bytes, at: offset) } catch { throw .storage(error) }
    }

    /// Gives a file its length, and makes it durable.
    private static func end(
        _ file: borrowing FileDescriptor,
        at offset: UInt64,
        byteCount: UInt64,
        isLast: Bool
    ) throws(BackupError) {
        do throws(PlatformError) {
            // What lies between reads as the zeros that there were.
            if !isLast, offset < byteCount { try file.write([0], at: byteCount - 1) }
            try file.synchronize()
        } catch {
            throw .storage(error)
        }
    }

    /// Reads the restored journal as a start would.
    private func checkJournal(
        _ plan: RestorePlan,
        _ directory: String,
        _ watch: BackupWatcher
    ) throws(BackupError) {
        var failure: BackupError?
        let found = OfflineJournal(directory: directory).verify { record in
            guard record.lsn % 100_000 == 0 else { return .applied }
            do throws(BackupError) {
                try watch(
                    BackupProgress(phase: .checking, lsn: record.lsn, lastLSN: plan.lsn, byteCount: record.position)
                )
                return .applied
            } catch {
                failure = error
                return .refused("it was given up")
            }
        }
        if let failure { throw failure }
        if let problem = found.problem { throw .journal(problem) }
        guard found.lastLSN == plan.lsn, found.identity == plan.manifest.identity else {
            throw .refused(
                "the restored journal ends with record \(found.lastLSN), and \(plan.lsn) was wanted: somebody else "
                    + "writes into \(dataDirectory)"
            )
        }
    }

    // MARK: Small files

    private func restoreSmallFiles(_ manifest: Manifest) throws(BackupError) {
        var open: (file: OpenFile, offset: UInt64)?
        try repository.readSmallFiles(of: manifest) { (piece) throws(BackupError) in
            switch piece {
            case .file(let path, let mode):
                try open?.file.end()
                open = (try OpenFile("\(dataDirectory)", path, mode), 0)
            case .bytes(let bytes):
                guard let (file, offset) = open else { return }
                try file.write(bytes, at: offset)
                open = (file, offset + UInt64(bytes.count))
            }
        }
        try open?.file.end()
        try kernel { () throws(PlatformError) in try FileSystem.synchronizeAll(at: dataDirectory) }
    }

    /// A file that is being restored.
    private final class OpenFile {
        private let file: FileDescriptor

        init(_ directory: String, _ path: String, _ mode: UInt32) throws(BackupError) {
            file = try kernel { () throws(PlatformError) in
                var parent = directory
                for part in path.split(separator: "/").dropLast() {
                    parent += "/\(part)"
                    try FileSystem.createDirectory(parent)
                }
                let whole = "\(directory)/\(path)"
                try FileSystem.removeIfThere(whole)
                return try FileDescriptor.open(whole, mode == SmallFiles.secretMode ? .createSecret : .create)
            }
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(BackupError) {
            try kernel { () throws(PlatformError) in try file.write(bytes, at: offset) }
        }

        func end() throws(BackupError) {
            try kernel { () throws(PlatformError) in try file.synchronize() }
        }
    }

    // MARK: History

    private var auditDirectory: String { "\(dataDirectory)/\(SmallFiles.auditDirectory)" }

    /// Hashes the restored records again, as far as they were signed.
    ///
    /// - Returns: How many; nil when more was signed than is restored, or nothing.
    private func checkHistory(_ plan: RestorePlan, _ journal: String) throws(BackupError) -> UInt64? {
        guard let checkpoint = plan.manifest.checkpoint, checkpoint.size > 0, checkpoint.size <= plan.lsn else {
            return nil
        }
        do throws(AuditError) {
            let audited = try AuditedJournal(
                directory: auditDirectory,
                saltKeyPath: "\(dataDirectory)/\(SmallFiles.saltKey)",
                storage: try Self.storage(journal),
                identity: plan.manifest.identity
            )
            try HistoryCheck(audited).checkAll(
                Checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
            )
            return checkpoint.size
        } catch {
            throw .audit(error)
        }
    }

    private static func storage(_ directory: String) throws(AuditError) -> FileJournalStorage {
        do throws(PlatformError) {
            return try FileJournalStorage(reading: directory)
        } catch {
            throw .storage(error)
        }
    }

    /// Has the daemon wait until somebody accepts what the log cannot know: whether more was signed. That holds as well
    /// for a backup that was made before anything was: the first checkpoint may have come after it.
    private func markLog(_ plan: RestorePlan) throws(BackupError) -> Bool {
        guard !continuesLog else { return false }
        let signed = plan.manifest.checkpoint.map { "\($0.size) records were" } ?? "nothing was"
        do throws(AuditError) {
            try RestoredLog.mark(
                auditDirectory,
                "up to record \(plan.lsn); \(signed) signed when the backup was made"
            )
        } catch {
            throw .audit(error)
        }
        return true
    }

    private func finish(_ plan: RestorePlan, isJournalThere: Bool) throws(BackupError) {
        let note = RestoreMarks.Note(
            source: "\(repository.id) backup \(plan.manifest.number)",
            lsn: plan.lsn,
            state: plan.lsn == plan.manifest.lsn ? plan.manifest.state : nil
        )
        try noteBackedUp(plan)
        try kernel { () throws(PlatformError) in
            try FileSystem.replace(
                "\(dataDirectory)/\(RestoreMarks.noteName)",
                with: Array(note.text.utf8),
                isDurable: true
            )
            if !isJournalThere { try FileSystem.rename(passingJournal, to: "\(dataDirectory)/journal") }
            try FileSystem.synchronizeDirectory(dataDirectory)
            try FileSystem.remove("\(dataDirectory)/\(RestoreMarks.unfinishedName)")
            try FileSystem.synchronizeDirectory(dataDirectory)
        }
    }

    /// Has the daemon keep what the directories of backups that were known, and this one, do not have.
    private func noteBackedUp(_ plan: RestorePlan) throws(BackupError) {
        let path = "\(dataDirectory)/\(BackedUpRecords.fileName)"
        try kernel { () throws(PlatformError) in
            var records = BackedUpRecords()
            if FileSystem.exists(path) {
                records = BackedUpRecords(
                    parsing: try FileSystem.contents(of: path, byteCountMax: BackedUpRecords.byteCountMax)
                )
            }
            let source = BackedUpRecords.Directory(id: "\(repository.id)", lsn: plan.lsn, time: plan.manifest.time)
            try FileSystem.replace(path, with: records.restored(from: source).bytes, isDurable: true)
        }
    }
}
