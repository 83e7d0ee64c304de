import Authorization
import Domain

/// The real core, driven as the engine drives it: observe, decide, apply, in one shard.
struct CoreSubject: ~Copyable {
    private var shard = CardShard(expectedCards: 8)
    private static let policy = Policy(PolicySettings(), version: LogSequenceNumber(rawValue: 1))
    private var now = Setting.start
    private var lastRecord = 0
    private var cardCount = 0

    init() {
        shard.policyChanged(Self.policy)
        for number in 0..<Setting.cardCount {
            let transactionLimit = Setting.transactionLimits[number]
            command(
                .create(
                    CardCommand.Creation(
                        status: .active,
                        currency: Self.currency(number),
                        limit: Setting.limits[number],
                        transactionLimit: transactionLimit == 0 ? nil : transactionLimit,
                        expiry: nil,
                        lastFour: Self.lastFour,
                        profile: Text16()
                    )
                ),
                card: number
            )
        }
    }

    // MARK: Steps

    /// Takes one step that is no repeat. The names that only the sender of earlier answers knows come from the model:
    /// it was told the same.
    mutating func take(_ step: Step, _ model: borrowing Model) -> ModelAnswer {
        now += step.gap
        let asked = step.names.contains(.payment) ? model.payment(ofStory: step.story) : nil
        let record = step.names.contains(.retrieval) ? model.record(ofStory: step.story) : nil
        var answer = ModelAnswer()
        switch step.kind {
        case .setStatus: command(.setStatus(step.freezes ? .frozen : .active), card: step.card)
        case .setLimit: command(.setLimits(CardCommand.LimitChanges(limit: step.amount)), card: step.card)
        case .replaceCard: replace(step)
        case .authorize: answer = authorize(step, .authorization)
        case .financial: answer = authorize(step, .financial)
        case .verify: answer = authorize(step, .accountVerification)
        case .increment, .refundAuthorization, .advice, .completion, .clearing, .refundClearing, .clearingReversal,
            .reversal, .reversalAdvice, .chargeback, .representment, .fraudReport, .expiry:
            answer = settle(step, payment: asked, record: record)
        }
        answer.balances = balances()
        return answer
    }

    /// Limit, posted and held of every account.
    func balances() -> [ModelBalance] {
        (0..<Setting.cardCount).compactMap { shard.card(Self.token($0))?.balances }.map {
            ModelBalance(limit: $0.limit, posted: $0.posted, held: $0.held)
        }
    }

    /// Every payment, by id, and what the shard says that it has.
    func payments() -> [ModelView] {
        var views: [ModelView] = []
        _ = shard.forEachPayment(from: LogSequenceNumber(rawValue: 1), limit: .max) { views.append(Self.view($0)) }
        return views
    }

    private mutating func authorize(_ step: Step, _ kind: RequestKind) -> ModelAnswer {
        let request = Self.request(step, kind)
        let time = Instant(microseconds: now)
        lastRecord += 1
        let lsn = LogSequenceNumber(rawValue: UInt64(lastRecord))
        let seen = shard.observe(request, as: shard.alias(request.cardToken), at: time, policy: Self.policy)
        let decision = decide(request, at: time, seen: seen, policy: Self.policy)
        let event = AuthorizationEvent(request: request, time: time, observation: seen, decision: decision)
        shard.apply(event, lsn: lsn, policy: Self.policy)
        var answer = ModelAnswer(outcome: Self.outcome(decision.outcome), reason: Self.reason(decision.reason))
        answer.approvedAmount = decision.approvedAmount
        answer.payment = event.payment(lsn: lsn).map(Self.view)
        answer.heldChange = event.heldChange
        answer.postedChange = event.postedChange
        return answer
    }

    private mutating func settle(_ step: Step, payment: Int?, record: Int?) -> ModelAnswer {
        let request = Self.request(step, payment: payment, record: record)
        let time = Instant(microseconds: now)
        lastRecord += 1
        let lsn = LogSequenceNumber(rawValue: UInt64(lastRecord))
        let seen = shard.observe(request, as: shard.alias(request.cardToken), at: time, policy: Self.policy)
        let decision = decideLifecycle(request, at: time, seen: seen, policy: Self.policy)
        let event = LifecycleEvent(request: request, time: time, observation: seen.card, decision: decision)
        shard.apply(event, lsn: lsn, policy: Self.policy)
        var answer = ModelAnswer(outcome: Self.outcome(decision.outcome), reason: Self.reason(decision.reason))
        answer.match = Self.match(decision.match)
        answer.payment = event.payment(lsn: lsn).map(Self.view)
        answer.heldChange = decision.heldChange
        answer.postedChange = decision.postedChange
        return answer
    }

    // MARK: Cards

    /// What cannot be done is not done: the model does the same.
    private mutating func command(_ action: CardCommand.Action, card: Int) {
        lastRecord += 1
        let token = Self.token(card)
        let asked = CardCommand(
            requestID: RequestID(high: 1, low: UInt64(lastRecord)),
            actor: 0,
            transmissionTime: Instant(microseconds: now),
            token: token,
            action: action
        )
        guard
            let event = try? validate(
                asked,
                seen: shard.card(token),
                replacement: shard.card(Self.token(max(cardCount, Setting.cardCount))),
                at: Instant(microseconds: now),
                policy: Self.policy
            )
        else { return }
        shard.apply(event, lsn: LogSequenceNumber(rawValue: UInt64(lastRecord)))
        if case .created = event { cardCount += 1 }
        if case .replaced(let replaced) = event {
            shard.applyAlias(replaced, lsn: LogSequenceNumber(rawValue: UInt64(lastRecord)))
            cardCount += 1
        }
    }

    private mutating func replace(_ step: Step) {
        command(
            .replace(
                CardCommand.Replacement(
                    newToken: Self.token(cardCount),
                    reason: .lost,
                    expiry: nil,
                    lastFour: Self.lastFour
                )
            ),
            card: step.card
        )
    }
}
