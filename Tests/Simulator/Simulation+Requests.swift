import Domain
import Wire

// What is asked for.

extension Simulation {
    /// Makes up the next request.
    func invent() {
        let id = nextRequestID()
        if cards.count < plan.cardCount { return create(id) }
        if random.oneIn(3), let story = openStory() { return authorize(story, isFinancial: random.oneIn(8)) }
        switch random.below(80) {
        case 0...1: setStatus(id)
        case 2...3: setLimits(id)
        case 4...6: configure(id)
        case 7: replace(id)
        case 8...11: verify(id)
        case 12...15: balance(id)
        case 16...49: if random.oneIn(3) || stories.isEmpty { begin() } else { settle(id) }
        default:
            begin()
            // The authorization itself, unless something else comes first.
            if !random.oneIn(5), let story = openStory() { authorize(story, isFinancial: random.oneIn(8)) }
        }
    }

    private func nextRequestID() -> RequestID {
        requestCount += 1
        return RequestID(high: seed | 1, low: requestCount)
    }

    /// An id that no request has.
    func strangeRequestID() -> RequestID { RequestID(high: (seed | 1) &+ 2, low: random.next() | 1) }

    func now() -> Instant {
        var time = clock.wall - Int64(random.below(1_000))
        if random.oneIn(100) { time += 12_000_000 }
        return Instant(microseconds: time)
    }

    func add(
        _ id: RequestID,
        _ time: Instant,
        _ kind: Operation.Kind,
        _ message: any WireMessage,
        conflict: (any WireMessage)? = nil,
        story: Int? = nil
    ) {
        operations.append(
            Operation(id: id, transmissionTime: time, kind: kind, message: message, conflict: conflict, story: story)
        )
    }

    // MARK: Payments

    /// A new payment; its authorization has not been sent.
    private func begin() {
        let card = random.below(cards.count)
        stories.append(
            Story(
                number: stories.count,
                card: card,
                currency: cards[card].currency,
                amount: Int64(random.pick([1, 500, 2_500, 30_000, 600_000]) + random.below(100)),
                requestID: nextRequestID(),
                transmissionTime: now(),
                category: random.pick([Fixed.groceries, Fixed.groceries, Fixed.restaurant, Fixed.lodging]),
                authorizationKind: random.pick([.unknown, .final, .preauthorization]),
                presence: random.pick([.present, .notPresent])
            )
        )
    }

    /// The newest payments whose authorization was not sent.
    private func openStory() -> Int? {
        let open = stories.indices.suffix(8).filter { !stories[$0].isAuthorizationSent }
        return open.isEmpty ? nil : random.pick(Array(open))
    }

    private func authorize(_ number: Int, isFinancial: Bool) {
        stories[number].isAuthorizationSent = true
        let story = stories[number]
        var message = Authorize(
            requestID: story.requestID,
            cardToken: random.oneIn(40) ? strangeToken() : cards[story.card].token,
            amount: story.amount,
            merchantAmount: random.oneIn(6) ? story.amount * 2 : nil,
            transmissionTime: story.transmissionTime,
            merchantID: Fixed.merchantID,
            terminalID: Fixed.terminalID,
            currency: random.oneIn(30) ? Fixed.dollar : story.currency,
            merchantCurrency: nil,
            merchantCountry: Fixed.germany,
            merchantCategory: story.category,
            presence: story.presence,
            entryMode: .chip,
            initiator: .cardholder,
            flags: random.oneIn(5) ? [.partialApprovalAllowed] : [],
            lifecycleID: story.lifecycleID,
            acquirerID: Fixed.acquirerID,
            retrievalReference: story.retrievalReference,
            stan: story.stan,
            authorizationKind: story.authorizationKind,
            merchantName: String("A merchant with a long name that fills its field".prefix(1 + random.below(48))),
            merchantCity: "Berlin"
        )
        let original = message
        message.amount += 1
        add(
            story.requestID,
            story.transmissionTime,
            .payment,
            isFinancial ? Financial(original) : original,
            conflict: isFinancial ? Financial(message) : message,
            story: number
        )
    }

