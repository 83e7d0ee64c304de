public import Cryptography
public import Merkle
internal import Platform

/// Checkpoints with the time tokens of an authority (RFC 3161): DATA/audit/anchors, by the number of records.
///
/// A token is over SHA-256 of a checkpoint's signed text, so it stays good when witnesses sign too.
public struct Anchors {
    /// The directory, below that of the log.
    private static let directory = "anchors"

    private let files: AuditFiles

    /// - Parameter audited: The log whose checkpoints these are.
    public init(_ audited: AuditedJournal) { files = audited.files }

    /// When a token was kept the last time, in seconds since 1970; nil for never. Whoever may look into the directory
    /// can ask.
    ///
    /// - Parameter directory: DATA/audit.
    public static func keptSecond(in directory: String) -> Int64? {
        FilePermissions(of: "\(directory)/\(Self.directory)")?.changedSecond
    }

    /// Keeps a checkpoint with its token, durably. One over as many records that is there stays: it is older.
    ///
    /// - Parameters:
    ///   - note: One of the log's checkpoints, signed.
    ///   - reply: Verified.
    /// - Returns: The token's file; nil when there was one.
    /// - Throws: `.notFound`, when the log has not signed this checkpoint.
    public func keep(_ note: SignedNote, _ reply: TimestampReply) throws(AuditError) -> String? {
        let size = try AuditLog.opened(note).size
        let isOurs = try CheckpointHistory(files).note(size: size)?.text == note.text
        guard isOurs else { throw .notFound("this log has signed no such checkpoint over \(size) records") }
        let name = "\(Self.directory)/\(size)"
        guard try files.contents("\(name).tsr") == nil else { return nil }
        try files.replace("\(name).checkpoint", with: Array(note.encoded.utf8), isDurable: true)
        try files.replace("\(name).tsr", with: reply.encoded, isDurable: true)
        return "\(files.directory)/\(name).tsr"
    }
}
