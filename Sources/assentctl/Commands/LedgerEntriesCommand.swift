import ArgumentParser
import Domain
import Wire

/// `assentctl ledger entries`.
struct LedgerEntriesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "entries",
        abstract: "List the ledger's entries, oldest first.",
        discussion: HelpText.laidOut(
            """
            Every event's entries stand together, and add up to zero in each currency and phase.

            EXAMPLES
              $ assentctl ledger entries --payment 1042
              $ assentctl ledger entries --account suspense --all
              $ assentctl ledger entries --card 4242 --on 2026-10-31 --all -o csv

            FIELDS (-o json, jsonl, csv)
              entry, record, payment, at, effectiveDay, kind, currency, phase, account, amount, amountMinor, \
            cardToken. An amount above zero is a debit, below zero a credit. The JSON document also has next, \
            asOfLsn and durableLsn.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: "Only on this account.") var account: Choice<LedgerAccountName>?
    @OptionGroup var time: LedgerTimeOptions
    @Option(help: CardReference.help) var card: CardReference?
    @Option(help: ArgumentHelp("Only of this payment.", valueName: "payment")) var payment: UInt64 = 0
    @Option(help: ArgumentHelp("Only in this currency.", valueName: "code")) var currency: Currency?
    @Option(help: "Only what is held, or only what has moved.") var phase: Choice<LedgerPhase>?
    @Option(help: ArgumentHelp("At most so many entries.", valueName: "count")) var limit = 50
    @Option(help: ArgumentHelp("Go on after this entry, which the page before named.", valueName: "entry"))
    var after: UInt64 = 0
    @Flag(help: "All entries, however many.") var all = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let token = try card.map { (card) throws(CommandFailure) in try card.token(in: &session) }
        var request = LedgerEntries(
            afterEntry: after,
            asOfLSN: time.lsn,
            atLeastLSN: time.atLeast,
            effectiveDay: time.day,
            paymentID: LogSequenceNumber(rawValue: payment),
            cardToken: token,
            count: 1,
            currency: currency,
            account: account?.value,
            phase: phase?.value
        )
        var printer = try session.listPrinter(LedgerEntriesReply.EntriesEntry.shape, quiet: false)
        let (next, freshness) = try LedgerEntriesReply.pages(
            of: &request,
            limit: all ? .max : limit,
            in: &session
        ) { (entry, output) throws(CommandFailure) in
            try printer.add(entry, output: output)
        }
        try printer.end(
            next: next == 0 ? nil : next,
            option: "--after",
            facts: freshness.facts,
            output: session.output
        )
        if let remark = freshness.remark { session.output.remark(remark) }
    }
}
