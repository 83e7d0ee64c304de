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

    init(_ manifest: Manifest, _ repository: Repository) throws(BackupError) {
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

extension Repository {
    /// The backups, the newest first.
    ///
    /// - Throws: `.damaged` for a manifest that is not what was written.
    public func summaries() throws(BackupError) -> [BackupSummary] {
        var summaries: [BackupSummary] = []
        for number in try numbers() { summaries.append(try BackupSummary(try manifest(number), self)) }
        return summaries
    }
}