    /// Anything that happens to a payment before or after its authorization.
    private func settle(_ id: RequestID) {
        let number = random.oneIn(2) ? random.below(stories.count) : max(0, stories.count - 1 - random.below(6))
        let story = stories[number]
        let time = now()
        var event = event(id, time, story)
        name(&event, story)
        let amounts = [story.amount, story.amount / 2 + 1, story.amount / 3 + 1, story.amount + story.amount / 10 + 1]
        event.amount = random.pick(amounts)
        let text = (name: "Corner shop", city: "Berlin")
        func message(_ event: EventBlock, _ kind: Int) -> any WireMessage {
            var event = event
            switch kind {
            case 0...2: return Increment(event: event, merchantName: text.name, merchantCity: text.city)
            case 3...5: return Advice(event: event, merchantName: text.name, merchantCity: text.city)
            case 6...7: return Completion(event: event, merchantName: text.name, merchantCity: text.city)
            case 8...15: return Clearing(event: event, merchantName: text.name, merchantCity: text.city)
            case 16...18: return Reverse(event: event, merchantName: text.name, merchantCity: text.city)
            case 19: return ReversalAdvice(event: event, merchantName: text.name, merchantCity: text.city)
            case 20...21: return RefundClearing(event: event, merchantName: text.name, merchantCity: text.city)
            case 22: return RefundAuthorize(event: event, merchantName: text.name, merchantCity: text.city)
            case 23: return ClearingReversal(event: event, merchantName: text.name, merchantCity: text.city)
            case 24: return Chargeback(event: event, merchantName: text.name, merchantCity: text.city)
            case 25: return Representment(event: event, merchantName: text.name, merchantCity: text.city)
            default:
                event.amount = nil
                return FraudReport(event: event, merchantName: text.name, merchantCity: text.city)
            }
        }
        stories[number].otherRequestIDs.append(id)
        let kind = random.below(27)
        // All of it where the message may leave the amount out.
        if [16, 17, 18, 19, 23, 24, 25].contains(kind), random.oneIn(2) { event.amount = nil }
        if (8...15).contains(kind) {
            event.isFinal = random.oneIn(3)
            if random.oneIn(4) {
                event.sequenceCount = 3
                event.sequenceNumber = UInt8(1 + random.below(3))
            }
        }
        var other = event
        other.merchantCategory = Fixed.fuel
        add(id, time, .payment, message(event, kind), conflict: message(other, kind), story: number)
    }

    private func event(_ id: RequestID, _ time: Instant, _ story: Story) -> EventBlock {
        EventBlock(
            requestID: id,
            cardToken: random.oneIn(40) ? strangeToken() : tokenNow(story.card),
            transmissionTime: time,
            rate: 0,
            paymentID: .zero,
            stan: 0,
            lifecycleID: Text16(),
            acquirerID: Text16(),
            retrievalReference: Text16(),
            approvalCode: Text16(),
            merchantID: Fixed.merchantID,
            terminalID: Fixed.terminalID,
            originalTerminalID: Text16(),
            currency: random.oneIn(30) ? Fixed.dollar : random.oneIn(2) ? story.currency : nil,
            merchantCountry: Fixed.germany,
            merchantCategory: story.category,
            presence: story.presence,
            entryMode: .chip,
            initiator: .merchant,
            network: .visa,
            authorizationKind: story.authorizationKind,
            rateScale: 0,
            rounding: .halfAwayFromZero,
            isFinal: false,
            sequenceNumber: 0,
            sequenceCount: 0
        )
    }

