import Domain
import Wire

// What operators ask for: cards, the configuration, rules.

extension Simulation {
    /// A token that no card has.
    func strangeToken() -> CardToken { CardToken(high: 9, low: random.next() | 1) }

    /// The card in the place of another: itself, or at times one that replaced it.
    func tokenNow(_ card: Int) -> CardToken {
        let line = cards.filter { $0.first == cards[card].first }
        return random.pick(line).token
    }

    func create(_ id: RequestID) {
        let time = now()
        let currency = random.pick([Fixed.euro, Fixed.euro, Fixed.yen, Fixed.dinar])
        let token = newCard(currency, first: nil)
        add(
            id,
            time,
            .card,
            CardCreate(
                requestID: id,
                cardToken: token,
                transmissionTime: time,
                spendingLimit: Int64(random.pick([10_000, 100_000, 1_000_000, 10_000_000])),
                transactionLimit: random.oneIn(3) ? 20_000 : nil,
                lastFour: Fixed.lastFour,
                currency: currency,
                profile: Text16(),
                status: .active
            )
        )
    }

    private func newCard(_ currency: Currency, first: Int?) -> CardToken {
        // Some of the lines cross shards and some do not.
        let token = CardToken(high: 5, low: UInt64(cards.count + 1))
        cards.append(SimulatedCard(token: token, currency: currency, first: first ?? cards.count))
        return token
    }

    func replace(_ id: RequestID) {
        let time = now()
        guard cards.count < plan.cardCount + 6 else { return setStatus(id) }
        let card = random.pick(cards)
        add(
            id,
            time,
            .card,
            CardReplace(
                requestID: id,
                cardToken: card.token,
                transmissionTime: time,
                newCardToken: newCard(card.currency, first: card.first),
                lastFour: Fixed.lastFour,
                reason: random.pick([.lost, .damaged])
            )
        )
    }

    func setStatus(_ id: RequestID) {
        let time = now()
        add(
            id,
            time,
            .card,
            CardSetStatus(
                requestID: id,
                cardToken: random.pick(cards).token,
                transmissionTime: time,
                status: random.oneIn(3) ? .frozen : .active
            )
        )
    }

    func setLimits(_ id: RequestID) {
        let time = now()
        add(
            id,
            time,
            .card,
            CardSetLimits(
                requestID: id,
                cardToken: random.pick(cards).token,
                transmissionTime: time,
                spendingLimit: Int64(random.within(0...2_000_000)),
                profile: Text16()
            )
        )
    }

    /// Writes a rule, or moves a version of one: often one that is not there, or may not go there.
    private func changeRule(_ id: RequestID, _ time: Instant) {
        let name = random.pick(["a", "b", "c"])
        if random.oneIn(2) {
            let (action, condition) = random.pick([
                (RuleAction.decline, "amount > 150.00"), (.flag, "velocity.count('card', '60s') >= 2"),
                (.requireApproval, "amount * 3 > card.available"), (.decline, "kind == 'increment' && amount > 90.00"),
                (.flag, "amount / (network - network) > 1.00"), (.decline, "terminal.id in list('x')"),
                (.flag, "list('y', terminal.id)"),
            ])
            let rule = RuleAdd(
                requestID: id,
                transmissionTime: time,
                expectedVersion: 0,
                action: action,
                reason: action == .decline ? .suspectedFraud : .approved,
                stage: .shadow,
                name: name,
                owner: "",
                note: "",
                condition: condition
            )
            add(id, time, .configuration, rule)
        } else {
            let stage = random.pick([RuleStage.active, .active, .shadow, .retired])
            let move = RuleMove(
                requestID: id,
                transmissionTime: time,
                version: UInt32(random.below(4)),
                stage: stage,
                from: nil,
                name: name
            )
            add(id, time, .configuration, move)
        }
    }

    /// Makes, fills, empties or deletes a list: often one that is not there, or that a rule asks.
    private func changeList(_ id: RequestID, _ time: Instant) {
        let name = random.pick(["x", "y"])
        let values = ["T1", "T2", "T3", "TERMINAL"].filter { _ in random.oneIn(2) }
        switch random.below(8) {
        case 0, 1:
            let list = ListCreate(
                requestID: id,
                transmissionTime: time,
                kind: .terminal,
                match: name == "x" ? .exact : .prefix,
                name: name,
                owner: "",
                note: "",
                reason: ""
            )
            add(id, time, .configuration, list)
        case 2:
            add(id, time, .configuration, ListDelete(requestID: id, transmissionTime: time, name: name, reason: ""))
        case 3, 4:
            let removal = ListRemove(
                requestID: id,
                transmissionTime: time,
                values: (values.isEmpty ? ["T4"] : values).map { ListRemove.ValuesEntry(value: $0) },
                name: name,
                reason: "why"
            )
            add(id, time, .configuration, removal)
        default:
            let until = random.oneIn(2) ? time.advanced(byMicroseconds: Int64(random.within(1...20_000_000))) : nil
            let addition = ListAdd(
                requestID: id,
                transmissionTime: time,
                entries: (values.isEmpty ? ["T4"] : values).map {
                    ListAdd.EntriesEntry(from: nil, until: until, value: $0, reason: "")
                },
                name: name,
                reason: "why"
            )
            add(id, time, .configuration, addition)
        }
    }

    func configure(_ id: RequestID) {
        let time = now()
        guard !random.oneIn(3) else { return changeRule(id, time) }
        guard !random.oneIn(4) else { return changeList(id, time) }
        let (key, value) = random.pick([
            ("velocity.1", "count>10 in 60s flag"), ("velocity.1", "count>3 in 10s decline"), ("velocity.1", "none"),
            ("velocity.2", "sum>500.00 in 1h decline"), ("velocity.2", "none"), ("amount-threshold.EUR", "200.00"),
            ("amount-threshold.EUR", "none"), ("merchant-block.contains", "long name"), ("merchant-block.contains", ""),
            ("expiry.1", "any 1d"), ("expiry.1", "any 2d"), ("expiry.1", "none"), ("counter.1", "merchant in 1m"),
            ("counter.1", "card,country in 10s"), ("counter.2", "terminal,currency in 31d"), ("counter.2", "none"),
            ("counter.3", "distinct card by merchant in 1m up to 2"), ("counter.3", "none"),
            ("counter.4", "declines by card in 10m"), ("counter.5", "min by card in 1m"),
            ("counter.6", "max by merchant,currency in 10s"), ("counter.6", "declines by merchant in 1m"),
            ("counter.7", "merchant in day Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3"),
        ])
        add(
            id,
            time,
            .configuration,
            ConfigSet(requestID: id, transmissionTime: time, expectedVersion: .zero, key: key, value: value)
        )
    }
}
