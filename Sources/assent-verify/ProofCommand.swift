import ArgumentParser
import Merkle

/// `assent-verify proof`
struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Verify that a record is in the log, and print the record."
    )

    @Argument(help: "The proof, as `assentctl audit prove` writes it.")
    var file: String

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy()
        let bytes = try Files.read(file)
        try check(bytes, policy).write()
    }

    private func check(_ bytes: [UInt8], _ policy: TrustPolicy) throws(Failure) -> Printing {
        do throws(MerkleError) {
            let proof = try InclusionProof(parsing: bytes)
            let checked = try RecordProof(verifying: proof, policy: policy, hasher: try Hasher.make())
            var printing = Printing()
            printing.add(checked.checkpoint)
            printing.add(checked.signers)
            try printing.add(checked.record)
            return printing
        } catch {
            throw Failure(error, in: file)
        }
    }
}
