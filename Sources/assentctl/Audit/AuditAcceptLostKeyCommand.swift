import ArgumentParser
import Audit
import Journal
import Merkle
import Platform

/// `assentctl audit accept-lost-key`.
struct AuditAcceptLostKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-lost-key",
        abstract: "When the log's key is lost or stolen: end its log, and let a new one begin.",
        discussion: HelpText.laidOut(
            """
            A key that is there is replaced without this: the daemon is started with both (--audit-former-key), and \
            the former one signs who follows it. Nobody can sign that for a key that is lost, and a thief could sign \
            it as well as you. So the log ends: every record that was signed is hashed again first, the ended log is \
            kept as DATA/audit-ended-..., and DATA/audit/accepted-restore says who accepted that and why, signed with \
            the new key. That has a name of its own. The daemon must be stopped. Tell the auditors.

            EXAMPLES
              $ assentctl audit keygen --name bank.example/assent/2 --output-file audit-2.key
              $ assentctl audit accept-lost-key --new-key audit-2.key --reason "the safe burnt down"
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
        let signed = try signed(try place.files().check(), last: try directory.journal().verify().lastLSN)
        try LogEnd(dataDirectory: place.dataDirectory, newKeyPath: newKey, reason: reason)
            .write(ended: signed, finding: "the key was lost or stolen", signer: signer)
    }

    /// What was signed last, once the journal has all of it.
    private func signed(_ check: HistoryCheck, last: UInt64) throws(CommandFailure) -> Checkpoint {
        let signed: Checkpoint?
        do throws(AuditError) {
            try check.checkNotRestored()
            signed = try check.signed(by: nil)
            if let signed {
                guard last >= signed.size else { throw .truncated(journal: last, signed: signed.size) }
                try check.checkAll(signed)
            }
        } catch {
            guard error.isTampering else { throw CommandFailure(error) }
            throw CommandFailure(
                .invalidData,
                "\(error)",
                hints: ["`assentctl audit accept-restore` ends a log that the journal contradicts."]
            )
        }
        guard let signed else {
            throw CommandFailure(.noInput, "no checkpoint has been signed: the next start takes any key")
        }
        return signed
    }
}
