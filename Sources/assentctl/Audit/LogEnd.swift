import Audit
import Merkle
import Platform

/// Ends a log and lets another begin, as an operator accepts it.
struct LogEnd {
    let dataDirectory: String
    /// The file with the new log's key.
    let newKeyPath: String
    /// Why; one line.
    let reason: String

    /// Writes it down, and says what is where.
    ///
    /// - Parameters:
    ///   - ended: What was signed last; nil where that is not known.
    ///   - finding: Why the log cannot go on; one line.
    func write(ended: Checkpoint?, finding: String, signer: SignerKey) throws(CommandFailure) {
        let kept: String
        do throws(AuditError) {
            kept = try AcceptedRestore(dataDirectory: dataDirectory).accept(
                ended: ended,
                finding: finding,
                signer: signer,
                time: Clock.now() / 1_000_000,
                user: CurrentProcess.user,
                reason: reason
            )
        } catch {
            throw CommandFailure(error)
        }
        let end =
            ended.map { "the log \($0.origin) has ended with \($0.size) records" }
            ?? "whatever was signed after the backup has ended"
        try PlainOutput.write(
            """
            \(end); what there was of it is kept in \(kept)
            \(signer.verifier.name) begins with the next start, with --audit-key \(newKeyPath)

            """
        )
    }
}
