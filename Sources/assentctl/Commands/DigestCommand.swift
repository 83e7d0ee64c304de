import ArgumentParser
import Cryptography
import Domain
import Platform
import Wire

/// `assentctl digest`.
struct DigestCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Show a digest over the daemon's whole state.",
        discussion: HelpText.laidOut(
            """
            Two daemons, or one before and after a restart, with the same digest at the same record hold the same \
            state: every card, hold, velocity window and remembered request id.

            EXAMPLES
              $ assentctl digest

            FIELDS (-o json, jsonl, csv)
              lsn, digest, cards, rememberedIds, policyVersion.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(Digest(), DigestReply.self)
        let digest = Hexadecimal.text(reply.digest)
        let fields = [
            Field("lsn", reply.lsn.rawValue), Field("digest", digest), Field("cards", reply.cards),
            Field("rememberedIds", reply.rememberedIDs), Field("policyVersion", reply.policyVersion.rawValue),
        ]
        try session.print { (output) throws(StreamError) in
            try output.emit(fields) { output in
                output.pairs([
                    ("digest", Cell(digest, .heading)), ("at record", Cell(Figures.grouped(reply.lsn.rawValue))),
                    ("cards", Cell(Figures.grouped(reply.cards))),
                    ("request ids", Cell(Figures.grouped(reply.rememberedIDs))),
                    ("configuration", Cell("version \(reply.policyVersion)")),
                ])
            }
        }
    }
}
