import Authorization
import Domain

/// What the records of the journal must add up to, worked out slowly from what was asked, and checked against what each
/// record says that it saw and did.
struct BankModel {
    /// A card's money and state after a record. A card that replaced another has no money of its own.
    struct Card: Equatable {
        var limit: Int64
        var posted: Int64
        var held: Int64
        var status: CardStatus

        var available: Int64 { limit - posted - held }
        var balances: Balances { Balances(limit: limit, posted: posted, held: held) }
    }

    /// The cards by token, each as it was after each record that changed it.
    private(set) var cards: [CardToken: [(lsn: UInt64, card: Card)]] = [:]
    /// The account of each card that replaced another.
    private(set) var accounts: [CardToken: CardToken] = [:]
    private(set) var currencies: [CardToken: Currency] = [:]
    /// The record of each request.
    private(set) var lsnByRequest: [RequestID: UInt64] = [:]
    /// Every payment, oldest first.
    var payments: [BookedPayment] = []
    /// The place of the payment that a request made, changed or saw.
    var placeByRequest: [RequestID: Int] = [:]
    /// Whether an old request's id may have been forgotten.
    let forgets: Bool
    private(set) var lastLSN: UInt64 = 0

    /// - Parameter forgets: Whether there are more requests than the engine remembers.
    init(forgets: Bool) { self.forgets = forgets }

    /// A card as it is after the newest record.
    func card(_ token: CardToken) -> Card? { cards[token]?.last?.card }

    /// The account of a card.
    func account(_ token: CardToken) -> CardToken { accounts[token] ?? token }

    /// Applies the next record.
    mutating func apply(_ record: JournalAuditor.Record) throws(SimulationFailure) {
        try SimulationFailure.require(record.lsn == lastLSN + 1, "record \(record.lsn) follows record \(lastLSN)")
        lastLSN = record.lsn
        guard let kind = EventKind(rawValue: record.kind) else {
            throw SimulationFailure("record \(record.lsn) is of the unknown kind \(record.kind)")
        }
        do {
            switch kind {
            case .authorization:
                let event = try record.payload.withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
                try remember(event.request.requestID)
                try apply(event)
            case .lifecycle:
                let event = try record.payload.withUnsafeBytes { try LifecycleEvent(decoding: $0) }
                // The engine's own have no id.
                if event.request.kind != .expiry { try remember(event.request.requestID) }
                try apply(event)
            case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced:
                let event = try record.payload.withUnsafeBytes { try CardEvent(decoding: $0, kind: kind) }
                try remember(event.requestID)
                try apply(event)
            case .configurationChanged:
                let event = try record.payload.withUnsafeBytes { try ConfigurationChanged(decoding: $0) }
                try remember(event.requestID)
            case .ruleAdded, .ruleMoved:
                let event = try record.payload.withUnsafeBytes { try RuleChanged(decoding: $0, kind: kind) }
                try remember(event.requestID)
            case .principalChanged:
                let event = try record.payload.withUnsafeBytes { try PrincipalChanged(decoding: $0) }
                try remember(event.requestID)
            case .listCreated, .listDeleted, .listEntriesAdded, .listEntriesRemoved:
                let event = try record.payload.withUnsafeBytes { try ListChanged(decoding: $0, kind: kind) }
                try remember(event.requestID)
            }
        } catch let failure as SimulationFailure {
            throw failure
        } catch {
            throw SimulationFailure("record \(record.lsn) cannot be read: \(error)")
        }
    }

    private mutating func remember(_ id: RequestID) throws(SimulationFailure) {
        if let before = lsnByRequest.updateValue(lastLSN, forKey: id) {
            throw SimulationFailure("request \(id) was executed twice, in records \(before) and \(lastLSN)")
        }
    }

    // MARK: Money

