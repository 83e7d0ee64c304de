internal import Cryptography
internal import Journal

/// A backup, as lists show it.
public struct BackupSummary: Equatable, Sendable {
    /// Its number in its repository.
    public let number: UInt64
    /// When it was begun, microseconds since 1970.
    public let time: Int64
    /// The newest record in it.
    public let lsn: UInt64
    /// The time of that record, microseconds.
    public let recordTime: Int64
    /// Whose journal it is, 32 hexadecimal digits.
    public let journal: String
    /// How many segments it has.
    public let segmentCount: Int
    /// Bytes of all files that it needs, those that it shares with other backups included.
    public let byteCount: UInt64
    /// The key that it is encrypted with.
    public let keyID: KeyID
    /// The state's digest at its newest record; nil where it was not asked for.
    public let stateDigest: String?
    /// How many records the newest checkpoint in it is over; nil where there is none.
    public let signedCount: UInt64?
    /// When all of it was read and found whole the last time, microseconds; nil: never.
    public let verifiedAt: Int64?
    /// How many of its files are known to be damaged: it cannot be restored until they are put back from a copy.
    public let damagedCount: Int

    init(_ manifest: Manifest, _ repository: Repository) throws(BackupError) {
        try self.init(manifest, repository, damaged: repository.damagedNames())
    }

    fileprivate init(_ manifest: Manifest, _ repository: Repository, damaged: Set<String>) throws(BackupError) {
        damagedCount = damaged.isEmpty ? 0 : manifest.objects.count { damaged.contains("\($0.digest)") }
        number = manifest.number
        time = manifest.time
        lsn = manifest.lsn
        recordTime = manifest.recordTime
        journal = Hexadecimal.text(manifest.identity.bytes)
        segmentCount = manifest.segments.count
        byteCount = manifest.storedByteCount
        keyID = repository.keyID
        stateDigest = manifest.state?.digest
        signedCount = manifest.checkpoint?.size
        verifiedAt = try repository.verifiedAt(manifest)
    }
}

/// The backups in a repository.
public struct BackupListing: Equatable, Sendable {
    /// Those that have a manifest which can be read, the newest first.
    public var summaries: [BackupSummary] = []
    /// Why the other manifests cannot be.
    public var unreadable: [BackupError] = []
}

extension Repository {
    /// The backups.
    public func listing() throws(BackupError) -> BackupListing {
        let (manifests, unreadable) = try readableManifests()
        var listing = BackupListing(unreadable: unreadable)
        let damaged = try damagedNames()
        for manifest in manifests { listing.summaries.append(try BackupSummary(manifest, self, damaged: damaged)) }
        return listing
    }

    /// What lies among the manifests under another name than one has.
    public func strangers() throws(BackupError) -> [BackupError] { try Self.manifests(in: path).strangers }
}
