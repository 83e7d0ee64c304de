import ArgumentParser
import Domain
import Wire

/// `assentctl ledger account`.
struct LedgerAccountCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Show the balance of an account, of all cards or one.",
        discussion: HelpText.laidOut(
            """
            A balance above zero is a debit, below zero a credit. The receivable account of one card is what the card \
            holds (pending) and has posted (posted).

            EXAMPLES
              $ assentctl ledger account receivable --card 4242
              $ assentctl ledger account settlement --currency USD --on 2026-10-31

            FIELDS (-o json, jsonl, csv)
              As of ledger trial.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The account.") var account: Choice<LedgerAccountName>
    @OptionGroup var time: LedgerTimeOptions
    @Option(help: CardReference.help) var card: CardReference?
    @Option(help: ArgumentHelp("Only of this payment.", valueName: "payment")) var payment: UInt64 = 0
    @Option(help: ArgumentHelp("Only in this currency.", valueName: "code")) var currency: Currency?
    @Option(help: "Only what is held, or only what has moved.") var phase: Choice<LedgerPhase>?

    func run(in session: inout Session) throws(CommandFailure) {
        let token = try card.map { (card) throws(CommandFailure) in try card.token(in: &session) }
        let reply = try session.ask(
            LedgerBalances(
                asOfLSN: time.lsn,
                atLeastLSN: time.atLeast,
                effectiveDay: time.day,
                paymentID: LogSequenceNumber(rawValue: payment),
                cardToken: token,
                currency: currency,
                account: account.value,
                phase: phase?.value
            ),
            LedgerBalancesReply.self
        )
        try reply.print(in: session, isTrial: false, time)
    }
}
