import ArgumentParser
import Audit
import Cryptography
import Domain
import Merkle
import Platform

/// `assentctl audit anchor`.
struct AuditAnchorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Have others say that a checkpoint was there: an authority (RFC 3161), an Ethereum chain.",
        discussion: HelpText.laidOut(
            """
            Whoever has the log's key could sign another history tomorrow and give it an old date; he has not the \
            authority's key. These commands open no connection: `request` writes what is to be asked, any HTTP client \
            asks it, and `keep` verifies the answer and puts it beside the log. assent-anchor.service does the three.
            With assent-ethereum.service a contract keeps the root, and `keep-ethereum` keeps which transaction it was.

            EXAMPLES
              $ assentctl audit anchor request ./anchor
              $ curl --fail --header 'Content-Type: application/timestamp-query' \\
                    --data-binary @anchor/request.tsq --output anchor/reply.tsr http://tsa.example/
              $ assentctl audit anchor keep ./anchor --tsa-ca authority.pem
            """
        ),
        subcommands: [
            AuditAnchorRequestCommand.self, AuditAnchorKeepCommand.self, AuditAnchorKeepEthereumCommand.self,
        ]
    )
}

/// The files that lie between a request and what is kept of its answer.
struct AnchorExchange: ParsableArguments {
    @Argument(help: ArgumentHelp("The directory with checkpoint, and what was asked and answered.", valueName: "dir"))
    var directory: String

    var checkpoint: String { "\(directory)/checkpoint" }
    var request: String { "\(directory)/request.tsq" }
    var reply: String { "\(directory)/reply.tsr" }
    var anchor: String { "\(directory)/anchor" }

    static func read(_ path: String, _ byteCountMax: Int) throws(CommandFailure) -> [UInt8] {
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
    }

    /// The checkpoint that was asked about, signed.
    func note() throws(CommandFailure) -> SignedNote {
        let bytes = try Self.read(checkpoint, SignedNote.byteCountMax)
        do throws(MerkleError) { return try SignedNote(parsing: bytes) } catch { throw CommandFailure(error) }
    }

    static func checkpoint(_ note: SignedNote) throws(CommandFailure) -> Checkpoint {
        do throws(AuditError) { return try AuditReader.checkpoint(in: note) } catch { throw CommandFailure(error) }
    }

    /// What an authority signs of a checkpoint.
    static func digest(of note: SignedNote) throws(CommandFailure) -> SHA256Digest {
        do throws(MerkleError) { return try note.textDigest() } catch { throw CommandFailure(error) }
    }
}

/// `assentctl audit anchor request`.
struct AuditAnchorRequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Write the newest checkpoint, and what an authority is to be asked about it.",
        discussion: HelpText.laidOut(
            """
            The request has SHA-256 of the checkpoint's signed text and a number that nobody can foresee, and asks for \
            the authority's certificate. What an authority learns is the digest.

            EXAMPLES
              $ assentctl audit anchor request ./anchor
            """
        )
    )

    @OptionGroup var place: AuditPlace
    @OptionGroup var exchange: AnchorExchange

    func run() throws {
        let note = try newest(try place.files().reader())
        let digest = try AnchorExchange.digest(of: note)
        let request: TimestampRequest
        do throws(TimestampError) { request = try .init(asking: digest) } catch { throw CommandFailure(error) }
        do throws(PlatformError) {
            try FileSystem.createDirectory(exchange.directory)
            try FileSystem.replace(exchange.checkpoint, with: Array(note.encoded.utf8), isDurable: false)
            try FileSystem.replace(exchange.request, with: request.encoded, isDurable: false)
            // An answer that lies there is to something else.
            for answer in [exchange.reply, exchange.anchor] where FileSystem.exists(answer) {
                try FileSystem.remove(answer)
            }
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
    }

    private func newest(_ reader: AuditReader) throws(CommandFailure) -> SignedNote {
        do throws(AuditError) { return try reader.checkpoint() } catch { throw CommandFailure(error) }
    }
}

