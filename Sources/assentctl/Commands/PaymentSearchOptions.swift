import ArgumentParser
import Domain
import Platform
import Wire

/// Which payments a search or an export is about.
struct PaymentSearchOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only merchants whose name and city have words that begin so, in any order.",
            valueName: "words"
        )
    ) var text = ""
    @Option(
        help: ArgumentHelp("Only this merchant: its whole name; case and accents do not count.", valueName: "name")
    ) var merchant = ""
    @Option(help: CardReference.help) var card: CardReference?
    @Option(help: ArgumentHelp("Only payments of this amount.", valueName: "amount")) var amount: AmountText?
    @Option(help: ArgumentHelp("Only payments of at least this amount.", valueName: "amount")) var amountMin:
        AmountText?
    @Option(help: ArgumentHelp("Only payments of at most this amount.", valueName: "amount")) var amountMax: AmountText?
    @Option(help: ArgumentHelp("Only payments in this currency.", valueName: "code")) var currency: Currency?
    @Option(help: "Only payments that stand so.") var status: Choice<PaymentStatus>?
    @Option(help: "Only payments that were answered so.") var outcome: Choice<Outcome>?
    @Option(help: "Only payments that were answered for this reason.") var reason: Choice<Reason>?
    @Option(help: "Only payments with such an event, first or later.") var kind: Choice<PaymentEventKind>?
    @Option(help: ArgumentHelp("Only made then or later.", valueName: "time")) var from: TimeText?
    @Option(help: ArgumentHelp("Only made before then.", valueName: "time")) var to: TimeText?

    mutating func validate() throws {
        guard text.utf8.count <= 128 else { throw ValidationError("--text has at most 128 bytes") }
        guard merchant.utf8.count <= 64 else { throw ValidationError("--merchant has at most 64 bytes") }
        guard amount == nil || (amountMin == nil && amountMax == nil) else {
            throw ValidationError("give --amount, or --amount-min and --amount-max")
        }
        guard kind?.value != .unknown else { throw ValidationError("--kind unknown finds nothing") }
    }

    static let fieldsHelp = """
        payment, lastRecord, decidedAt, lastAt, kind, outcome, reason, status, flags, currency, amount, amountMinor, \
        merchantCurrency, merchantAmount, merchantAmountMinor, approved, reversed, expired, cleared, overCleared, \
        refunded, disputed, held (each with ...Minor), merchantName, merchantCity, merchantCategory, merchantCountry, \
        merchantId, terminalId, cardToken, requestId
        """

    /// Asks for pages until there are enough payments, or no more.
    ///
    /// - Returns: Where the next page would go on, and how far the last answer goes.
    func search(
        in session: inout Session,
        before: UInt64,
        limit: Int,
        _ visit: (PaymentSearchReply.PaymentsEntry, Output) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> (next: LogSequenceNumber, freshness: Freshness) {
        var request = try request(in: &session)
        request.beforeLSN = LogSequenceNumber(rawValue: before)
        var remaining = limit
        while true {
            request.count = UInt32(min(remaining, WireLimits.paymentsPerPageMax))
            let page = try session.ask(request, PaymentSearchReply.self)
            for payment in page.payments { try visit(payment, session.output) }
            remaining -= page.payments.count
            guard page.nextBeforeLSN != .zero, remaining > 0 else {
                return (page.nextBeforeLSN, Freshness(asOf: page.projectedLSN, durable: page.durableLSN))
            }
            request.beforeLSN = page.nextBeforeLSN
            request.atLeastLSN = .zero
        }
    }

    private func request(in session: inout Session) throws(CommandFailure) -> PaymentSearch {
        let now = Instant(microseconds: Clock.now())
        let token = try card.map { (card) throws(CommandFailure) in try card.token(in: &session) }
        let unit = currency ?? amount?.currency ?? amountMin?.currency ?? amountMax?.currency
        let least = try (amountMin ?? amount).map { (text) throws(CommandFailure) in
            try text.money(in: unit, option: amount == nil ? "--amount-min" : "--amount").minorUnits
        }
        let most = try (amountMax ?? amount).map { (text) throws(CommandFailure) in
            try text.money(in: unit, option: amount == nil ? "--amount-max" : "--amount").minorUnits
        }
        return PaymentSearch(
            beforeLSN: .zero,
            atLeastLSN: Freshness.newest,
            cardToken: token,
            from: from?.instant(now: now),
            to: to?.instant(now: now),
            amountMin: least,
            amountMax: most,
            count: 1,
            currency: unit,
            status: status?.value,
            outcome: outcome?.value,
            reason: reason?.value,
            kind: kind?.value,
            merchant: merchant,
            text: text
        )
    }
}
