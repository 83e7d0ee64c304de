public import Merkle
internal import Platform

/// Checkpoints with what others have said of them: a directory for each kind below that of the log, with files by the
/// number of records.
public struct Anchors {
    /// Who has said it.
    public enum Kind: String, CaseIterable, Sendable {
        /// A time-stamping authority (RFC 3161): its reply over SHA-256 of the checkpoint's signed text, so that it
        /// stays good when witnesses sign too.
        case timestamp
        /// A contract on an Ethereum chain: which transaction has had it keep the root.
        case ethereum

        /// The directory, below that of the log.
        var directory: String {
            switch self {
            case .timestamp: "anchors"
            case .ethereum: "ethereum"
            }
        }

        /// What the names of the files end in.
        var suffix: String {
            switch self {
            case .timestamp: "tsr"
            case .ethereum: "anchor"
            }
        }
    }

    private let files: AuditFiles

    /// - Parameter audited: The log whose checkpoints these are.
    public init(_ audited: AuditedJournal) { files = audited.files }

    /// When one of a kind was kept the last time, in seconds since 1970; nil for never. Whoever may look into the
    /// directory can ask.
    ///
    /// - Parameter directory: DATA/audit.
    public static func keptSecond(_ kind: Kind, in directory: String) -> Int64? {
        FilePermissions(of: "\(directory)/\(kind.directory)")?.changedSecond
    }

    /// Keeps a checkpoint with what was said of it, durably. One over as many records that is there stays: it is older.
    ///
    /// - Parameters:
    ///   - note: One of the log's checkpoints, signed.
    ///   - anchor: Verified.
    /// - Returns: The file with `anchor`; nil when there was one.
    /// - Throws: `.notFound`, when the log has not signed this checkpoint.
    public func keep(_ note: SignedNote, _ anchor: [UInt8], _ kind: Kind) throws(AuditError) -> String? {
        let size = try AuditLog.opened(note).size
        let isOurs = try CheckpointHistory(files).note(size: size)?.text == note.text
        guard isOurs else { throw .notFound("this log has signed no such checkpoint over \(size) records") }
        let name = "\(kind.directory)/\(size)"
        guard try files.contents("\(name).\(kind.suffix)") == nil else { return nil }
        try files.replace("\(name).checkpoint", with: Array(note.encoded.utf8), isDurable: true)
        try files.replace("\(name).\(kind.suffix)", with: anchor, isDurable: true)
        return "\(files.directory)/\(name).\(kind.suffix)"
    }
}
