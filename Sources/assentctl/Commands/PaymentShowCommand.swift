import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl payment show`.
struct PaymentShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Explain one decision, and show what became of the payment.",
        discussion: HelpText.laidOut(
            """
            ✓ passed, ✗ failed (declines), ⚑ flagged (approves, and somebody should look at it).

            EXAMPLES
              $ assentctl payment show 1042
              $ assentctl payment show --request-id 019aa2f0-1c5e-7d11-9b1e-0f6b2a7c4d11 -o json

            FIELDS (-o json, jsonl, csv)
              As of authorize, and merchantName, merchantCity, merchantCountry, merchantCategory, merchantId, \
            terminalId, merchantCurrency, merchantAmount, merchantAmountMinor, presence, entryMode, initiator, \
            partialApprovalAllowed, recurring, estimated, transmissionTime, detail, checks: a list of check, result, \
            unit, seen, allowed (and seenAmount, allowedAmount for money; seenName, allowedName for codes); \
            lifecycleId, acquirerId, retrievalReference, stan; the payment's fields as of payment clear; history: a \
            list of its events, oldest first.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: ArgumentHelp("The payment's number.", valueName: "payment")) var number: UInt64?
    @Option(help: ArgumentHelp("Look for the payment that had this request id.", valueName: "uuid")) var requestID:
        RequestID?

    func validate() throws {
        guard (number == nil) != (requestID == nil) else {
            throw ValidationError("give the payment's number, or --request-id")
        }
        guard number != 0 else { throw ValidationError("payments are numbered from 1") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let request = PaymentGet(lsn: LogSequenceNumber(rawValue: number ?? 0), requestID: requestID)
        let payment = try session.ask(request, PaymentGetReply.self)
        let history = try payment.payment.map { (block) throws(CommandFailure) in
            try Self.history(block.paymentID, in: &session)
        }
        try session.print { (output) throws(StreamError) in
            try output.emit(payment.fields + [history?.field ?? Field("history", .array([]))]) { output in
                payment.text(output) + (history?.text(output) ?? "")
            }
        }
    }

    /// Every event of a payment, oldest first.
    private static func history(
        _ payment: LogSequenceNumber,
        in session: inout Session
    ) throws(CommandFailure) -> PaymentHistoryText {
        var events: [PaymentHistoryReply.EventsEntry] = []
        var before = LogSequenceNumber.zero
        while true {
            let request = PaymentHistory(paymentID: payment, beforeLSN: before, count: 500)
            let page = try session.ask(request, PaymentHistoryReply.self)
            events += page.events
            before = page.nextBeforeLSN
            guard before != .zero else { return PaymentHistoryText(currency: page.currency, events: events.reversed()) }
        }
    }
}
