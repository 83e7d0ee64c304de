import ArgumentParser
import Domain
import Wire

/// `assentctl payment search`.
struct PaymentSearchCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find payments as they stand now, newest first.",
        discussion: HelpText.laidOut(
            """
            Looks in the daemon's projection, where every payment is one line however much has happened to it; \
            payment list looks through decisions in the journal. The projection may lag by moments; a search waits \
            for it for up to two seconds, and says when it is behind all the same.

            An amount is what was asked for. --kind finds payments with such an event at any time of their life: \
            refund-clearing, chargeback, increment and so on. Times are UTC: 2026-11-21, "2026-11-21 09:30", today, \
            or an age such as 2h, 7d. --from is included, --to is not.

            EXAMPLES
              $ assentctl payment search --text "corner caf" --from 30d
              $ assentctl payment search --card 4242 --amount-min 10.00 --amount-max "20.00 EUR"
              $ assentctl payment search --kind chargeback --status disputed --all -o json

            FIELDS (-o json, jsonl, csv)
              \(PaymentSearchOptions.fieldsHelp). The JSON document also has next, asOfLsn and durableLsn.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var search: PaymentSearchOptions
    @Option(help: ArgumentHelp("At most so many payments.", valueName: "count")) var limit = 50
    @Option(help: ArgumentHelp("Go on before this payment, which the page before named.", valueName: "payment"))
    var before: UInt64 = 0
    @Flag(help: "All payments, however many.") var all = false
    @Flag(name: .shortAndLong, help: "Print the payments' numbers alone, one a line.") var quiet = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        var printer = try session.listPrinter(PaymentSearchReply.PaymentsEntry.shape, quiet: quiet)
        let (next, freshness) = try search.search(
            in: &session,
            before: before,
            limit: all ? .max : limit
        ) { (payment, output) throws(CommandFailure) in
            try printer.add(payment, output: output)
        }
        try printer.end(
            next: next == .zero ? nil : next.rawValue,
            option: "--before",
            facts: freshness.facts,
            output: session.output
        )
        if let remark = freshness.remark { session.output.remark(remark) }
    }
}
