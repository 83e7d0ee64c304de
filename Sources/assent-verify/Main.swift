import ArgumentParser
import Merkle
import Platform

/// The auditors' tool: it believes files and public keys, and nothing else.
@main
struct AssentVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assent-verify",
        abstract: "Verify what an assent daemon's audit log proves, with its public key alone.",
        discussion: """
            It reads the files that it is given, opens no connection and knows no daemon. A key is a verifier key \
            (NAME+ID+KEY) or a file that has one in each line. Formats: C2SP tlog-proof, tlog-checkpoint, tlog-tiles, \
            tlog-cosignature and signed-note, and Protocol/AUDIT.md.

            EXIT STATUS
              0   verified: what was printed is proved
              1   refused: it does not hold, or a signature is missing or wrong
              64  the command line or a key cannot be used
              65  a file is not of the format
              66  a file cannot be read
            """,
        version: "assent-verify \(productVersion)",
        subcommands: [
            ProofCommand.self, ConsistencyCommand.self, CheckpointCommand.self, LogCommand.self, ReplayCommand.self,
            ReceiptsCommand.self, KeysCommand.self,
        ]
    )

    /// Parses, runs and exits; every refusal becomes one message and one documented status.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            try? StandardStream.write("assent-verify: \(failure.message.bounded)\n", to: .error)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            try? StandardStream.write(fullMessage(for: error).bounded + "\n", to: .error)
            exit(withError: ExitCode.validationFailure)
        }
    }
}
