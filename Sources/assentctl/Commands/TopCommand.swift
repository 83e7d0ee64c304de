import ArgumentParser
import Platform
import Wire

/// `assentctl top`.
struct TopCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch the daemon: rate, latency, declines by reason.",
        discussion: HelpText.laidOut(
            """
            On a terminal it draws anew every second until q or Ctrl-C. Elsewhere, or with -o json, jsonl or csv, it \
            prints one line or record for each interval, until --count is reached.

            EXAMPLES
              $ assentctl top
              $ assentctl top --count 60 -o csv > minute.csv

            FIELDS (-o json, jsonl, csv)
              time, decisionsPerSecond, approvedPerSecond, flaggedPerSecond, declinedPerSecond, repeatedPerSecond, \
            rejectedPerSecond, busyPerSecond, commitsPerSecond, journalBytesPerSecond, latencyP50, latencyP90, \
            latencyP99, latencyP999, latencyMax (microseconds), connections, inFlight, cards, residentBytes, \
            reasonsPerSecond.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: ArgumentHelp("Seconds between two looks, 1 to 3600.", valueName: "seconds")) var interval = 1
    @Option(help: "Look so often and end; by default until stopped.") var count: Int?

    func validate() throws {
        guard (1...3_600).contains(interval) else { throw ValidationError("--interval is 1 to 3600 seconds") }
        guard (count ?? 1) >= 1 else { throw ValidationError("--count is at least 1") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        StopSignals.take()
        if session.output.format == .table && Terminal.isOutput && Terminal.isInput {
            try watch(in: &session)
        } else {
            try log(in: &session)
        }
    }

    /// One line or record a look.
    private func log(in session: inout Session) throws(CommandFailure) {
        let isTable = session.output.format == .table
        var printer = try session.listPrinter(TopSample.shape, quiet: false)
        if isTable { try session.print { (output) throws(StreamError) in try output.write(TopSample.lineHeading) } }
        var before = try look(in: &session)
        for _ in 0..<(count ?? .max) {
            Pause.milliseconds(Int64(interval) * 1_000)
            guard StopSignals.last == nil else { break }
            let now = try look(in: &session)
            let sample = TopSample(now.0, since: before.0, microseconds: (now.1 - before.1) / 1_000)
            before = now
            if isTable {
                try session.print { (output) throws(StreamError) in try output.write(sample.line) }
            } else {
                try printer.add(sample, output: session.output)
            }
        }
        if !isTable { try printer.end(next: nil, option: "", output: session.output) }
    }

    private func look(in session: inout Session) throws(CommandFailure) -> (StatusReply, Int64) {
        let status = try session.ask(Status(), StatusReply.self)
        return (status, Clock.monotonicNanoseconds())
    }

    /// Draws anew until a key, a signal or the count ends it; then the last picture stays in the terminal's history.
    private func watch(in session: inout Session) throws(CommandFailure) {
        var before = try look(in: &session)
        var history: [UInt64] = []
        var trouble: String?
        var sample = TopSample(before.0, since: nil, microseconds: 0)
        let size = { Terminal.size ?? (columns: 80, rows: 24) }
        do {
            let screen = AlternateScreen()
            defer { screen.leave() }
            let keys = KeyMode()
            var looks = 0
            watching: while true {
                history = (history + [sample.rates.decisions]).suffix(512)
                looks += 1
                let next = Clock.monotonicNanoseconds() + Int64(interval) * 1_000_000_000
                repeat {
                    let picture = TopScreen(
                        sample: sample,
                        history: history,
                        intervalSeconds: interval,
                        trouble: trouble
                    )
                    screen.draw(
                        picture.lines(columns: size().columns, rows: size().rows, colors: session.output.colors)
                    )
                    if looks == count { break watching }
                    let rest = Int32(clamping: max(0, next - Clock.monotonicNanoseconds()) / 1_000_000)
                    if TopCommand.quits(keys.key(withinMilliseconds: rest)) || StopSignals.last != nil {
                        break watching
                    }
                } while Clock.monotonicNanoseconds() < next
                do throws(CommandFailure) {
                    let now = try look(in: &session)
                    sample = TopSample(now.0, since: before.0, microseconds: (now.1 - before.1) / 1_000)
                    before = now
                    trouble = nil
                } catch {
                    trouble = error.message + "; still trying"
                }
            }
        }
        let last = TopScreen(sample: sample, history: history, intervalSeconds: interval, trouble: trouble)
        let lines = last.lines(columns: size().columns, rows: size().rows, colors: session.output.colors).dropLast()
        try session.print { (output) throws(StreamError) in try output.write(lines.map { $0 + "\n" }.joined()) }
    }

    /// q, Q, Ctrl-C, Ctrl-D.
    private static func quits(_ key: UInt8?) -> Bool {
        guard let key else { return false }
        return [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4].contains(key)
    }
}
