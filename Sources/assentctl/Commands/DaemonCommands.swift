import ArgumentParser
import Client
import Domain
import Platform
import Wire

/// `assentctl status`.
struct StatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the daemon's figures: decisions, latency, journal, memory.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl status
              $ assentctl status -o json

            FIELDS (-o json, jsonl, csv)
              version, instanceId, startedAt, now, simulatedClock, lastLsn, durableLsn, cards, rememberedIds, connections, \
            inFlight, approved, declined, flagged, repeated, rejected, busy, commits, journalBytes, residentBytes, \
            recoveredRecords, recoveryMicroseconds, tornTailBytes, lastSecondDecisions, latencyP50, latencyP90, latencyP99, \
            latencyP999, latencyMax (microseconds), reasons. Counters are since the daemon's start.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let status = try session.ask(Status(), StatusReply.self)
        try session.print { (output) throws(StreamError) in try output.emit(status.fields, table: status.text) }
    }
}

/// `assentctl digest`.
struct DigestCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Show a digest over the daemon's whole state.",
        discussion: HelpText.laidOut(
            """
            Two daemons, or one before and after a restart, with the same digest at the same record hold the same state: \
            every card, hold, velocity window and remembered request id.

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
        let digest = reply.digest.map { hexadecimal($0, digits: 2) }.joined()
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

/// `assentctl ping`.
struct PingCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Ask whether the daemon is there, and how fast it answers.",
        discussion: HelpText.laidOut(
            """
            One ping after the other over one connection. Works on gateway sockets too.

            EXAMPLES
              $ assentctl ping --count 1000 -o csv

            FIELDS (-o json, jsonl, csv)
              sequence, nanoseconds.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: "So many pings, 1 to 1,000,000.") var count = 5

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count is 1 to 1,000,000") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let shape = ListPrinter.Shape(
            name: "pings",
            columns: [Column("PING", .right), Column("ROUND TRIP", .right)],
            fieldNames: ["sequence", "nanoseconds"],
            emptyText: ""
        )
        var printer = try session.listPrinter(shape, quiet: false)
        var times: [Int64] = []
        for sequence in 1...count {
            let ping = Round(sequence: sequence, nanoseconds: try ping(in: &session))
            times.append(ping.nanoseconds)
            if session.output.format != .table || count <= 20 { try printer.add(ping, output: session.output) }
        }
        if session.output.format != .table || count <= 20 {
            try printer.end(next: nil, option: "", output: session.output)
        }
        let text = PingCommand.summary(times, endpoint: session.client.endpoint)
        guard session.output.format == .table else { return }
        try session.print { (output) throws(StreamError) in try output.write(text) }
    }

    private func ping(in session: inout Session) throws(CommandFailure) -> Int64 {
        do throws(ClientError) {
            return try session.client.ping()
        } catch {
            throw CommandFailure(error)
        }
    }

    /// `5 pongs from unix:...: least 40 µs, median 45 µs, most 90 µs`.
    static func summary(_ nanoseconds: [Int64], endpoint: Endpoint) -> String {
        let sorted = nanoseconds.sorted()
        guard let least = sorted.first, let most = sorted.last else { return "" }
        let figures = [("least", least), ("median", sorted[sorted.count / 2]), ("most", most)]
            .map { "\($0.0) \(Figures.microseconds(UInt64($0.1) / 1_000))" }
        return "\(Figures.grouped(sorted.count)) pong\(sorted.count == 1 ? "" : "s") from \(endpoint): "
            + figures.joined(separator: ", ") + "\n"
    }

    private struct Round: ListedRecord {
        let sequence: Int
        let nanoseconds: Int64

        var key: String { String(nanoseconds) }
        var fields: [Field] { [Field("sequence", Int64(sequence)), Field("nanoseconds", nanoseconds)] }
        var cells: [Cell] { [Cell("\(sequence)"), Cell(Figures.microseconds(UInt64(nanoseconds) / 1_000))] }
    }
}