    /// Names the payment by some of what its sender knows.
    private func name(_ event: inout EventBlock, _ story: Story) {
        if random.oneIn(3), let id = story.paymentID { event.paymentID = id }
        if random.oneIn(3) {
            event.originalRequestID =
                random.oneIn(4) && !story.otherRequestIDs.isEmpty ? random.pick(story.otherRequestIDs) : story.requestID
        }
        if random.oneIn(2) { event.lifecycleID = story.lifecycleID }
        if random.oneIn(3) {
            event.acquirerID = Fixed.acquirerID
            event.stan = story.stan
            event.originalTransmissionTime = story.transmissionTime
        }
        if random.oneIn(3), let code = story.approvalCode {
            event.retrievalReference = story.retrievalReference
            event.approvalCode = code
        }
    }

    private func verify(_ id: RequestID) {
        let time = now()
        let card = random.pick(cards)
        add(
            id,
            time,
            .payment,
            VerifyAccount(
                requestID: id,
                cardToken: random.oneIn(20) ? strangeToken() : card.token,
                transmissionTime: time,
                merchantID: Fixed.merchantID,
                terminalID: Fixed.terminalID,
                currency: card.currency,
                merchantCountry: Fixed.germany,
                merchantCategory: Fixed.groceries,
                presence: .present,
                entryMode: .chip,
                initiator: .cardholder,
                flags: [],
                merchantName: "Corner shop",
                merchantCity: "Berlin"
            )
        )
    }

    private func balance(_ id: RequestID) {
        let time = now()
        add(
            id,
            time,
            .payment,
            BalanceInquiry(
                requestID: id,
                cardToken: random.oneIn(20) ? strangeToken() : random.pick(cards).token,
                transmissionTime: time,
                merchantID: Fixed.merchantID,
                terminalID: Fixed.terminalID,
                merchantCountry: Fixed.germany,
                merchantCategory: Fixed.groceries,
                presence: .present,
                entryMode: .chip,
                initiator: .cardholder,
                merchantName: "Corner shop",
                merchantCity: "Berlin"
            )
        )
    }
}

/// A card that was made, or asked for.
struct SimulatedCard {
    let token: CardToken
    let currency: Currency
    /// The place of the first card of its line.
    let first: Int
}

extension Financial {
    /// The same that the authorization asks for, taken at once.
    init(_ message: Authorize) {
        self.init(
            requestID: message.requestID,
            cardToken: message.cardToken,
            amount: message.amount,
            merchantAmount: message.merchantAmount,
            transmissionTime: message.transmissionTime,
            merchantID: message.merchantID,
            terminalID: message.terminalID,
            currency: message.currency,
            merchantCurrency: message.merchantCurrency,
            merchantCountry: message.merchantCountry,
            merchantCategory: message.merchantCategory,
            presence: message.presence,
            entryMode: message.entryMode,
            initiator: message.initiator,
            flags: message.flags,
            lifecycleID: message.lifecycleID,
            acquirerID: message.acquirerID,
            retrievalReference: message.retrievalReference,
            stan: message.stan,
            rate: message.rate,
            rateScale: message.rateScale,
            rounding: message.rounding,
            network: message.network,
            authorizationKind: message.authorizationKind,
            merchantName: message.merchantName,
            merchantCity: message.merchantCity
        )
    }
}

/// Constants of the domain, unwrapped.
enum Fixed {
    static let euro = known(Currency("EUR"))
    static let yen = known(Currency("JPY"))
    static let dinar = known(Currency("KWD"))
    static let dollar = known(Currency("USD"))
    static let germany = known(Country("DE"))
    static let groceries = known(MerchantCategory(code: 5411))
    static let restaurant = known(MerchantCategory(code: 5812))
    static let lodging = known(MerchantCategory(code: 7011))
    static let fuel = known(MerchantCategory(code: 5541))
    static let merchantID = known(Text16("M1"))
    static let terminalID = known(Text16("T1"))
    static let acquirerID = known(Text16("A1"))
    static let lastFour = known(Text16("1234"))

    private static func known<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a constant of the simulation is wrong") }
        return value
    }
}
