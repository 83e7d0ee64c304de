import ArgumentParser
import Merkle

/// `assent-verify checkpoint`
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Verify who has signed a checkpoint, and print it."
    )

    @Argument(help: "The checkpoint.")
    var file: String

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy()
        let bytes = try Files.read(file)
        try check(bytes, policy).write()
    }

    private func check(_ bytes: [UInt8], _ policy: TrustPolicy) throws(Failure) -> Printing {
        do throws(MerkleError) {
            let (checkpoint, signers) = try policy.open(try SignedNote(parsing: bytes))
            var printing = Printing()
            printing.add(checkpoint)
            printing.add(signers)
            printing.add(policy.rotations)
            return printing
        } catch {
            throw Failure(error, in: file)
        }
    }
}
