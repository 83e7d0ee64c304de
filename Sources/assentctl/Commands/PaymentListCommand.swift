import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl payment list`.
struct PaymentListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List decisions, newest first.",
        discussion: HelpText.laidOut(
            """
            Times are UTC: 2026-11-21, "2026-11-21 09:30", today, yesterday, or an age such as 90s, 15m, 2h, 7d. \
            --from is included, --to is not. Long lists come page by page: a page that is not the last says how to \
            get the next one.

            EXAMPLES
              $ assentctl payment list --status declined --from 1h
              $ assentctl payment list --card 4242 --merchant café --all -o csv > payments.csv

            FIELDS (-o json, jsonl, csv)
              payment, decidedAt, kind, outcome, reason, responseCode, currency, amount, amountMinor, \
            approvedAmount, approvedAmountMinor, merchantName, merchantCategory, merchantCountry, cardToken, \
            requestId.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: CardReference.help) var card: CardReference?
    @Option(help: "Only with this outcome.") var status: Choice<Outcome>?
    @Option(help: "Only with this reason.") var reason: Choice<Reason>?
    @Option(help: "Only of this kind.") var kind: Choice<RequestKind>?
    @Option(help: ArgumentHelp("Only decided then or later.", valueName: "time")) var from: TimeText?
    @Option(help: ArgumentHelp("Only decided before then.", valueName: "time")) var to: TimeText?
    @Option(help: ArgumentHelp("Only merchants whose name contains this.", valueName: "text")) var merchant = ""
    @Option(help: ArgumentHelp("At most so many payments.", valueName: "count")) var limit = 50
    @Option(help: ArgumentHelp("Go on before this payment, which the page before named.", valueName: "payment"))
    var before: UInt64 = 0
    @Flag(help: "All payments, however many.") var all = false
    @Flag(name: .shortAndLong, help: "Print the payments' numbers alone, one a line.") var quiet = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let now = Instant(microseconds: Clock.now())
        let token = try card.map { (card) throws(CommandFailure) in try card.token(in: &session) }
        var printer = try session.listPrinter(PaymentListReply.PaymentsEntry.shape, quiet: quiet)
        var place = LogSequenceNumber(rawValue: before)
        var remaining = all ? Int.max : limit
        repeat {
            let request = PaymentList(
                beforeLSN: place,
                cardToken: token,
                from: from?.instant(now: now),
                to: to?.instant(now: now),
                count: UInt32(min(remaining, WireLimits.paymentsPerPageMax)),
                outcome: status?.value,
                kind: kind?.value,
                reason: reason?.value,
                merchantContains: merchant
            )
            let page = try session.ask(request, PaymentListReply.self)
            for entry in page.payments { try printer.add(entry, output: session.output) }
            remaining -= page.payments.count
            place = page.nextBeforeLSN
        } while place != .zero && remaining > 0
        try printer.end(next: place == .zero ? nil : place.rawValue, option: "--before", output: session.output)
    }
}
