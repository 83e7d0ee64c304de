import ArgumentParser
import Cryptography
import Merkle

/// `assent-verify checkpoint`
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Verify who has signed a checkpoint, and when it was there at the latest, and print it.",
        discussion: """
            With --token and --tsa-ca, an authority's token (RFC 3161) over SHA-256 of the checkpoint's signed text \
            must hold: signed by a certificate for time stamps alone, which was valid at the token's time and comes \
            from a certificate in --tsa-ca. Whether it was revoked is not looked at.

            With --ethereum, the file must be over the checkpoint. That the chain has what it says can only be asked \
            of a node: assent_ethereum.py verify.
            """
    )

    @Argument(help: "The checkpoint.")
    var file: String

    @Option(help: "A time-stamping authority's reply over the checkpoint: SIZE.tsr, of a log's audit/anchors.")
    var token: String?

    @Option(help: "The file with the certificates of trusted time-stamping authorities (PEM).")
    var tsaCa: String?

    @Option(help: "Which transaction has anchored it on an Ethereum chain: SIZE.anchor, of a log's audit/ethereum.")
    var ethereum: String?

    @OptionGroup var keys: KeyOptions

    func validate() throws {
        guard (token == nil) == (tsaCa == nil) else {
            throw ValidationError("--token and --tsa-ca go together: a token without an authority proves nothing")
        }
    }

    mutating func run() throws {
        let policy = try keys.policy()
        let note = try note(try Files.read(file))
        var printing = try check(note, policy)
        if let token, let tsaCa { try check(note, token: token, authorities: tsaCa, &printing) }
        if let ethereum { try check(note, ethereum: ethereum, &printing) }
        try printing.write()
    }

    private func check(_ note: SignedNote, ethereum: String, _ printing: inout Printing) throws(Failure) {
        let bytes = try Files.read(ethereum)
        do throws(MerkleError) {
            let anchor = try EthereumAnchor(parsing: bytes)
            try anchor.check(try Checkpoint(parsing: note.text))
            printing.add("anchored at", "\(Printing.time(anchor.time, fraction: nil)), as the file says: ask a node")
            printing.add("chain", "\(anchor.chain), block \(anchor.block), \(anchor.blockHash)")
            printing.add("contract", anchor.contract)
            printing.add("account", anchor.account)
            printing.add("transaction", anchor.transaction)
        } catch {
            throw Failure(error, in: ethereum)
        }
    }

    private func note(_ bytes: [UInt8]) throws(Failure) -> SignedNote {
        do throws(MerkleError) { return try SignedNote(parsing: bytes) } catch { throw Failure(error, in: file) }
    }

    private func check(
        _ note: SignedNote,
        token: String,
        authorities: String,
        _ printing: inout Printing
    ) throws(Failure) {
        let reply = TimestampReply(try Files.read(token))
        let trusted = try Files.read(authorities)
        let digest: SHA256Digest
        do throws(MerkleError) { digest = try note.textDigest() } catch { throw Failure(error, in: file) }
        do throws(TimestampError) {
            let statement = try reply.verify(digest, authorities: trusted)
            printing.add("there at", Printing.time(statement.second, fraction: nil))
            printing.add("stamped by", "\(statement.authority), token \(statement.serial)")
        } catch {
            switch error {
            case .malformed: throw Failure(.malformed, "\(token): \(error)")
            case .refused: throw Failure(.refused, "\(token): \(error)")
            case .noAuthorities: throw Failure(.usage, "\(authorities): \(error)")
            case .unavailable: throw Failure(.unreadable, "\(error)")
            }
        }
    }

    private func check(_ note: SignedNote, _ policy: TrustPolicy) throws(Failure) -> Printing {
        do throws(MerkleError) {
            let (checkpoint, signers) = try policy.open(note)
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
