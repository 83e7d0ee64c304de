import ArgumentParser
import Audit
import Journal
import Merkle
import Platform
import Reexecution

/// `assent-verify replay`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Decide every request again, and come to the tree that was signed.",
        discussion: """
            DIRECTORY is a copy of a daemon's data directory, or one that a backup was restored to: journal/ with all \
            records from the first on, audit/ and salt.key. Every record is hashed again and must be what was signed. \
            Of each decision only what was asked and when is taken; by the configuration that the records before it \
            make, the core decides once more, and what it makes must be the record to the byte. The first record that \
            is another is named, with what it says and what it should say.

            Who has salt.key can open what the log keeps closed: names and texts. Give it to an auditor who may see \
            them, and to nobody else.
            """
    )

    @Argument(help: "A copy of a data directory: journal/, audit/ and salt.key.")
    var directory: String

    @Option(help: "The checkpoint to replay up to; DIRECTORY/audit/checkpoint when not given.")
    var checkpoint: String?

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy(log: directory + "/audit")
        let path = checkpoint ?? directory + "/audit/checkpoint"
        let (wanted, signers) = try Files.checkpoint(path, policy)
        var printing = Printing()
        printing.add(wanted)
        printing.add(signers)
        printing.add(policy.rotations)
        try replay(wanted, HistoryCheck(try audited()), &printing)
        try printing.write()
    }

    private func audited() throws(Failure) -> AuditedJournal {
        let storage: FileJournalStorage
        do throws(PlatformError) {
            storage = try FileJournalStorage(reading: directory + "/journal")
        } catch {
            throw Failure(.unreadable, "\(error)")
        }
        let identity: JournalIdentity?
        do throws(JournalError) { identity = try Journal.identity(in: storage) } catch {
            throw Failure(.malformed, "\(directory)/journal: \(error)")
        }
        guard let identity else { throw Failure(.unreadable, "there is no journal in \(directory)/journal") }
        do throws(AuditError) {
            return try AuditedJournal(
                directory: directory + "/audit",
                saltKeyPath: directory + "/salt.key",
                storage: storage,
                identity: identity
            )
        } catch {
            throw Failure(error, in: directory)
        }
    }

    private func replay(
        _ wanted: Checkpoint,
        _ check: HistoryCheck,
        _ printing: inout Printing
    ) throws(Failure) {
        var progress = Progress(total: wanted.size, noun: "records")
        defer { progress.end() }
        var reexecution = Reexecution()
        var difference: ReexecutionError?
        do throws(AuditError) {
            try check.checkAll(wanted) { record, _ in
                do throws(ReexecutionError) { try reexecution.take(record) } catch {
                    difference = error
                    return .stop
                }
                if record.lsn % 1_024 == 0 { progress.show(record.lsn) }
                return .proceed
            }
        } catch {
            throw Failure(error, in: directory)
        }
        if let difference { throw Failure(.refused, "\(directory): \(difference)") }
        printing.add("decisions", "\(reexecution.decisionCount), each made again and the same to the byte")
        printing.add("other records", "\(reexecution.commandCount), each judged again")
    }
}

extension Failure {
    /// What the journal, or the log beside it, is not.
    fileprivate init(_ error: AuditError, in directory: String) {
        let status: Status =
            switch error {
            case .truncated, .changed, .otherJournal, .forked, .restored, .otherKey, .otherSaltKey: .refused
            case .journal(.corrupt): .malformed
            case .storage, .journal, .tree, .unusable, .spaceReserved, .saltKeyMissing, .notFound: .unreadable
            }
        self.init(status, "\(directory): \(error)")
    }
}
