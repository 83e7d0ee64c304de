import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl health`.
struct HealthCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask whether the daemon takes requests; the exit status says it.",
        discussion: HelpText.laidOut(
            """
            0 when it does, 75 when it is there and does not for now (its disk is full, or it stops), 69 when nobody \
            answers. Works on gateway sockets too.

            EXAMPLES
              $ assentctl health && echo ready
              $ assentctl health -o json

            FIELDS (-o json, jsonl, csv)
              live, ready, inFlight, lastLsn, durableLsn, journalLagBytes.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let health = try session.ask(Health(), HealthReply.self)
        let fields = [
            Field("live", health.live), Field("ready", health.ready), Field("inFlight", Int64(health.inFlight)),
            Field("lastLsn", health.lastLSN.rawValue), Field("durableLsn", health.durableLSN.rawValue),
            Field("journalLagBytes", health.journalLagBytes),
        ]
        try session.print { (output) throws(StreamError) in
            try output.emit(fields) { output in
                output.pairs([
                    ("ready", Cell(health.ready ? "yes" : "no", health.ready ? .heading : .bad)),
                    ("in flight", Cell(Figures.grouped(Int(health.inFlight)))),
                    ("journal", Cell("record \(health.lastLSN), durable \(health.durableLSN)")),
                ])
            }
        }
        guard health.ready else {
            throw CommandFailure(
                .transient,
                "the daemon takes no requests for now",
                hints: ["Look why with: assentctl doctor"]
            )
        }
    }
}
