/// A slow, obvious payment system: lists that are searched from one end to the other, and amounts that are worked out
/// of everything that ever happened whenever somebody asks.
struct Model {
    /// A card as people see it; several cards can share an account after a replacement.
    struct Card {
        var account: Int
        var isFrozen = false
        var isLost = false
    }

    /// The money behind cards.
    struct Account {
        var currency: Int
        var limit: Int64
        var transactionLimit: Int64
        var velocity = ModelVelocity()
    }

    var cards: [Card] = []
    var accounts: [Account] = []
    var payments: [ModelPayment] = []
    var now = Setting.start
    /// The number of the last record; a payment's id is that of its first.
    var lastRecord = 0
    /// Which payment a story's own request ended up in.
    var paymentOfStory: [Int: Int] = [:]
    var recordOfStory: [Int: Int] = [:]

    init() {
        for number in 0..<Setting.cardCount {
            cards.append(Card(account: number))
            accounts.append(
                Account(
                    currency: number,
                    limit: Setting.limits[number],
                    transactionLimit: Setting.transactionLimits[number]
                )
            )
            lastRecord += 1
        }
    }

    // MARK: What follows from the facts

    func held(_ account: Int) -> Int64 {
        payments.filter { $0.account == account }.reduce(0) { $0 + $1.amounts.hold }
    }

    func posted(_ account: Int) -> Int64 {
        payments.filter { $0.account == account }.reduce(0) { $0 + $1.amounts.posted }
    }

    func available(_ account: Int) -> Int64 { accounts[account].limit - posted(account) - held(account) }

    var balances: [ModelBalance] {
        accounts.indices.map {
            ModelBalance(limit: accounts[$0].limit, posted: posted($0), held: held($0))
        }
    }

    /// The id of the payment that a story is about, if its sender can know it.
    func payment(ofStory story: Int) -> Int? { paymentOfStory[story] }

    /// The record of a story's authorization, of which its approval code is made.
    func record(ofStory story: Int) -> Int? { recordOfStory[story] }

    // MARK: Steps

    /// Takes one step that is no repeat.
    mutating func take(_ step: Step) -> ModelAnswer {
        now += step.gap
        lastRecord += 1
        var answer: ModelAnswer
        switch step.kind {
        case .setStatus:
            if step.card < cards.count, !cards[step.card].isLost { cards[step.card].isFrozen = step.freezes }
            answer = ModelAnswer()
        case .setLimit:
            // A card that replaced another has no limits of its own.
            if step.card < Setting.cardCount { accounts[cards[step.card].account].limit = step.amount ?? 0 }
            answer = ModelAnswer()
        case .replaceCard:
            replace(step)
            answer = ModelAnswer()
        case .authorize, .financial, .verify: answer = authorize(step)
        default: answer = settle(step)
        }
        answer.balances = balances
        return answer
    }

    mutating func replace(_ step: Step) {
        guard step.card < cards.count else { return }
        cards.append(Card(account: cards[step.card].account))
        cards[step.card].isLost = true
    }
}
