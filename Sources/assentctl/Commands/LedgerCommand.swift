import ArgumentParser
import Wire

/// `assentctl ledger`: the double-entry books.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Look at the double-entry books: balances as of any record and day, entries, checks.",
        discussion: HelpText.laidOut(
            """
            Every event that moves money is booked twice, a debit and a credit, in each currency. Pending is what is \
            held, posted what has moved.

            ACCOUNTS
              receivable   what cardholders owe: one for each card; pending what it holds, posted what is posted
              settlement   what is owed to the network for what it has cleared
              commitment   the other side of every hold
              disputes     what was charged back, and is claimed from the network
              suspense     what the network has cleared for cards that do not exist
              position     what stands between billing currency and merchant currency

            EXAMPLES
              $ assentctl ledger trial
              $ assentctl ledger account receivable --card 4242 --on 2026-10-31
              $ assentctl ledger entries --payment 1042
              $ assentctl ledger check
            """
        ),
        subcommands: [
            LedgerTrialCommand.self, LedgerAccountCommand.self, LedgerEntriesCommand.self, LedgerCheckCommand.self,
        ]
    )
}

extension LedgerAccountName: Word {}
extension LedgerPhase: Word {}
extension ProjectionState: Word {}
