import ArgumentParser
import Audit
import Journal
import Merkle
import Platform

/// `assentctl audit accept-restore`.
struct AuditAcceptRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-restore",
        abstract: "After an older copy was restored: end the log that it contradicts, and let a new one begin.",
        discussion: HelpText.laidOut(
            """
            A daemon refuses to start with a journal that does not extend its last signed checkpoint. If that is \
            because you restored a copy, this keeps the ended log beside the new one, as DATA/audit-ended-..., and \
            writes down who accepted what and why, signed with the new key: DATA/audit/accepted-restore. The new key \
            has a name of its own, because one log never has two histories. The daemon must be stopped.

            Where a backup from before the first checkpoint was restored, nobody here knows the old log's name: take \
            care that the new key has another.

            EXAMPLES
              $ assentctl audit keygen --name bank.example/assent/2 --output-file audit-2.key
              $ assentctl audit accept-restore --new-key audit-2.key --reason "disk 3 died, backup of 04:00 restored"
            """
        )
    )

    @OptionGroup var place: AuditPlace
    @Option(help: ArgumentHelp("The file with the new log's key.", valueName: "file")) var newKey: String
    @Option(help: ArgumentHelp("Why, in one line.", valueName: "text")) var reason: String

    func run() throws {
        let signer = try AuditKeys.signer(newKey)
        // Held to the end: no daemon may begin to write meanwhile.
        let directory = try JournalDirectory(place.dataDirectory)
        let found = try directory.journal().verify()
        let files = try place.files()
        let (ended, finding) = try contradiction(files, last: found.lastLSN)
        try LogEnd(dataDirectory: place.dataDirectory, newKeyPath: newKey, reason: reason)
            .write(ended: ended, finding: "\(finding)", signer: signer)
    }

    /// What was signed, and how the journal contradicts it.
    private func contradiction(
        _ files: AuditPlace.Files,
        last: UInt64
    ) throws(CommandFailure) -> (Checkpoint?, AuditError) {
        let check = try files.check()
        let signed: Checkpoint?
        do throws(AuditError) { signed = try check.signed(by: nil) } catch { throw CommandFailure(error) }
        guard let signed else {
            do throws(AuditError) {
                try check.checkNotRestored()
            } catch .restored(let text) {
                return (nil, .restored(text))
            } catch {
                throw CommandFailure(error)
            }
            throw CommandFailure(.noInput, "no checkpoint has been signed: there is nothing to accept")
        }
        do throws(AuditError) {
            try check.checkNotRestored()
            guard last >= signed.size else { throw .truncated(journal: last, signed: signed.size) }
            try check.checkAll(signed)
        } catch {
            guard error.isTampering else { throw CommandFailure(error) }
            return (signed, error)
        }
        throw CommandFailure(
            .invalidData,
            "the journal extends what was signed: there is nothing to accept",
            hints: ["If the daemon refuses to start all the same, its message says why."]
        )
    }
}
