import ArgumentParser
import Backup
import Domain
import Platform
import Wire

/// `assentctl backup forget`.
struct BackupForgetCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Have the daemon wait no more for a directory of backups.",
        discussion: HelpText.laidOut(
            """
            From its first backup on, the daemon removes no file of the journal (--keep-segments) that a directory of \
            backups does not have yet. For one that is used no more, say so. It stays as it is. Where it is lost, give \
            its id, which is in DATA-DIR/backups.

            EXAMPLES
              $ assentctl backup forget /mnt/backup/old
              $ assentctl backup forget --repository ab4760bef53369afa6dd5ff534e68136

            FIELDS (-o json, jsonl, csv)
              repositories, backedUpLsn.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: ArgumentHelp("The directory of backups.", valueName: "dir")) var directory: String?
    @Option(help: ArgumentHelp("Its id, 32 hexadecimal digits.", valueName: "id")) var repository: String?

    func validate() throws {
        guard (directory == nil) != (repository == nil) else { throw ValidationError("give a directory or its id") }
        if let repository, RepositoryID(repository) == nil {
            throw ValidationError("--repository is 32 hexadecimal digits, in lower case")
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(
            BackupHold(repository: try id().bytes, completedLSN: .zero, seconds: 0, forget: true),
            BackupHoldReply.self
        )
        let fields = [
            Field("repositories", UInt64(reply.repositories)), Field("backedUpLsn", reply.backedUpLSN.rawValue),
        ]
        try session.print { (output) throws(StreamError) in
            try output.emit(fields) { output in
                output.pairs([
                    ("directories", Cell("\(reply.repositories)")),
                    ("backed up", Cell("up to record \(reply.backedUpLSN)")),
                ])
            }
        }
    }

    private func id() throws(CommandFailure) -> RepositoryID {
        if let repository, let id = RepositoryID(repository) { return id }
        do throws(BackupError) {
            return try Repository.id(of: directory ?? "")
        } catch {
            throw CommandFailure(error)
        }
    }
}
