import ArgumentParser
import Domain
import Wire

/// `assentctl payment export`.
struct PaymentExportCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write payments as they stand now to standard output, as CSV or JSON lines.",
        discussion: HelpText.laidOut(
            """
            Takes the options of payment search, and writes all payments that it finds, newest first, page by page: \
            there may be any number of them. CSV (RFC 4180) unless -o jsonl. A text that a spreadsheet would take for \
            a formula gets an apostrophe before it. What changes meanwhile is written as its page finds it; payments \
            made meanwhile are not in it.

            EXAMPLES
              $ assentctl payment export --from 2026-10-01 --to 2026-11-01 > october.csv
              $ assentctl payment export --card 4242 -o jsonl | jq .status

            FIELDS
              \(PaymentSearchOptions.fieldsHelp).
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var search: PaymentSearchOptions

    func run() throws {
        let form: OutputFormat = options.output == .jsonl || options.output == .json ? .jsonl : .csv
        let sink = Output(format: form, color: options.color)
        var session = Session(client: try options.connectClient(), output: sink)
        try run(in: &session)
    }

    func run(in session: inout Session) throws(CommandFailure) {
        var printer = try session.listPrinter(PaymentSearchReply.PaymentsEntry.shape, quiet: false)
        let (_, freshness) = try search.search(
            in: &session,
            before: 0,
            limit: .max
        ) { (payment, output) throws(CommandFailure) in
            try printer.add(payment, output: output)
        }
        try printer.end(next: nil, option: "", output: session.output)
        session.output.remark("\(Figures.grouped(printer.count)) payments, up to record \(freshness.asOf)")
        if let remark = freshness.remark { session.output.remark(remark) }
    }
}
