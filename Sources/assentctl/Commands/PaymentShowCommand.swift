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
            ✓ passed, ✗ failed (declines), ⚑ flagged (approves, and somebody should look at it). Below the checks are \
            single changes that would have ended it the other way, found by deciding again with each: the nearest \
            amount, a time when velocity windows have emptied, another merchant, category, country or presence (by a \
            few examples), the card's status, expiry and limits. The history has \
            every event, also those that changed nothing, such as a second reversal; with --ledger the entries that \
            it was booked with follow.

            EXAMPLES
              $ assentctl payment show 1042 --ledger
              $ assentctl payment show --request-id 019aa2f0-1c5e-7d11-9b1e-0f6b2a7c4d11 -o json

            FIELDS (-o json, jsonl, csv)
              As of authorize, and merchantName, merchantCity, merchantCountry, merchantCategory, merchantId, \
            terminalId, merchantCurrency, merchantAmount, merchantAmountMinor, presence, entryMode, initiator, \
            partialApprovalAllowed, recurring, estimated, transmissionTime, detail, checks: a list of check, result, \
            unit, seen, allowed (and seenAmount, allowedAmount for money; seenName, allowedName for codes; for rules \
            the deciding rule's number and version); alternatives: a list of change, value, outcome, reason (and \
            amount for money, name for codes and times); rules: a list of those that matched: rule, number, version, \
            action, reason, deciding, owner, note, condition; lifecycleId, acquirerId, retrievalReference, stan; the \
            payment's fields as of payment clear; history: a list of its events, oldest first; historyWholeThrough: \
            the record up to which it has events that changed nothing; with --ledger, entries: a list as of ledger \
            entries.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: ArgumentHelp("The payment's number.", valueName: "payment")) var number: UInt64?
    @Option(help: ArgumentHelp("Look for the payment that had this request id.", valueName: "uuid")) var requestID:
        RequestID?

    @Flag(help: "Show the ledger's entries of the payment.") var ledger = false

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
        let number = payment.payment?.paymentID ?? payment.decision.lsn
        let rules = try Self.rules(of: payment.decision, in: &session)
        let alternatives = try Self.alternatives(to: payment, in: &session)
        let entries = ledger ? try Self.entries(number, in: &session) : nil
        let more =
            [
                history?.field ?? Field("history", .array([])),
                Field("historyWholeThrough", history.map { JSONValue.unsigned($0.wholeThrough.rawValue) } ?? .null),
                Field("alternatives", .array(alternatives.map { $0.value(payment) })),
                Field("rules", .array((rules?.rules ?? []).map { $0.value(hits: rules?.hits ?? []) })),
            ] + (entries.map { [Field("entries", .array($0.map { .object($0.fields) }))] } ?? [])
        try session.print { (output) throws(StreamError) in
            try output.emit(payment.fields + more) { output in
                payment.text(output) + PaymentAlternativesReply.AlternativesEntry.text(alternatives, payment, output)
                    + PaymentRulesReply.RulesEntry.text(rules, output) + (history?.text(output) ?? "")
                    + (entries.map { Self.text($0, output) } ?? "")
            }
        }
        if let history, history.wholeThrough == .zero {
            session.output.remark("without a projection, events that changed nothing are not shown")
        }
    }

    /// The active rules that matched; none is asked for where none can have.
    private static func rules(
        of decision: DecisionBlock,
        in session: inout Session
    ) throws(CommandFailure) -> PaymentRulesReply? {
        guard decision.checksRun.contains(.rules) else { return nil }
        return try session.ask(PaymentRules(lsn: decision.lsn), PaymentRulesReply.self)
    }

    /// What would have ended an authorization the other way; only authorizations have checks.
    private static func alternatives(
        to payment: PaymentGetReply,
        in session: inout Session
    ) throws(CommandFailure) -> [PaymentAlternativesReply.AlternativesEntry] {
        guard !payment.checks.isEmpty else { return [] }
        return try session.ask(PaymentAlternatives(lsn: payment.decision.lsn), PaymentAlternativesReply.self)
            .alternatives
    }

    /// Every entry of a payment.
    private static func entries(
        _ payment: LogSequenceNumber,
        in session: inout Session
    ) throws(CommandFailure) -> [LedgerEntriesReply.EntriesEntry] {
        var entries: [LedgerEntriesReply.EntriesEntry] = []
        var request = LedgerEntries(
            afterEntry: 0,
            asOfLSN: .zero,
            atLeastLSN: Freshness.newest,
            paymentID: payment,
            count: 1
        )
        _ = try LedgerEntriesReply.pages(of: &request, limit: .max, in: &session) { (entry, _) in
            entries.append(entry)
        }
        return entries
    }

    private static func text(_ entries: [LedgerEntriesReply.EntriesEntry], _ output: Output) -> String {
        guard !entries.isEmpty else { return "\nnothing was booked\n" }
        var table = Table(columns: LedgerEntriesReply.EntriesEntry.shape.columns)
        for entry in entries { table.add(entry.cells) }
        return "\n" + table.rendered(width: output.width, colors: output.colors)
    }

    /// Every event of a payment, oldest first.
    private static func history(
        _ payment: LogSequenceNumber,
        in session: inout Session
    ) throws(CommandFailure) -> PaymentHistoryText {
        var events: [PaymentHistoryReply.EventsEntry] = []
        var before = LogSequenceNumber.zero
        var wholeThrough: LogSequenceNumber?
        while true {
            let request = PaymentHistory(paymentID: payment, beforeLSN: before, count: 500)
            let page = try session.ask(request, PaymentHistoryReply.self)
            events += page.events
            before = page.nextBeforeLSN
            let first = wholeThrough ?? page.wholeThroughLSN
            wholeThrough = first
            guard before != .zero else {
                return PaymentHistoryText(currency: page.currency, events: events.reversed(), wholeThrough: first)
            }
        }
    }
}
