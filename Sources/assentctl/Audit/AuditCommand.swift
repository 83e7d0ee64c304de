import ArgumentParser
import Audit
import Journal
import Merkle
import Platform

/// `assentctl audit`.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Keys, checkpoints and proofs of the audit log, and whether the history is the one that was signed.",
        discussion: HelpText.laidOut(
            """
            These commands read the files of a data directory (--data-dir), beside a daemon that serves it or without \
            one. What they print is for `assent-verify`, which needs a public key and nothing else.

            EXAMPLES
              $ assentctl audit keygen --name bank.example/assent --output-file audit.key
              $ assentctl audit checkpoint > checkpoint
              $ assentctl audit prove payment 4711 > 4711.tlog-proof
              $ assentctl audit verify --key audit.pub
            """
        ),
        subcommands: [
            AuditKeygenCommand.self, AuditCheckpointCommand.self, AuditProveCommand.self,
            AuditConsistencyCommand.self, AuditShowCommand.self, AuditLogCommand.self, AuditVerifyCommand.self,
            AuditAnchorCommand.self, AuditRotationsCommand.self, AuditAcceptRestoreCommand.self,
            AuditAcceptLostKeyCommand.self,
        ]
    )
}

/// The data directory whose audit log a command is about.
struct AuditPlace: ParsableArguments {
    @Option(name: .customLong("data-dir"), help: ArgumentHelp("The daemon's data directory.", valueName: "dir"))
    var dataDirectory = "./assent-data"

    /// Its files.
    func files() throws(CommandFailure) -> Files {
        guard FileSystem.isDirectory(dataDirectory + "/audit") else {
            throw CommandFailure(
                .noInput,
                "there is no audit log in \(dataDirectory)",
                hints: ["A daemon keeps one with --audit; --data-dir says where its data directory is."]
            )
        }
        let storage: FileJournalStorage
        do throws(PlatformError) {
            storage = try FileJournalStorage(reading: dataDirectory + "/journal")
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
        do throws(JournalError) {
            if let identity = try Journal.identity(in: storage) {
                return Files(dataDirectory: dataDirectory, storage: storage, identity: identity)
            }
        } catch {
            throw CommandFailure(.invalidData, "\(error)")
        }
        throw CommandFailure(.noInput, "there is no journal in \(dataDirectory)")
    }

    /// The files of a data directory with an audit log.
    struct Files {
        let dataDirectory: String
        let storage: FileJournalStorage
        let identity: JournalIdentity

        var directory: String { dataDirectory + "/audit" }
        var saltKeyPath: String { dataDirectory + "/salt.key" }

        /// What was signed, and proofs.
        func reader() throws(CommandFailure) -> AuditReader { AuditReader(try audited()) }

        /// Whether the history is the one that was signed.
        func check() throws(CommandFailure) -> HistoryCheck { HistoryCheck(try audited()) }

        /// The journal, with what was signed over it.
        func audited() throws(CommandFailure) -> AuditedJournal {
            do throws(AuditError) {
                return try AuditedJournal(
                    directory: directory,
                    saltKeyPath: saltKeyPath,
                    storage: storage,
                    identity: identity
                )
            } catch {
                throw CommandFailure(error)
            }
        }
    }
}

extension CommandFailure {
    /// What the audit log said.
    init(_ error: AuditError) {
        switch error {
        case .truncated, .changed, .otherJournal, .forked, .restored, .journal(.corrupt), .otherKey:
            self.init(.invalidData, "\(error)")
        case .storage, .journal, .tree, .unusable, .spaceReserved, .saltKeyMissing, .otherSaltKey, .notFound:
            self.init(.noInput, "\(error)")
        }
    }

    /// What is wrong with a key, a note or a proof.
    init(_ error: MerkleError) { self.init(.invalidData, "\(error)") }
}

/// Prints text that is for another program, as it is.
enum PlainOutput {
    static func write(_ text: String) throws(CommandFailure) {
        do throws(StreamError) {
            try StandardStream.write(text, to: .output)
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Reads keys from the command line or from files.
enum AuditKeys {
    /// A public key: itself, or a file with it.
    static func verifier(_ argument: String) throws(CommandFailure) -> VerifierKey {
        let text = argument.contains("+") && !FileSystem.exists(argument) ? argument : try line(argument)
        do throws(MerkleError) { return try VerifierKey(parsing: text) } catch { throw CommandFailure(error) }
    }

    /// A secret key in a file.
    static func signer(_ path: String) throws(CommandFailure) -> SignerKey {
        let text = try line(path)
        do throws(MerkleError) { return try SignerKey(parsing: text) } catch { throw CommandFailure(error) }
    }

    private static func line(_ path: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileSystem.contents(of: path, byteCountMax: 4_096)
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 1 else { throw CommandFailure(.noInput, "\(path) is not one line with a key") }
        return String(lines[0])
    }
}
