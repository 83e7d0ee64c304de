import Domain
import Platform
import Wire

/// One account of a trial balance.
extension LedgerBalancesReply.AccountsEntry {
    var debit: SumAmount { SumAmount(high: debitHigh, low: debitLow, currency) }
    var credit: SumAmount { SumAmount(high: creditHigh, low: creditLow, currency) }
    var balance: SumAmount { SumAmount(debit.minorUnits - credit.minorUnits, currency) }

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("currency", currency.description), Field("phase", phase.name), Field("account", account.name),
        ] + debit.fields("debit") + credit.fields("credit") + balance.fields("balance")
    }

    fileprivate static let columns = [
        Column("CURRENCY"), Column("PHASE"), Column("ACCOUNT"), Column("DEBIT", .right, importance: 1),
        Column("CREDIT", .right, importance: 1), Column("BALANCE", .right),
    ]

    fileprivate var cells: [Cell] {
        [
            Cell(currency.description), Cell(phase.words), Cell(account.words), Cell(debit.grouped),
            Cell(credit.grouped), Cell(balance.grouped),
        ]
    }
}

extension LedgerBalancesReply {
    /// Currencies and phases whose accounts do not add up to zero.
    var imbalances: [(currency: Currency, phase: LedgerPhase, amount: SumAmount)] {
        var sums: [(currency: Currency, phase: LedgerPhase, amount: SumAmount)] = []
        for account in accounts {
            if let last = sums.last, last.currency == account.currency, last.phase == account.phase {
                let sum = last.amount.minorUnits + account.balance.minorUnits
                sums[sums.count - 1].amount = SumAmount(sum, account.currency)
            } else {
                sums.append((account.currency, account.phase, account.balance))
            }
        }
        return sums.filter { $0.amount.minorUnits != 0 }
    }

    /// Prints the accounts, and how far they count.
    func print(in session: borrowing Session, isTrial: Bool, _ time: LedgerTimeOptions) throws(CommandFailure) {
        let freshness = Freshness(asOf: asOfLSN, durable: durableLSN)
        try session.print { (output) throws(StreamError) in
            switch output.format {
            case .table: try output.write(text(output, isTrial: isTrial))
            case .json:
                let balanced = isTrial ? [Field("balanced", imbalances.isEmpty)] : []
                let all =
                    [Field("accounts", .array(accounts.map { .object($0.fields) }))] + balanced + freshness.facts
                    + [Field("firstLsn", firstLSN.rawValue)]
                try output.write(JSONValue.object(all).pretty + "\n")
            case .jsonl: for account in accounts { try output.write(JSONValue.object(account.fields).compact + "\n") }
            case .csv:
                let names =
                    ["currency", "phase", "account"]
                    + ["debit", "credit", "balance"].flatMap { [$0, $0 + "Minor"] }
                try output.write(CSVWriter.line(names) + "\n")
                for account in accounts { try output.write(CSVWriter.row(account.fields) + "\n") }
            }
            if !time.isAnswered(by: freshness) || (time.asOf == nil && freshness.remark != nil) {
                output.remark(freshness.remark ?? "the journal ends at record \(durableLSN)")
            }
            if firstLSN.rawValue > 1 {
                output.remark(
                    "the ledger begins with record \(firstLSN): what was removed from the journal before is not in it"
                )
            }
        }
    }

    private func text(_ output: Output, isTrial: Bool) -> String {
        guard !accounts.isEmpty else { return "nothing is booked, as of record \(asOfLSN)\n" }
        var table = Table(columns: AccountsEntry.columns)
        for account in accounts { table.add(account.cells) }
        let rendered = table.rendered(width: output.width, colors: output.colors)
        guard isTrial else { return rendered }
        let verdict =
            imbalances.isEmpty
            ? output.styled("balanced", .good) + ", as of record \(asOfLSN)" : output.styled("not balanced", .bad)
        return rendered + verdict + "\n"
    }
}

/// One entry of the ledger, as one line.
extension LedgerEntriesReply.EntriesEntry: ListedRecord {
    var key: String { String(entryID) }

    /// Its record.
    var lsn: UInt64 { entryID >> 4 }

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("entry", entryID), Field("record", lsn), Field("payment", paymentID.rawValue),
            Field("at", decidedAt.description), Field("effectiveDay", DayText.text(effectiveDay)),
            Field("kind", kind.name), Field("currency", currency.description), Field("phase", phase.name),
            Field("account", account.name),
        ] + moneyFields("amount", amount, currency) + [Field("cardToken", cardToken.description)]
    }

    /// One line of `ledger entries`.
    var cells: [Cell] {
        let sum = SumAmount(Int128(amount).magnitudeSigned, currency).grouped
        return [
            Cell(String(lsn)), Cell(paymentID.description), Cell(decidedAt.short), Cell(DayText.text(effectiveDay)),
            Cell(kind.words), Cell(phase.words), Cell(account.words), Cell(amount > 0 ? sum : ""),
            Cell(amount < 0 ? sum : ""), Cell(currency.description), Cell(cardToken.description),
        ]
    }

    /// The list of `ledger entries`.
    static let shape = ListPrinter.Shape(
        name: "entries",
        columns: [
            Column("RECORD", .right), Column("PAYMENT", .right, importance: 5), Column("AT (UTC)", importance: 3),
            Column("EFFECTIVE", importance: 2), Column("EVENT", importance: 4), Column("PHASE"), Column("ACCOUNT"),
            Column("DEBIT", .right), Column("CREDIT", .right), Column("CURRENCY"), Column("CARD", importance: 0),
        ],
        fieldNames: [
            "entry", "record", "payment", "at", "effectiveDay", "kind", "currency", "phase", "account", "amount",
            "amountMinor", "cardToken",
        ],
        emptyText: "no entries match"
    )
}

extension Int128 {
    /// Without its sign.
    fileprivate var magnitudeSigned: Int128 { self < 0 ? -self : self }
}

extension LedgerEntriesReply {
    /// Asks for pages until there are enough entries, or no more.
    ///
    /// - Returns: Where the next page would go on, 0 at the end, and how far the last answer goes.
    static func pages(
        of request: inout LedgerEntries,
        limit: Int,
        in session: inout Session,
        _ visit: (EntriesEntry, Output) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> (next: UInt64, freshness: Freshness) {
        var remaining = limit
        while true {
            request.count = UInt32(min(remaining, WireLimits.entriesPerPageMax))
            let page = try session.ask(request, LedgerEntriesReply.self)
            for entry in page.entries { try visit(entry, session.output) }
            remaining -= page.entries.count
            guard page.nextEntry != 0, remaining > 0 else {
                return (page.nextEntry, Freshness(asOf: page.asOfLSN, durable: page.durableLSN))
            }
            request.afterEntry = page.nextEntry
            request.atLeastLSN = .zero
        }
    }
}