    private mutating func apply(_ event: AuthorizationEvent) throws(SimulationFailure) {
        let lsn = lastLSN
        let decision = event.decision
        let token = event.request.cardToken
        let account = account(token)
        guard let card = card(account), let own = self.card(token) else {
            try SimulationFailure.require(
                decision.outcome == .declined && decision.reason == .cardUnknown && decision.balances == nil,
                "record \(lsn) decides \(decision) for a card that is not there"
            )
            return
        }
        let seen = event.observation.balances
        try SimulationFailure.require(
            seen == card.balances && event.observation.status == own.status && event.account == account,
            "record \(lsn) saw \(seen), and the sums are \(card)"
        )
        let asked = event.request.kind.hasAmount ? event.request.amount : 0
        let amount = decision.approvedAmount
        let more = event.heldChange + event.postedChange
        if decision.outcome == .declined {
            try SimulationFailure.require(amount == 0 && more == 0, "record \(lsn) declines and moves \(more)")
        } else {
            try SimulationFailure.require(
                own.status == .active && more <= max(0, card.available)
                    && (amount == asked || event.request.flags.contains(.partialApprovalAllowed) && amount < asked
                        || event.observation.awaiting != nil && amount > asked),
                "record \(lsn) approves \(amount) of \(asked) where \(card) was"
            )
        }
        try book(event)
        try move(account, event.heldChange, event.postedChange, decision.balances)
    }

    private mutating func apply(_ event: LifecycleEvent) throws(SimulationFailure) {
        let lsn = lastLSN
        let account = account(event.request.cardToken)
        guard let card = card(account), let own = self.card(event.request.cardToken) else {
            try SimulationFailure.require(
                event.heldChange == 0 && event.postedChange == 0 && event.decision.payment == nil,
                "record \(lsn) moves money of a card that is not there"
            )
            return
        }
        try SimulationFailure.require(
            event.account == account && event.observation.balances == card.balances,
            "record \(lsn) saw \(event.observation.balances), and the sums are \(card)"
        )
        if event.request.kind == .increment, event.outcome != .declined {
            try SimulationFailure.require(
                own.status == .active && event.heldChange + event.postedChange <= max(0, card.available),
                "record \(lsn) approves an increment of \(event.request.amount ?? 0) where \(card) was"
            )
        }
        try book(event)
        try move(account, event.heldChange, event.postedChange, event.decision.balances)
    }

    private mutating func move(
        _ account: CardToken,
        _ held: Int64,
        _ posted: Int64,
        _ balances: Balances?
    ) throws(SimulationFailure) {
        guard var card = card(account) else { return }
        card.held += held
        card.posted += posted
        try SimulationFailure.require(
            balances == card.balances,
            "record \(lastLSN) leaves \(String(describing: balances)) instead of \(card)"
        )
        try SimulationFailure.require(card.held >= 0, "record \(lastLSN) leaves less than nothing held")
        set(account, card)
        let sums = payments.reduce(into: (held: Int64(0), posted: Int64(0))) { sums, payment in
            guard payment.account == account else { return }
            sums.held += payment.amounts.hold
            sums.posted += payment.amounts.posted
        }
        try SimulationFailure.require(
            card.held == sums.held && card.posted == sums.posted,
            "record \(lastLSN) leaves \(card), and the payments of the card come to \(sums)"
        )
    }

    private mutating func set(_ token: CardToken, _ card: Card) { cards[token, default: []].append((lastLSN, card)) }

    // MARK: Cards

    private mutating func apply(_ event: CardEvent) throws(SimulationFailure) {
        switch event {
        case .created(let created):
            try SimulationFailure.require(card(created.token) == nil, "record \(lastLSN) makes a card again")
            currencies[created.token] = created.currency
            set(created.token, Card(limit: created.limit, posted: 0, held: 0, status: created.status))
        case .statusChanged(let change):
            guard var card = card(change.token), card.status == change.previous else {
                throw SimulationFailure("record \(lastLSN) changes a status that was another")
            }
            card.status = change.status
            set(change.token, card)
        case .limitsChanged(let change):
            guard var card = card(change.token), accounts[change.token] == nil else {
                throw SimulationFailure("record \(lastLSN) changes limits of a card that has none")
            }
            card.limit = change.limit
            set(change.token, card)
        case .replaced(let change):
            guard var card = card(change.token), card.status == change.previous, self.card(change.newToken) == nil,
                change.account == account(change.token)
            else { throw SimulationFailure("record \(lastLSN) replaces a card that is not as it says") }
            card.status = change.status
            set(change.token, card)
            accounts[change.newToken] = change.account
            set(change.newToken, Card(limit: 0, posted: 0, held: 0, status: .active))
        }
    }
}