/// `assentctl audit anchor keep`.
struct AuditAnchorKeepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "Verify an authority's answer, and keep it beside the log with its checkpoint.",
        discussion: HelpText.laidOut(
            """
            The answer must be to the request, signed by a certificate for time stamps alone that was valid then and \
            comes from an authority in --tsa-ca. It is kept as DATA/audit/anchors/SIZE.tsr, the checkpoint as \
            SIZE.checkpoint; both are in backups. `assent-verify checkpoint --token` verifies them.

            EXAMPLES
              $ assentctl audit anchor keep ./anchor --tsa-ca authority.pem

            EXIT STATUS
              0   kept, or one over as many records was kept before
              65  the answer is refused; the message says why
              66  a file cannot be read, or the log has not signed the checkpoint
            """
        )
    )

    @OptionGroup var place: AuditPlace
    @OptionGroup var exchange: AnchorExchange
    @Option(
        name: .customLong("tsa-ca"),
        help: ArgumentHelp("The file with the certificates of trusted authorities (PEM).", valueName: "file")
    )
    var authorities: String

    func run() throws {
        let files = try place.files()
        let note = try exchange.note()
        let reply = TimestampReply(try AnchorExchange.read(exchange.reply, TimestampReply.byteCountMax))
        let statement = try statement(reply, note)
        let audited = try files.audited()
        let kept: String?
        do throws(AuditError) {
            kept = try Anchors(audited).keep(note, reply.encoded, .timestamp)
        } catch {
            throw CommandFailure(error)
        }
        let size = try AnchorExchange.checkpoint(note).size
        let time = Instant(microseconds: statement.second * 1_000_000)
        try PlainOutput.write(
            "\(size) records were under the checkpoint at \(time), says \(statement.authority) in its token "
                + "\(statement.serial); " + (kept.map { "kept as \($0)\n" } ?? "a token over them is kept already\n")
        )
    }

    private func statement(
        _ reply: TimestampReply,
        _ note: SignedNote
    ) throws(CommandFailure) -> TimestampReply.Statement {
        let request = try AnchorExchange.read(exchange.request, TimestampRequest.byteCountMax)
        let trusted = try AnchorExchange.read(authorities, Self.authoritiesByteCountMax)
        let digest = try AnchorExchange.digest(of: note)
        do throws(TimestampError) {
            return try reply.verify(digest, request: try TimestampRequest(parsing: request), authorities: trusted)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static let authoritiesByteCountMax = 1 << 20
}

/// `assentctl audit anchor keep-ethereum`.
struct AuditAnchorKeepEthereumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep-ethereum",
        abstract: "Keep which transaction has anchored a checkpoint on an Ethereum chain, beside the log.",
        discussion: HelpText.laidOut(
            """
            The file `anchor` must be over the checkpoint beside it, and the log must have signed that. The program \
            that wrote it, assent_ethereum.py, has asked a node whether it holds; this command asks nobody. It is kept \
            as DATA/audit/ethereum/SIZE.anchor, the checkpoint as SIZE.checkpoint; both are in backups.

            EXAMPLES
              $ assentctl audit anchor request ./anchor
              $ python3 /usr/share/assent/ethereum/assent_ethereum.py anchor ./anchor
              $ assentctl audit anchor keep-ethereum ./anchor

            EXIT STATUS
              0   kept, or one over as many records was kept before
              65  the anchor is none, or of something else
              66  a file cannot be read, or the log has not signed the checkpoint
            """
        )
    )

    @OptionGroup var place: AuditPlace
    @OptionGroup var exchange: AnchorExchange

    func run() throws {
        let files = try place.files()
        let note = try exchange.note()
        let bytes = try AnchorExchange.read(exchange.anchor, EthereumAnchor.byteCountMax)
        let anchor = try anchor(bytes, over: try AnchorExchange.checkpoint(note))
        let audited = try files.audited()
        let kept: String?
        do throws(AuditError) {
            kept = try Anchors(audited).keep(note, bytes, .ethereum)
        } catch {
            throw CommandFailure(error)
        }
        let time = Instant(microseconds: anchor.time * 1_000_000)
        try PlainOutput.write(
            "\(anchor.checkpoint.size) records were under the checkpoint at \(time), by block \(anchor.block) of chain "
                + "\(anchor.chain); " + (kept.map { "kept as \($0)\n" } ?? "an anchor over them is kept already\n")
        )
    }

    private func anchor(_ bytes: [UInt8], over checkpoint: Checkpoint) throws(CommandFailure) -> EthereumAnchor {
        do throws(MerkleError) {
            let anchor = try EthereumAnchor(parsing: bytes)
            try anchor.check(checkpoint)
            return anchor
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    /// What is wrong with a time token.
    init(_ error: TimestampError) { self.init(.invalidData, "\(error)") }
}
