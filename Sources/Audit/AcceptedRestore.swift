internal import Cryptography
public import Merkle
internal import Platform

/// The way out after an older copy of the data directory was restored, or after the key was lost: the log that was
/// signed ends, and is kept as it is; a new one begins, with a new key, and says so.
///
/// A log never signs two histories. So the new one has another name, and what ended is a statement that its key signs.
public struct AcceptedRestore {
    private static let header = "assent/accepted-restore/v1"
    /// The statement's file in the new log's directory.
    static let fileName = "accepted-restore"

    private let dataDirectory: String

    /// - Parameter dataDirectory: A daemon's, which is not running.
    public init(dataDirectory: String) { self.dataDirectory = dataDirectory }

    /// That a key may sign the log that is there now: not the key of one that has ended.
    ///
    /// - Throws: `.otherKey`, saying which it should be.
    public func check(_ key: VerifierKey) throws(AuditError) {
        let path = "\(dataDirectory)/audit"
        guard FileSystem.isDirectory(path) else { return }
        let files = try AuditFiles(path)
        if let bytes = try files.contents(Self.fileName) {
            let first = try files.keyChain().first(of: key)
            do throws(MerkleError) {
                _ = try SignedNote(parsing: bytes).signers(among: [first])
            } catch {
                throw .otherKey(
                    "\(path)/\(Self.fileName) names the key of the log that began after a restore, and \(key.name) is "
                        + "not that: \(error)"
                )
            }
        }
        guard try !endedNames().contains(key.name) else {
            throw .otherKey("the log \(key.name) has ended: one name never has two histories")
        }
    }

    private static let endedPrefix = "audit-ended-"

    /// The names of the logs that have ended and are kept.
    private func endedNames() throws(AuditError) -> [String] {
        let names: [String]
        do throws(PlatformError) {
            names = try FileSystem.names(inDirectory: dataDirectory).filter { $0.hasPrefix(Self.endedPrefix) }
        } catch {
            throw .storage(error)
        }
        var origins: [String] = []
        for name in names.sorted() {
            guard let note = try AuditFiles("\(dataDirectory)/\(name)").signedCheckpoint() else { continue }
            origins.append(try AuditLog.opened(note).origin)
        }
        return origins
    }

    /// Ends the log, and begins another.
    ///
    /// - Parameters:
    ///   - ended: The checkpoint that the journal is no extension of; nil, where a backup from before the first one
    ///     was restored, so that it is not known which log has ended.
    ///   - finding: Why the log cannot go on; one line.
    ///   - signer: The new log's key; its name is another than the old log's.
    ///   - time: Seconds since 1970.
    ///   - user: Who accepts it.
    ///   - reason: Why; one line.
    /// - Returns: Where the ended log is now.
    /// - Throws: `.unusable`, when the name is the old one or the reason is no line.
    public func accept(
        ended: Checkpoint?,
        finding: String,
        signer: SignerKey,
        time: Int64,
        user: UInt32,
        reason: String
    ) throws(AuditError) -> String {
        if let ended, signer.verifier.name == ended.origin {
            throw .unusable("the new key has the old log's name, \(ended.origin): one name never has two histories")
        }
        guard try !endedNames().contains(signer.verifier.name) else {
            throw .unusable(
                "the new key has the name of a log that has ended, \(signer.verifier.name): one name never has two "
                    + "histories"
            )
        }
        guard !reason.isEmpty, reason.utf8.allSatisfy({ $0 >= 0x20 }), reason.utf8.count <= 500 else {
            throw .unusable("the reason must be one line of at most 500 bytes")
        }
        let lines = [
            Self.header, signer.verifier.name, "time \(time)", "user \(user)", "finding \(finding)", "reason \(reason)",
            "ended \(ended?.origin ?? "unknown")", "size \(ended?.size ?? 0)",
            "root \(ended.map { Base64.encode($0.root.bytes) } ?? "unknown")",
        ]
        var note = SignedNote(text: lines.joined(separator: "\n") + "\n")
        do throws(MerkleError) { try signer.sign(&note) } catch { throw .tree(error) }
        let kept = "\(dataDirectory)/\(Self.endedPrefix)\(ended?.size ?? 0)-\(time)"
        do throws(PlatformError) {
            try FileSystem.rename("\(dataDirectory)/audit", to: kept)
            try FileSystem.synchronizeDirectory(dataDirectory)
        } catch {
            throw .storage(error)
        }
        try AuditFiles("\(dataDirectory)/audit").replace(
            Self.fileName,
            with: Array(note.encoded.utf8),
            isDurable: true
        )
        return kept
    }
}
