import ArgumentParser
import Merkle
import Platform

/// `assent-verify receipts`
struct ReceiptsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts",
        abstract: "Verify the receipts that a client has kept, and that a whole log has their decisions.",
        discussion: """
            FILE has receipts one behind the other, as the clients keep them. Without --log their signatures alone are \
            verified. With it the log is verified as `assent-verify log` does it, and every decision is named that it \
            omits, has altered or has in another place: log and receipt are signed by the same key, so either proves \
            that the other does not hold.
            """
    )

    @Argument(help: "The file of receipts.") var file: String

    @Option(help: "The directory with `checkpoint` and `tile/`: a daemon's DATA/audit, or a copy of it.")
    var log: String?

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy(log: log)
        let receipts = try receipts(policy)
        var printing = Printing()
        printing.add("receipts", "\(receipts.count), signed by the log")
        if let log { try compare(receipts, with: log, policy, &printing) }
        try printing.write()
    }

    private func receipts(_ policy: TrustPolicy) throws(Failure) -> [Receipt] {
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileSystem.contents(of: file, byteCountMax: Self.byteCountMax)
        } catch {
            throw Failure(.unreadable, "\(error)")
        }
        do throws(MerkleError) {
            var receipts: [Receipt] = []
            for (index, note) in try Receipt.notes(in: bytes).enumerated() {
                do throws(MerkleError) {
                    receipts.append(try Receipt.open(note, policy: policy))
                } catch {
                    throw .refused("receipt \(index + 1): \(error)")
                }
            }
            guard !receipts.isEmpty else { throw .refused("there is no receipt in it") }
            return receipts
        } catch {
            throw Failure(error, in: file)
        }
    }

    /// Some half a million receipts.
    private static let byteCountMax = 256 << 20

    private func compare(
        _ receipts: [Receipt],
        with directory: String,
        _ policy: TrustPolicy,
        _ printing: inout Printing
    ) throws(Failure) {
        let path = directory + "/checkpoint"
        let bytes = try Files.read(path)
        let findings: [ReceiptCheck.Finding]
        do throws(MerkleError) {
            let (wanted, signers) = try policy.open(try SignedNote(parsing: bytes))
            var check = ReceiptCheck(receipts)
            var log = try LogCheck(wanted, rotations: policy.rotations) { path throws(MerkleError) in
                try Files.tile(directory, path)
            }
            let report = try log.run(visit: { entry, leaf throws(MerkleError) in check.visit(entry, leaf: leaf) })
            printing.add(wanted)
            printing.add(signers)
            findings = check.findings(size: wanted.size, journal: report.journal)
        } catch {
            throw Failure(error, in: directory)
        }
        guard findings.isEmpty else {
            let list = findings.map { "  \($0)" }.joined(separator: "\n")
            throw Failure(.refused, "\(directory) does not agree with \(file):\n\(list)")
        }
        printing.add("agreed", "every decision is in the log, in its place, as it was answered")
    }
}
