internal import Journal

/// Up to where a backup is restored.
public enum RestoreTarget: Equatable, Sendable {
    /// All of it.
    case end
    /// Up to a record.
    case lsn(UInt64)
    /// Up to the last record whose time is at or before this, microseconds since 1970.
    case time(Int64)
}

/// What is restored.
public struct RestorePlan: Equatable, Sendable {
    /// From which backup.
    public let summary: BackupSummary
    /// Up to which record.
    public let lsn: UInt64
    let manifest: Manifest
}

extension BackupRestoration {
    /// Finds what is to be restored.
    ///
    /// - Parameter number: The backup; nil: the newest that reaches.
    /// - Throws: `.noBackup`, `.outOfReach`, and what is wrong with the repository.
    public func plan(_ target: RestoreTarget, of number: UInt64? = nil) throws(BackupError) -> RestorePlan {
        let manifest = try manifest(target, number)
        let lsn: UInt64
        switch target {
        case .end: lsn = manifest.lsn
        case .lsn(let wanted):
            guard (1...manifest.lsn).contains(wanted) else {
                throw .outOfReach("backup \(manifest.number) has the records 1 to \(manifest.lsn), and not \(wanted)")
            }
            lsn = wanted
        case .time(let time): lsn = try lastRecord(atOrBefore: time, of: manifest)
        }
        if continuesLog, let checkpoint = manifest.checkpoint, checkpoint.size > lsn {
            throw .refused(
                "a checkpoint over \(checkpoint.size) records was signed, so its log cannot go on behind record \(lsn)"
            )
        }
        return RestorePlan(summary: try BackupSummary(manifest, repository), lsn: lsn, manifest: manifest)
    }

    private func manifest(_ target: RestoreTarget, _ number: UInt64?) throws(BackupError) -> Manifest {
        if let number { return try repository.manifest(number) }
        guard let newest = try repository.newestManifest() else {
            throw .noBackup("there is no backup in \(repository.path)")
        }
        guard case .lsn(let wanted) = target, wanted > newest.lsn else { return newest }
        // After a restore the newest one may be shorter than others.
        let (manifests, unreadable) = try repository.readableManifests()
        if let reaching = manifests.first(where: { $0.lsn >= wanted }) { return reaching }
        if let problem = unreadable.first { throw problem }
        throw .outOfReach("no backup in \(repository.path) has record \(wanted); the newest ends with \(newest.lsn)")
    }

    private func lastRecord(atOrBefore time: Int64, of manifest: Manifest) throws(BackupError) -> UInt64 {
        guard time <= max(manifest.time, manifest.recordTime) else {
            throw .outOfReach(
                "backup \(manifest.number) was begun before that time, so it does not have all records up to it"
            )
        }
        let candidate = manifest.segments.last { $0.content.times.map { $0.lowerBound <= time } ?? false }
        guard let candidate else {
            throw .outOfReach("the first record of backup \(manifest.number) is later than that time")
        }
        var found: UInt64 = 0
        try repository.scan(candidate) { scanner in
            scanner.visitRecords { record in
                if record.time <= time { found = record.lsn }
                return .proceed
            }
        }
        return found
    }
}
