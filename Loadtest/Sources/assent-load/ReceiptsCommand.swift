import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// What receipts cost.
struct ReceiptsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts",
        abstract: "How many receipts are signed in a second, and how many decisions fewer are made meanwhile.",
        discussion: """
            One daemon with an audit log, which decides at 16 connections x 64 in flight without and with somebody who \
            asks for receipts as fast as they come, in turns; medians of the rounds are reported. Every receipt is \
            looked at once before: of which decision it is, and whether it is signed. Generator and daemon share the \
            machine.
            """
    )

    @OptionGroup var turns: TurnOptions

    mutating func run() throws {
        try finish(try ReceiptCost(settings: turns.settings, console: Console()).run() ? .valid : .failed)
    }
}
