import ArgumentParser
import Backup
import Journal
import Platform

/// `assentctl backup`.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Back a data directory up while the daemon serves, check backups, and restore them.",
        discussion: HelpText.laidOut(
            """
            A directory of backups (DIR) holds any number of them: each has the whole journal up to a durable record, \
            and what is not in the journal, as the audit log's checkpoints and salt key. Segments of the journal are \
            stored once. All of it is encrypted (AES-256-GCM) with a key that is given as a file (--key) or as the \
            systemd credential assent-backup-key. Without that key no backup can be read: keep a copy of it \
            elsewhere, and not beside the backups.

            EXAMPLES
              $ assentctl backup keygen --output-file backup.key
              $ assentctl backup init /mnt/backup/assent --key backup.key
              $ assentctl backup create /mnt/backup/assent --key backup.key --data-dir /var/lib/assent
              $ assentctl backup list /mnt/backup/assent --key backup.key
              $ assentctl backup verify /mnt/backup/assent --key backup.key
              $ assentctl backup restore /mnt/backup/assent --key backup.key --to ./restored --at "2026-11-21 09:30"
              $ assentctl backup prune /mnt/backup/assent --key backup.key --keep 30
            """
        ),
        subcommands: [
            BackupKeygenCommand.self, BackupInitCommand.self, BackupCreateCommand.self, BackupListCommand.self,
            BackupVerifyCommand.self, BackupRestoreCommand.self, BackupPruneCommand.self, BackupForgetCommand.self,
        ]
    )
}

/// A directory of backups and its key.
struct BackupPlace: ParsableArguments {
    /// The name of the credential (systemd.exec(5), LoadCredential=).
    static let credentialName = "assent-backup-key"
    private static let keyByteCountMax = 4_096

    @Argument(help: ArgumentHelp("The directory of backups.", valueName: "dir")) var directory: String
    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "The file with the key; by default the credential \(Self.credentialName).",
            valueName: "file"
        )
    )
    var keyPath: String?

    /// The key.
    func key() throws(CommandFailure) -> BackupKey {
        do throws(BackupError) {
            if let keyPath { return try BackupKey(file: keyPath) }
            return try BackupKey(try credential(), from: "the credential \(Self.credentialName)")
        } catch {
            throw CommandFailure(error)
        }
    }

    private func credential() throws(BackupError) -> [UInt8] {
        do throws(Credentials.Failure) {
            return try Credentials().read(Self.credentialName, byteCountMax: Self.keyByteCountMax)
        } catch {
            guard case .none = error else { throw .unusableKey("\(error)") }
            throw .unusableKey("none is given: --key FILE, or the systemd credential \(Self.credentialName)")
        }
    }

    /// The directory, with its key.
    func repository() throws(CommandFailure) -> Repository {
        let key = try key()
        do throws(BackupError) { return try Repository(directory, key: key) } catch { throw CommandFailure(error) }
    }
}

extension BackupError {
    /// Whether other backups of the directory can be whole all the same.
    var isOfOneBackup: Bool {
        switch self {
        case .damaged, .missing, .noBackup: true
        case .storage, .cryptography, .journal, .audit, .unusableKey, .otherKey, .notARepository, .gap, .outOfReach,
            .notEmpty, .otherRestore, .noRoom, .daemon, .refused:
            false
        }
    }
}

extension CommandFailure {
    /// What is wrong with a backup.
    init(_ error: BackupError) {
        var hints: [String] = []
        let status: ExitStatus
        switch error {
        case .storage(.locked):
            status = .transient
            hints = ["Another backup, restore or prune is at work there, or a daemon serves the directory."]
        case .storage(let cause): status = Self.status(of: cause)
        case .noRoom: status = .outputFailure
        case .daemon:
            status = .transient
            hints = ["What is stored by now is used by the next backup."]
        case .unusableKey, .noBackup, .missing, .cryptography: status = .noInput
        case .notARepository:
            status = .noInput
            hints = ["Is the disk mounted? A new one is made with: assentctl backup init DIR --key FILE"]
        case .journal(.storage(let cause)): status = Self.status(of: cause)
        case .damaged:
            status = .invalidData
            hints = [Self.damageHint]
        case .journal:
            status = .invalidData
            hints = ["See what is wrong with the journal: assentctl journal verify DATA-DIR"]
        case .outOfReach:
            status = .invalidData
            hints = ["What each backup reaches: assentctl backup list DIR"]
        case .audit, .otherKey, .gap, .notEmpty, .otherRestore, .refused: status = .invalidData
        }
        self.init(status, "\(error)", hints: hints)
    }

    private static let damageHint =
        "Restore the file from a copy of the directory; `backup list` shows what other backups there are."

    /// What is wrong with some backups of a directory.
    init(damaged message: String, _ findings: [String]) {
        self.init(.invalidData, message, hints: findings + [Self.damageHint])
    }

    /// Whether the kernel refused to read or to write.
    private static func status(of error: PlatformError) -> ExitStatus {
        switch error {
        case .system(_, let operation, _):
            ["open", "read", "list", "examine"].contains(operation) ? .noInput : .outputFailure
        case .locked: .transient
        case .timedOut, .unresolved, .ended, .notRegularFile, .linkAmongOthers, .severalNames, .unusablePath: .noInput
        }
    }
}

/// `assentctl backup keygen`.
struct BackupKeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Draw a key for backups, write it to a file and print what it is called.",
        discussion: HelpText.laidOut(
            """
            The file is a secret: it is made with mode 0600, and never overwritten. Without it no backup can be read. \
            What is printed tells the key from others and says nothing about it.

            EXAMPLES
              $ assentctl backup keygen --output-file backup.key
            """
        )
    )

    @Option(name: .customLong("output-file"), help: ArgumentHelp("The file.", valueName: "file")) var file: String

    func run() throws {
        let key: BackupKey
        do throws(BackupError) { key = try BackupKey.make() } catch { throw CommandFailure(error) }
        try SecretFile.write(Array(key.text.utf8), to: file)
        try PlainOutput.write("\(key.id)\n")
    }
}

/// `assentctl backup init`.
struct BackupInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a directory of backups.",
        discussion: HelpText.laidOut(
            """
            The directory must be empty or not exist; lost+found may be in it. `create` never makes one by itself, so \
            that a disk which is not mounted shows.

            EXAMPLES
              $ assentctl backup init /mnt/backup/assent --key backup.key

            FIELDS (-o json, jsonl, csv)
              directory, repository, keyId.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: BackupPlace

    func run() throws {
        let key = try place.key()
        let repository: Repository
        do throws(BackupError) {
            repository = try Repository.make(place.directory, key: key)
        } catch {
            throw CommandFailure(error)
        }
        let fields = [
            Field("directory", place.directory), Field("repository", "\(repository.id)"),
            Field("keyId", "\(repository.keyID)"),
        ]
        do throws(StreamError) {
            try options.sink.emit(fields) { output in
                output.pairs([
                    ("backups", Cell(place.directory, .heading)), ("id", Cell("\(repository.id)")),
                    ("key", Cell("\(repository.keyID)")),
                ])
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}
