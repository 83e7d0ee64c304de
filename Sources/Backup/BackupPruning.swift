internal import Cryptography
internal import Platform

/// Removes old backups, and what only they need.
public struct BackupPruning {
    /// What was removed.
    public struct Report: Equatable, Sendable {
        /// The backups that went, the newest first.
        public var removed: [UInt64] = []
        /// The backups that stay, the newest first.
        public var kept: [UInt64] = []
        /// Objects that no kept backup needs.
        public var objectCount = 0
        /// Their bytes.
        public var byteCount: UInt64 = 0
    }

    private let repository: Repository

    /// Takes the repository.
    public init(_ repository: Repository) { self.repository = repository }

    /// Keeps the newest backups. All their manifests are read first; when one cannot be, nothing is removed.
    ///
    /// Manifests go before objects, so that whatever ends the work in between leaves no backup without what it needs;
    /// the next run removes the rest.
    ///
    /// - Parameters:
    ///   - count: How many stay, one at least.
    ///   - isTrial: Whether nothing is removed, and only said what would be.
    public func run(keeping count: Int, isTrial: Bool = false) throws(BackupError) -> Report {
        precondition(count >= 1, "the newest backup stays")
        let lock = try repository.lock()
        // Who reads a backup meanwhile would find half of it gone.
        if isTrial { return try run(count, isTrial, holding: lock) }
        return try run(count, isTrial, holding: lock, alone: try repository.use(.removing))
    }

    private func run(
        _ count: Int,
        _ isTrial: Bool,
        holding lock: borrowing DirectoryLock,
        alone use: borrowing DirectoryUse
    ) throws(BackupError) -> Report {
        try run(count, isTrial, holding: lock)
    }

    private func run(
        _ count: Int,
        _ isTrial: Bool,
        holding lock: borrowing DirectoryLock
    ) throws(BackupError) -> Report {
        let (numbers, strangers) = try Repository.manifests(in: repository.path)
        // It may be the manifest of a backup, renamed, whose objects nobody knows.
        if let stranger = strangers.first { throw stranger }
        var report = Report()
        report.kept = Array(numbers.prefix(count))
        report.removed = Array(numbers.dropFirst(count))
        var needed: Set<String> = []
        for number in report.kept {
            for object in try repository.manifest(number).objects { needed.insert("\(object.digest)") }
        }
        // What an unfinished backup has stored is what the next one goes on with.
        for note in try repository.notes() { needed.insert("\(note.object.digest)") }
        if !isTrial {
            // The oldest first: what is left is always a row of the newest.
            for number in report.removed.reversed() { try repository.remove(number) }
            try repository.removePassing()
        }
        for name in try repository.objectNames() where SHA256Digest(name[...]) != nil && !needed.contains(name) {
            report.objectCount += 1
            report.byteCount += try isTrial ? repository.objectByteCount(name) : repository.removeObject(name)
        }
        return report
    }
}
