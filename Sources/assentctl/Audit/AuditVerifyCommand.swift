import ArgumentParser
import Audit
import Cryptography
import Journal
import Merkle
import Platform

/// `assentctl audit verify`.
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hash every record of the journal again, and compare with what was signed.",
        discussion: HelpText.laidOut(
            """
            The raw records are read, no stored hash is believed. A daemon may serve the directory meanwhile: what is \
            compared is all up to the newest checkpoint.

            EXAMPLES
              $ assentctl audit verify --key audit.pub

            FIELDS (-o json, jsonl, csv)
              whole, origin, records, root, chain.

            EXIT STATUS
              0   the history is the one that was signed
              65  it is not, or the key is another; the message names the first place
              66  there is no audit log, no checkpoint or no salt key, or another one than
                  the log was made with, or a file cannot be read
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: AuditPlace
    @Option(help: ArgumentHelp("The public key that must have signed, or a file with it.", valueName: "key"))
    var key: String?

    func run() throws {
        let files = try place.files()
        let verifier = try key.map { (text) throws(CommandFailure) in try AuditKeys.verifier(text) }
        let check = try files.check()
        let signed = try signed(check, verifier)
        let chain = try chain(check, signed, files)
        let fields = [
            Field("whole", true), Field("origin", signed.origin), Field("records", signed.size),
            Field("root", Base64.encode(signed.root.bytes)), Field("chain", "\(chain)"),
        ]
        do throws(StreamError) {
            try options.sink.emit(fields) { output in
                output.pairs([
                    ("history", Cell("as it was signed", .good)), ("log", Cell(signed.origin)),
                    ("records", Cell("\(Figures.grouped(signed.size)), every one hashed again")),
                    ("root", Cell(Base64.encode(signed.root.bytes))), ("hash chain", Cell("\(chain)")),
                    ("signed by", Cell(verifier?.encoded ?? "not checked: no --key was given")),
                ])
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func signed(_ check: HistoryCheck, _ key: VerifierKey?) throws(CommandFailure) -> Checkpoint {
        do throws(AuditError) {
            if let signed = try check.signed(by: key) { return signed }
        } catch {
            throw CommandFailure(error)
        }
        throw CommandFailure(.noInput, "no checkpoint has been signed yet")
    }

    private static func hasher() throws(CommandFailure) -> SHA256 {
        do throws(CryptographyError) { return try SHA256() } catch { throw CommandFailure(.noInput, "\(error)") }
    }

    /// Checks all, and chains the leaves' hashes: each link is SHA-256 of the one before and the leaf's hash.
    private func chain(_ check: HistoryCheck, _ signed: Checkpoint, _ files: AuditPlace.Files) throws(CommandFailure)
        -> SHA256Digest
    {
        let progress = ProgressLine(total: Int(signed.size), noun: "records", isShown: Terminal.isErrorOutput)
        defer { progress.clear() }
        let hasher = try Self.hasher()
        var chain = SHA256Digest.zero
        do throws(AuditError) {
            try check.checkAll(signed) { record, leaf in
                chain = hasher.digest(chain.bytes + leaf.bytes)
                if record.lsn % 10_000 == 0 { progress.show(Int(record.lsn)) }
                return .proceed
            }
        } catch {
            throw CommandFailure(Self.truncation(error, signed, files) ?? error)
        }
        return chain
    }

    /// What an error in reading the journal is, when the journal ends in order before what was signed.
    private static func truncation(
        _ error: AuditError,
        _ signed: Checkpoint,
        _ files: AuditPlace.Files
    ) -> AuditError? {
        guard case .journal = error else { return nil }
        let found = OfflineJournal(directory: files.dataDirectory + "/journal", mayBeginLater: true).verify()
        guard found.problem == nil, found.lastLSN < signed.size else { return nil }
        return .truncated(journal: found.lastLSN, signed: signed.size)
    }
}
