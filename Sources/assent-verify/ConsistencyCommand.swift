import ArgumentParser
import Cryptography
import Merkle

/// `assent-verify consistency`
struct ConsistencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Verify that the log only grew between two checkpoints: nothing changed, went or was put between."
    )

    @Argument(help: "The proof, as `assentctl audit consistency` writes it; the newer checkpoint is in it.")
    var file: String

    @Option(help: "The older checkpoint, as it was kept.")
    var old: String

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy()
        let note = try oldNote(try Files.read(old))
        let bytes = try Files.read(file)
        try check(bytes, note, policy).write()
    }

    private func oldNote(_ bytes: [UInt8]) throws(Failure) -> SignedNote {
        do throws(MerkleError) {
            return try SignedNote(parsing: bytes)
        } catch {
            throw Failure(error, in: old)
        }
    }

    private func check(_ bytes: [UInt8], _ note: SignedNote, _ policy: TrustPolicy) throws(Failure) -> Printing {
        do throws(MerkleError) {
            let proof = try ConsistencyProof(parsing: bytes)
            let (older, newer) = try proof.verify(old: note, policy: policy, hasher: try Hasher.make())
            var printing = Printing()
            printing.add("from size", "\(older.size)")
            printing.add("from root", Base64.encode(older.root.bytes))
            printing.add(newer)
            return printing
        } catch {
            throw Failure(error, in: file)
        }
    }
}
