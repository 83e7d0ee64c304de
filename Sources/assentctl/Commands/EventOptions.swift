import ArgumentParser
import Domain
import Platform
import Wire

/// Options of commands that say what happened to a payment: which payment, and how much.
struct EventOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The payment's number; or name it by another option.", valueName: "payment"))
    var payment: UInt64?
    @Option(help: ArgumentHelp("The request id of the payment's first message.", valueName: "uuid"))
    var originalRequestID: RequestID?
    @Option(help: ArgumentHelp("The network's identifier of the payment's life.", valueName: "id")) var lifecycleID = ""
    @Option(help: ArgumentHelp("The original's acquirer (field 32).", valueName: "id")) var acquirerID = ""
    @Option(help: ArgumentHelp("The original's trace number (field 11).", valueName: "number")) var stan: UInt32 = 0
    @Option(help: ArgumentHelp("The original's transmission time.", valueName: "time")) var originalTime: TimeText?
    @Option(help: ArgumentHelp("The original's terminal; by default --terminal-id.", valueName: "id"))
    var originalTerminalID = ""
    @Option(help: ArgumentHelp("The retrieval reference (field 37).", valueName: "id")) var retrievalReference = ""
    @Option(help: ArgumentHelp("The original's approval code (field 38).", valueName: "code")) var approvalCode = ""

    @Option(help: ArgumentHelp("The card; by default the payment's.", valueName: "card")) var card: CardReference?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How much: 12.50, or \"12.50 EUR\"; where it may be left out, all of it.",
            valueName: "amount"
        )
    ) var amount: AmountText?
    @Option(help: ArgumentHelp("The currency; by default the card's.", valueName: "code")) var currency: Currency?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The same in the merchant's currency: \"13.51 USD\".", valueName: "amount")
    ) var merchantAmount: AmountText?
    @Option(help: ArgumentHelp("The rate that made one of the other: 0.925.", valueName: "decimal")) var rate: RateText?
    @Option(help: "How the amount was rounded.") var rounding = Choice(RoundingRule.halfAwayFromZero)
    @Option(help: "The network that carried it.") var network = Choice(CardNetwork.unknown)

    @Option(help: ArgumentHelp("The merchant's name; by default the payment's.", valueName: "name"))
    var merchantName: String?
    @Option(help: ArgumentHelp("The merchant's category; by default the payment's, or 5999.", valueName: "code"))
    var category: MerchantCategory?
    @Option(help: ArgumentHelp("Where the merchant is; by default the payment's, or ZZ.", valueName: "code"))
    var country: Country?
    @Option(help: ArgumentHelp("The merchant's number, up to 15 characters.", valueName: "id")) var merchantID: String?
    @Option(help: ArgumentHelp("The terminal's number, up to 8 characters.", valueName: "id")) var terminalID: String?

    func validate() throws {
        guard payment != 0 else { throw ValidationError("payments are numbered from 1") }
        guard stan <= 999_999 else { throw ValidationError("--stan is up to 999999") }
        guard card != nil || payment != nil || originalRequestID != nil else {
            throw ValidationError("which payment? Give its number, or --original-request-id, or --card and other keys")
        }
        guard (rate == nil) == (merchantAmount == nil) || rate == nil else {
            throw ValidationError("--rate needs --merchant-amount: of what?")
        }
        guard merchantAmount == nil || merchantAmount?.currency != nil else {
            throw ValidationError("--merchant-amount is in which currency? Such as \"13.51 USD\"")
        }
    }
}

extension EventOptions {
    /// What the daemon knows of the payment, where the card was not named.
    struct Known {
        let token: CardToken
        let currency: Currency?
        let payment: PaymentGetReply?
    }

    /// Looks up what was not said: the payment's card, or the card's currency.
    func known(in session: inout Session) throws(CommandFailure) -> Known {
        if let card {
            let token = try card.token(in: &session)
            guard let amount, amount.currency == nil, currency == nil else {
                return Known(token: token, currency: currency ?? amount?.currency, payment: nil)
            }
            let found = try session.ask(CardGet(cardToken: token), CardGetReply.self).card
            return Known(token: token, currency: found.currency, payment: nil)
        }
        let request =
            if let payment {
                PaymentGet(lsn: LogSequenceNumber(rawValue: payment))
            } else {
                PaymentGet(lsn: .zero, requestID: originalRequestID)
            }
        let reply: PaymentGetReply
        do throws(CommandFailure) {
            reply = try session.ask(request, PaymentGetReply.self)
        } catch {
            throw CommandFailure(
                error.status,
                error.message,
                hints: error.hints + ["To send it without looking the payment up: --card and --currency"]
            )
        }
        let found = reply.decision.currency ?? reply.currency
        if let currency, let found, currency != found {
            throw CommandFailure(
                .usage,
                "--currency \(currency): the payment is in \(found)",
                hints: ["Where the network says so all the same, name the payment by --card and other keys"]
            )
        }
        return Known(token: reply.cardToken, currency: found, payment: reply)
    }

    /// The event as it is sent.
    func block(
        _ known: Known,
        id: RequestID,
        time: Instant,
        isFinal: Bool,
        part: PartText?
    ) throws(CommandFailure) -> EventBlock {
        let money = try amount.map { (text) throws(CommandFailure) in
            try text.money(in: known.currency, option: "--amount")
        }
        let merchant = try merchantAmount.map { (text) throws(CommandFailure) in
            try text.money(in: nil, option: "--merchant-amount")
        }
        let payment = known.payment
        guard let category = category ?? payment?.merchantCategory ?? MerchantCategory(code: 5_999),
            let country = country ?? payment?.merchantCountry ?? Country("ZZ")
        else { preconditionFailure("5999 is a category and ZZ a country code") }
        return EventBlock(
            requestID: id,
            cardToken: known.token,
            amount: money?.minorUnits,
            merchantAmount: merchant?.minorUnits,
            transmissionTime: time,
            rate: rate?.value ?? 0,
            paymentID: LogSequenceNumber(rawValue: self.payment ?? 0),
            originalRequestID: originalRequestID,
            originalTransmissionTime: originalTime?.instant(now: time),
            stan: stan,
            lifecycleID: try text(lifecycleID, 16, "--lifecycle-id"),
            acquirerID: try text(acquirerID, 11, "--acquirer-id"),
            retrievalReference: try text(retrievalReference, 12, "--retrieval-reference"),
            approvalCode: try text(approvalCode, 6, "--approval-code"),
            merchantID: try text(merchantID ?? payment?.merchantID.description ?? "", 15, "--merchant-id"),
            terminalID: try text(terminalID ?? payment?.terminalID.description ?? "", 8, "--terminal-id"),
            originalTerminalID: try text(originalTerminalID, 8, "--original-terminal-id"),
            currency: money?.currency ?? currency,
            merchantCurrency: merchant?.currency,
            merchantCountry: country,
            merchantCategory: category,
            presence: payment?.presence ?? .unknown,
            entryMode: payment?.entryMode ?? .unknown,
            initiator: payment?.initiator ?? .cardholder,
            network: network.value,
            authorizationKind: payment?.authorizationKind ?? .unknown,
            rateScale: rate?.scale ?? 0,
            rounding: rounding.value,
            isFinal: isFinal,
            sequenceNumber: part?.number ?? 0,
            sequenceCount: part?.count ?? 0
        )
    }

    private func text(_ text: String, _ count: Int, _ option: String) throws(CommandFailure) -> Text16 {
        guard text.utf8.count <= count, let fixed = Text16(text) else {
            throw CommandFailure(.usage, "\(option) is up to \(count) printable ASCII characters")
        }
        return fixed
    }
}
