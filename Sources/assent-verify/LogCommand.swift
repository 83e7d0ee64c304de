import ArgumentParser
import Cryptography
import Merkle
import Platform

/// `assent-verify log`
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Verify a whole log: hash every entry again and build the tree again up to a signed checkpoint.",
        discussion: "What follows the checkpoint is not looked at."
    )

    @Argument(help: "The directory with `checkpoint` and `tile/`: a daemon's DATA/audit, or a copy of it.")
    var directory: String

    @Option(help: "The checkpoint to verify up to; DIRECTORY/checkpoint when not given.")
    var checkpoint: String?

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy(log: directory)
        let path = checkpoint ?? directory + "/checkpoint"
        let (wanted, signers) = try Files.checkpoint(path, policy)
        try check(wanted, signers, policy.rotations).write()
    }

    private func check(
        _ wanted: Checkpoint,
        _ signers: [SignedNote.Signer],
        _ rotations: [KeyRotation]
    ) throws(Failure) -> Printing {
        let directory = directory
        var progress = Progress(total: wanted.size, noun: "entries")
        defer { progress.end() }
        do throws(MerkleError) {
            var check = try LogCheck(wanted, rotations: rotations) { path throws(MerkleError) in
                try Files.tile(directory, path)
            }
            let report = try check.run(progress: { progress.show($0) })
            var printing = Printing()
            printing.add(wanted)
            printing.add(signers)
            printing.add(rotations)
            printing.add("entries", "\(report.entryCount) of \(report.byteCount) bytes, every one hashed again")
            if let journal = report.journal { printing.add("journal", Hexadecimal.text(journal)) }
            printing.add("configuration", "\(report.configuration)")
            printing.add("chain", "\(report.chain)")
            return printing
        } catch {
            throw Failure(error, in: directory)
        }
    }
}
