import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl authorize`.
struct AuthorizeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorize",
        abstract: "Ask as a payment gateway would, and show the decision.",
        discussion: HelpText.laidOut(
            """
            It is a real request: approval holds the amount. The exit status is 0 when approved (flagged included) \
            and 1 when declined. A declined request that is asked again with the same --request-id stays declined.

            EXAMPLES
              $ assentctl authorize --card 4242 --amount 12.50 --merchant-name Bakery --category 5814 --country DE
              $ assentctl authorize --card 4242 --amount 80.00 --partial || echo declined
              $ assentctl authorize --card 4242 --kind balance -o json

            FIELDS (-o json, jsonl, csv)
              requestId, cardToken, kind, currency, amount, amountMinor, payment, decidedAt, outcome, reason, \
            responseCode, approvalCode, retry, retryAt, approvedAmount, approvedAmountMinor, cardCurrency, limit, \
            posted, held, available (each with …Minor), policyVersion, checksRun, checksFailed, checksFlagged.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Option(help: CardReference.help) var card: CardReference
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What to ask for: 12.50, or \"12.50 EUR\".", valueName: "amount")
    ) var amount: AmountText?
    @Option(help: ArgumentHelp("The currency; by default the card's.", valueName: "code")) var currency: Currency?
    @Option(
        help: """
            What to ask: may it spend (authorize), and take it at once (financial), is it good (verify), what is \
            available (balance).
            """
    )
    var kind = Choice(RequestKind.authorization)
    @Option(help: ArgumentHelp("The merchant's name, up to 64 bytes.", valueName: "name")) var merchantName = ""
    @Option(help: ArgumentHelp("The merchant's city, up to 32 bytes.", valueName: "name")) var merchantCity = ""
    @Option(help: ArgumentHelp("What the merchant sells: four digits of ISO 18245.", valueName: "code"))
    var category = MerchantCategory(code: 5_999) ?? AuthorizeCommand.noCategory
    @Option(help: ArgumentHelp("Where the merchant is: two letters of ISO 3166-1.", valueName: "code"))
    var country = Country("ZZ") ?? AuthorizeCommand.noCountry
    @Option(help: ArgumentHelp("The merchant's number, up to 15 characters.", valueName: "id")) var merchantID = ""
    @Option(help: ArgumentHelp("The terminal's number, up to 8 characters.", valueName: "id")) var terminalID = ""
    @Option(help: "Whether the card was there.") var presence = Choice(Presence.unknown)
    @Option(help: "How the card's data came.") var entryMode = Choice(EntryMode.unknown)
    @Option(help: "Who started the payment.") var initiator = Choice(Initiator.cardholder)
    @OptionGroup(title: "Keys") var keys: KeyOptions
    @Flag(help: "Take less if not all is there.") var partial = false
    @Flag(help: "One of a series.") var recurring = false
    @Flag(help: "The final amount is not known yet.") var estimated = false

    func validate() throws {
        guard kind.value.hasAmount == (amount != nil) else {
            throw ValidationError(
                amount == nil ? "--amount is missing: how much?" : "--kind \(kind.value.words) takes no --amount"
            )
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let token = try card.token(in: &session)
        let (id, time) = try request.resolved()
        let asked = try askedCurrency(token, in: &session)
        let money = try amount.map { (text) throws(CommandFailure) in try text.money(in: asked, option: "--amount") }
        let common = try Common(self, id: id, token: token, time: time)
        let decision: DecisionBlock
        switch kind.value {
        case .authorization:
            decision = try session.tell(
                try common.authorize(try positive(money)),
                AuthorizeReply.self,
                id: id
            ).decision
        case .financial:
            decision = try session.tell(
                try common.financial(try positive(money)),
                FinancialReply.self,
                id: id
            ).decision
        case .accountVerification:
            decision = try session.tell(try common.verify(asked), VerifyAccountReply.self, id: id).decision
        case .balanceInquiry:
            decision = try session.tell(common.inquire(), BalanceInquiryReply.self, id: id).decision
        }
        let answer = AuthorizationAnswer(id: id, token: token, kind: kind.value, money: money, decision: decision)
        try session.print { (output) throws(StreamError) in try output.emit(answer.fields, table: answer.text) }
        if decision.outcome == .declined { throw CommandFailure(.declined, "") }
    }

    /// The currency of the request: as said, or the card's where the socket lets us look.
    private func askedCurrency(_ token: CardToken, in session: inout Session) throws(CommandFailure) -> Currency? {
        if kind.value == .balanceInquiry { return nil }
        if let said = currency ?? amount?.currency { return said }
        do throws(CommandFailure) {
            return try session.ask(CardGet(cardToken: token), CardGetReply.self).card.currency
        } catch {
            guard error.status == .notPermitted || error.status == .invalidData else { throw error }
            throw CommandFailure(
                .usage,
                "the card's currency cannot be looked up (\(error.message))",
                hints: ["Say the currency: --currency EUR"]
            )
        }
    }

    private func positive(_ money: Money?) throws(CommandFailure) -> Money {
        guard let money, money.minorUnits > 0 else {
            throw CommandFailure(.usage, "--amount must be more than zero", hints: ["Without an amount: --kind verify"])
        }
        return money
    }

    private static var noCategory: MerchantCategory { preconditionFailure("5999 is a category") }
    private static var noCountry: Country { preconditionFailure("ZZ is a country code") }
}

extension AuthorizeCommand {
    /// What all three kinds of request carry.
    private struct Common {
        let command: AuthorizeCommand
        let id: RequestID
        let token: CardToken
        let time: Instant
        let merchantID: Text16
        let terminalID: Text16
        let flags: RequestFlags

        init(
            _ command: AuthorizeCommand,
            id: RequestID,
            token: CardToken,
            time: Instant
        ) throws(CommandFailure) {
            guard command.merchantID.utf8.count <= 15, let merchantID = Text16(command.merchantID) else {
                throw CommandFailure(.usage, "--merchant-id is up to 15 printable ASCII characters")
            }
            guard command.terminalID.utf8.count <= 8, let terminalID = Text16(command.terminalID) else {
                throw CommandFailure(.usage, "--terminal-id is up to 8 printable ASCII characters")
            }
            var flags: RequestFlags = []
            if command.partial { flags.insert(.partialApprovalAllowed) }
            if command.recurring { flags.insert(.recurring) }
            if command.estimated { flags.insert(.estimated) }
            self.command = command
            self.id = id
            self.token = token
            self.time = time
            self.merchantID = merchantID
            self.terminalID = terminalID
            self.flags = flags
        }

        func authorize(_ money: Money) throws(CommandFailure) -> Authorize {
            Authorize(
                requestID: id,
                cardToken: token,
                amount: money.minorUnits,
                transmissionTime: time,
                merchantID: merchantID,
                terminalID: terminalID,
                currency: money.currency,
                merchantCountry: command.country,
                merchantCategory: command.category,
                presence: command.presence.value,
                entryMode: command.entryMode.value,
                initiator: command.initiator.value,
                flags: flags,
                lifecycleID: command.keys.texts.lifecycleID,
                acquirerID: command.keys.texts.acquirerID,
                retrievalReference: command.keys.texts.retrievalReference,
                stan: command.keys.stan,
                network: command.keys.network.value,
                authorizationKind: command.keys.amountKind.value,
                merchantName: command.merchantName,
                merchantCity: command.merchantCity
            )
        }

        func financial(_ money: Money) throws(CommandFailure) -> Financial {
            let same = try authorize(money)
            return Financial(
                requestID: same.requestID,
                cardToken: same.cardToken,
                amount: same.amount,
                transmissionTime: same.transmissionTime,
                merchantID: same.merchantID,
                terminalID: same.terminalID,
                currency: same.currency,
                merchantCountry: same.merchantCountry,
                merchantCategory: same.merchantCategory,
                presence: same.presence,
                entryMode: same.entryMode,
                initiator: same.initiator,
                flags: same.flags,
                lifecycleID: same.lifecycleID,
                acquirerID: same.acquirerID,
                retrievalReference: same.retrievalReference,
                stan: same.stan,
                rate: same.rate,
                rateScale: same.rateScale,
                rounding: same.rounding,
                network: same.network,
                authorizationKind: same.authorizationKind,
                merchantName: same.merchantName,
                merchantCity: same.merchantCity
            )
        }

        func verify(_ currency: Currency?) throws(CommandFailure) -> VerifyAccount {
            guard let currency else { throw CommandFailure(.usage, "in which currency? Give --currency, such as EUR") }
            return VerifyAccount(
                requestID: id,
                cardToken: token,
                transmissionTime: time,
                merchantID: merchantID,
                terminalID: terminalID,
                currency: currency,
                merchantCountry: command.country,
                merchantCategory: command.category,
                presence: command.presence.value,
                entryMode: command.entryMode.value,
                initiator: command.initiator.value,
                flags: flags,
                merchantName: command.merchantName,
                merchantCity: command.merchantCity
            )
        }

        func inquire() -> BalanceInquiry {
            BalanceInquiry(
                requestID: id,
                cardToken: token,
                transmissionTime: time,
                merchantID: merchantID,
                terminalID: terminalID,
                merchantCountry: command.country,
                merchantCategory: command.category,
                presence: command.presence.value,
                entryMode: command.entryMode.value,
                initiator: command.initiator.value,
                merchantName: command.merchantName,
                merchantCity: command.merchantCity
            )
        }
    }
}
