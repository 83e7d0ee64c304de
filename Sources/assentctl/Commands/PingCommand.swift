import ArgumentParser
import Client
import Domain
import Platform

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
              $ assentctl ping --wait 30 --count 1

            FIELDS (-o json, jsonl, csv)
              sequence, nanoseconds.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: "So many pings, 1 to 1,000,000.") var count = 5
    @Option(help: ArgumentHelp("Wait so long for a daemon that is not there yet, 0 to 3600.", valueName: "seconds"))
    var wait = 0

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count is 1 to 1,000,000") }
        guard (0...3_600).contains(wait) else { throw ValidationError("--wait is 0 to 3600 seconds") }
    }

    func run() throws {
        let deadline = Clock.monotonicNanoseconds() + Int64(wait) * 1_000_000_000
        var session = Session(client: try client(deadline: deadline), output: options.sink)
        try run(in: &session)
    }

    /// A connected client, as soon as a daemon answers.
    private func client(deadline: Int64) throws(CommandFailure) -> Client {
        while true {
            let remaining = (deadline - Clock.monotonicNanoseconds()) / 1_000_000_000
            var attempt = options
            if wait > 0 { attempt.timeout = min(options.timeout, max(1, Int(remaining))) }
            do throws(CommandFailure) {
                return try attempt.connectClient()
            } catch {
                let mayCome = error.status == .unavailable || error.status == .transient
                guard mayCome, Clock.monotonicNanoseconds() < deadline else { throw error }
            }
            Pause.milliseconds(50)
        }
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
