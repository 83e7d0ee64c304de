import ArgumentParser
import Cryptography
import Merkle
import Platform

/// `assentctl audit keygen`.
struct AuditKeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Draw a key for the audit log, write it to a file and print its public half.",
        discussion: HelpText.laidOut(
            """
            The file is a secret: it is made with mode 0600, and never overwritten. Give it to the daemon with \
            --audit-key, or as the systemd credential assent-audit-key. What is printed is for auditors.

            EXAMPLES
              $ assentctl audit keygen --name bank.example/assent --output-file audit.key > audit.pub
            """
        )
    )

    @Option(help: ArgumentHelp("The log's name: unique, like a URL without its scheme.", valueName: "name"))
    var name: String
    @Option(
        name: .customLong("output-file"),
        help: ArgumentHelp("The file.", valueName: "file")
    )
    var file: String
    @Flag(help: "Make a witness's key (cosignature/v1) instead of a log's.") var witness = false

    func validate() throws {
        guard VerifierKey.isUsable(name: name) else {
            throw ValidationError("--name is 1 to 255 bytes without spaces and without +")
        }
    }

    func run() throws {
        let seed = Self.seed()
        let key = try Self.key(name, witness ? .cosignature : .ed25519, seed)
        try SecretFile.write(Array((key.encoded + "\n").utf8), to: file)
        try PlainOutput.write(key.verifier.encoded + "\n")
    }

    private static func seed() -> SHA256Digest {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: SHA256Digest.byteCount, alignment: 8)
        defer { bytes.deallocate() }
        RandomBytes.fill(bytes)
        return SHA256Digest(UnsafeRawBufferPointer(bytes), at: 0)
    }

    private static func key(
        _ name: String,
        _ algorithm: VerifierKey.Algorithm,
        _ seed: SHA256Digest
    ) throws(CommandFailure) -> SignerKey {
        do throws(MerkleError) {
            return try SignerKey(name: name, algorithm: algorithm, seed: seed)
        } catch {
            throw CommandFailure(error)
        }
    }
}
