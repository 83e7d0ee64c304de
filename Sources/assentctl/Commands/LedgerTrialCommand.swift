import ArgumentParser
import Domain
import Wire

/// `assentctl ledger trial`.
struct LedgerTrialCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial",
        abstract: "Show the trial balance: debits and credits of every account.",
        discussion: HelpText.laidOut(
            """
            In every currency and phase debits and credits are equal, as of every record and every day. When they \
            are not, the answer is shown and the exit status is 65.

            EXAMPLES
              $ assentctl ledger trial
              $ assentctl ledger trial --as-of 48213 --currency EUR
              $ assentctl ledger trial --on yesterday -o json

            FIELDS (-o json, jsonl, csv)
              json: accounts, a list of currency, phase, account, debit, debitMinor, credit, creditMinor, balance, \
            balanceMinor; balanced, asOfLsn, durableLsn, firstLsn. jsonl, csv: one account a line.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var time: LedgerTimeOptions
    @Option(help: ArgumentHelp("Only in this currency.", valueName: "code")) var currency: Currency?

    func run(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(
            LedgerBalances(
                asOfLSN: time.lsn,
                atLeastLSN: time.atLeast,
                effectiveDay: time.day,
                paymentID: .zero,
                currency: currency
            ),
            LedgerBalancesReply.self
        )
        try reply.print(in: session, isTrial: true, time)
        if let difference = reply.imbalances.first {
            throw CommandFailure(
                .invalidData,
                "the books do not balance: \(difference.currency) \(difference.phase.words) by "
                    + difference.amount.grouped,
                hints: ["This is a fault of the program or of the projection's file: assentctl projection rebuild"]
            )
        }
    }
}
