import Domain
import Wire

/// Draws a sample for a terminal: a function of what it shows and of the terminal's size.
struct TopScreen {
    let sample: TopSample
    /// Decisions a second at the last looks, oldest first.
    let history: [UInt64]
    let intervalSeconds: Int
    /// Why the last look failed, where it did.
    let trouble: String?

    /// The lines, none wider than the terminal and no more than fit.
    func lines(columns: Int, rows: Int, colors: Bool) -> [String] {
        let output = Output(
            format: .table,
            colors: colors,
            width: columns,
            write: { _ in },
            remark: { _ in }
        )
        var text = heading(output)
        text += output.pairs([
            (
                "decisions",
                Cell(
                    "\(Figures.grouped(sample.rates.decisions))/s  "
                        + Self.sparkline(history, width: max(8, columns - 32))
                )
            ),
            ("latency", Cell(sample.status.lastSecondDecisions == 0 ? "-" : sample.status.latencyText)),
            ("answers", Cell(answersText)),
            ("not decided", Cell(refusedText, sample.rates.busy + sample.rates.rejected > 0 ? .warning : .plain)),
            (
                "connections",
                Cell(
                    "\(Figures.grouped(sample.status.connections)), "
                        + "\(Figures.grouped(sample.status.inFlight)) in flight"
                )
            ),
            ("journal", Cell(journalText)),
            (
                "state",
                Cell(
                    "\(Figures.grouped(sample.status.cards)) cards, "
                        + "\(Figures.bytes(sample.status.residentBytes)) of memory"
                )
            ),
        ])
        text += "\n" + reasons(output)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        let foot = output.styled("every \(intervalSeconds) s · q quits".truncated(to: columns), .faint)
        return Array(lines.prefix(max(0, rows - 1))) + [foot]
    }

    /// One character a figure, from the lowest to the highest bar; the newest figures if not all fit.
    static func sparkline(_ figures: [UInt64], width: Int) -> String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let shown = figures.suffix(width)
        guard let most = shown.max(), most > 0 else { return String(repeating: "▁", count: shown.count) }
        return String(
            shown.map { figure in
                let (quotient, _) = most.dividingFullWidth(figure.multipliedFullWidth(by: UInt64(bars.count - 1)))
                return bars[Int(quotient)]
            }
        )
    }

    private func heading(_ output: Output) -> String {
        let status = sample.status
        let clock = status.simulatedClock ? "simulated clock" : "up \(Figures.duration(seconds: status.uptimeSeconds))"
        let title = "assentd \(status.daemonVersion)"
        let rest = " · \(clock) · \(status.now.short) UTC"
        let width = output.width ?? .max
        var text =
            output.styled(title.printable.truncated(to: width), .heading)
            + rest.truncated(to: max(0, width - title.displayWidth)) + "\n"
        if let trouble { text += output.styled(trouble.printable.truncated(to: width), .bad) + "\n" }
        return text + "\n"
    }

    private var answersText: String {
        "\(Figures.grouped(sample.rates.approved))/s approved, \(Figures.grouped(sample.rates.flagged))/s flagged, "
            + "\(Figures.grouped(sample.rates.declined))/s declined"
    }

    private var refusedText: String {
        "\(Figures.grouped(sample.rates.repeated))/s repeats, \(Figures.grouped(sample.rates.rejected))/s rejected, "
            + "\(Figures.grouped(sample.rates.busy))/s busy"
    }

    private var journalText: String {
        let batch = sample.rates.commits == 0 ? 0 : sample.rates.decisions / sample.rates.commits
        return "\(Figures.bytes(sample.status.journalBytes)), \(Figures.bytes(sample.rates.journalBytes))/s, "
            + "\(Figures.grouped(sample.rates.commits)) commits/s of \(Figures.grouped(batch)) decisions"
    }

    private func reasons(_ output: Output) -> String {
        var table = Table(columns: [
            Column("REASON", minimumWidth: 10), Column("CODE", importance: 0), Column("A SECOND", .right),
            Column("IN ALL", .right), Column("SHARE", .right, importance: 1),
        ])
        for (entry, rate) in zip(sample.status.reasons, sample.reasonRates) where entry.total > 0 {
            table.add([
                Cell(entry.reason.text, entry.reason.isApproval ? .good : .plain), Cell(entry.reason.responseCode),
                Cell(Figures.grouped(rate)), Cell(Figures.grouped(entry.total)),
                Cell(Figures.share(entry.total, of: sample.status.decided)),
            ])
        }
        return table.rows.isEmpty
            ? output.styled("no decisions yet", .faint) + "\n"
            : table.rendered(width: output.width, colors: output.colors)
    }
}
