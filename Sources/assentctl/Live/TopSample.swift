import Domain
import Wire

/// What happened between two looks at the daemon.
struct TopSample {
    let status: StatusReply
    /// Decisions and the like a second, since the look before; since the daemon's last whole second at the first look.
    let rates: Rates
    /// Decisions of each reason a second, in the order of `status.reasons`.
    let reasonRates: [UInt64]

    /// Counts a second.
    struct Rates: Equatable {
        var decisions: UInt64 = 0
        var approved: UInt64 = 0
        var flagged: UInt64 = 0
        var declined: UInt64 = 0
        var repeated: UInt64 = 0
        var rejected: UInt64 = 0
        var busy: UInt64 = 0
        var commits: UInt64 = 0
        var journalBytes: UInt64 = 0
    }

    /// Compares two looks; `microseconds` lie between them.
    init(_ status: StatusReply, since before: StatusReply?, microseconds: Int64) {
        self.status = status
        guard let before, before.startedAt == status.startedAt, microseconds > 0 else {
            rates = Rates(decisions: status.lastSecondDecisions)
            reasonRates = status.reasons.map { _ in 0 }
            return
        }
        let rate = { (new: UInt64, old: UInt64) -> UInt64 in
            guard new > old else { return 0 }
            let product = (new - old).multipliedReportingOverflow(by: 1_000_000)
            return product.overflow ? 0 : (product.partialValue + UInt64(microseconds) / 2) / UInt64(microseconds)
        }
        rates = Rates(
            decisions: rate(status.decided, before.decided),
            approved: rate(status.approved, before.approved),
            flagged: rate(status.flagged, before.flagged),
            declined: rate(status.declined, before.declined),
            repeated: rate(status.repeated, before.repeated),
            rejected: rate(status.rejected, before.rejected),
            busy: rate(status.busy, before.busy),
            commits: rate(status.commits, before.commits),
            journalBytes: rate(status.journalBytes, before.journalBytes)
        )
        reasonRates = status.reasons.map { entry in
            rate(entry.total, before.reasons.first { $0.reason == entry.reason }?.total ?? 0)
        }
    }
}

extension TopSample: ListedRecord {
    var key: String { String(rates.decisions) }

    var fields: [Field] {
        [
            Field("time", status.now.description), Field("decisionsPerSecond", rates.decisions),
            Field("approvedPerSecond", rates.approved), Field("flaggedPerSecond", rates.flagged),
            Field("declinedPerSecond", rates.declined), Field("repeatedPerSecond", rates.repeated),
            Field("rejectedPerSecond", rates.rejected), Field("busyPerSecond", rates.busy),
            Field("commitsPerSecond", rates.commits), Field("journalBytesPerSecond", rates.journalBytes),
            Field("latencyP50", UInt64(status.latencyP50)), Field("latencyP90", UInt64(status.latencyP90)),
            Field("latencyP99", UInt64(status.latencyP99)), Field("latencyP999", UInt64(status.latencyP999)),
            Field("latencyMax", UInt64(status.latencyMax)), Field("connections", UInt64(status.connections)),
            Field("inFlight", UInt64(status.inFlight)), Field("cards", status.cards),
            Field("residentBytes", status.residentBytes),
            Field(
                "reasonsPerSecond",
                .object(zip(status.reasons, reasonRates).map { Field($0.0.reason.name, $0.1) })
            ),
        ]
    }

    var cells: [Cell] { [] }

    /// A list of samples.
    static let shape = ListPrinter.Shape(
        name: "samples",
        columns: [],
        fieldNames: [
            "time", "decisionsPerSecond", "approvedPerSecond", "flaggedPerSecond", "declinedPerSecond",
            "repeatedPerSecond", "rejectedPerSecond", "busyPerSecond", "commitsPerSecond", "journalBytesPerSecond",
            "latencyP50", "latencyP90", "latencyP99", "latencyP999", "latencyMax", "connections", "inFlight", "cards",
            "residentBytes", "reasonsPerSecond",
        ],
        emptyText: ""
    )

    /// The headings of `line`.
    static var lineHeading: String {
        TopSample.row(["TIME", "DECIDED/S", "DECLINED/S", "FLAGGED/S", "BUSY/S", "P50", "P99", "P99.9", "IN FLIGHT"])
    }

    /// One line of fixed columns, for a log.
    var line: String {
        TopSample.row([
            String(status.now.short.suffix(8)), Figures.grouped(rates.decisions), Figures.grouped(rates.declined),
            Figures.grouped(rates.flagged), Figures.grouped(rates.busy),
            Figures.microseconds(UInt64(status.latencyP50)),
            Figures.microseconds(UInt64(status.latencyP99)), Figures.microseconds(UInt64(status.latencyP999)),
            Figures.grouped(status.inFlight),
        ])
    }

    private static func row(_ cells: [String]) -> String {
        zip(cells, [8, 11, 11, 11, 8, 8, 8, 8, 10]).map { $0.0.padded(to: $0.1, alignment: .right) }
            .joined(separator: " ") + "\n"
    }
}
