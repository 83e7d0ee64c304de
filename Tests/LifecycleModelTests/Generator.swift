import Randomness

/// Makes sequences: a few payments, each with a plausible life, then everything that goes wrong on the way: messages
/// that overtake each other, come twice, name the wrong payment or none, and ask for more than there is.
struct Generator {
    private var random: SeededRandom
    private var nextRequest = 1

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// A sequence of 3 to about 30 steps.
    mutating func sequence() -> [Step] {
        var steps: [Step] = []
        let stories = 1 + random.below(3)
        for story in 0..<stories { steps += life(of: story) }
        if random.percent(30) { steps.insert(cardStep(), at: random.below(steps.count + 1)) }
        if random.percent(3) { steps += burst(first: stories) }
        disorder(&steps)
        repeatSome(&steps)
        for index in steps.indices { spoil(&steps[index], stories: stories) }
        return steps
    }

    private mutating func request() -> Int {
        nextRequest += 1
        return nextRequest
    }

    /// One payment: its authorization, perhaps, and up to eight other messages.
    private mutating func life(of story: Int) -> [Step] {
        let card = random.below(Setting.cardCount)
        let amount = Int64(1 + random.below([10, 1_000, 2_500, 600_000][random.below(4)]))
        var opening = Step(kind: random.percent(85) ? .authorize : .financial, request: 0)
        opening.request = Model.request(ofStory: story)
        opening.card = card
        opening.currency = card
        opening.story = story
        opening.amount = amount
        opening.takesPart = random.percent(20)
        opening.category = random.percent(70) ? 5_411 : random.pick([5_541, 5_812, 7_011, 3_400])
        opening.initiatedByMerchant = random.percent(10)
        opening.presence = random.below(3)
        opening.amountKind = random.below(4)
        var steps = random.percent(88) ? [opening] : []
        for _ in 0..<random.below(9) {
            var step = opening
            step.kind = random.pick(Self.kinds)
            step.request = request()
            step.takesPart = false
            step.amount = self.amount(of: step.kind, around: amount)
            step.names = names()
            if step.kind == .clearing {
                step.isFinal = random.percent(25)
                if random.percent(20) {
                    step.parts = 1 + random.below(3)
                    step.part = 1 + random.below(step.parts)
                }
            }
            steps.append(step)
        }
        if random.percent(5) {
            var check = opening
            check.kind = .verify
            check.request = request()
            check.amount = nil
            steps.append(check)
        }
        return steps
    }

    /// Many small payments of one card, so many that velocity has something to say.
    private mutating func burst(first: Int) -> [Step] {
        let card = random.below(Setting.cardCount)
        return (first..<first + 14).map { story in
            var step = Step(kind: .authorize, request: Model.request(ofStory: story))
            step.card = card
            step.currency = card
            step.story = story
            step.amount = 5
            if random.percent(30) {
                step.kind = .increment
                step.request = request()
                step.names = [.request, .lifecycle]
            }
            return step
        }
    }

    private static let kinds: [Step.Kind] = [
        .increment, .increment, .increment, .advice, .advice, .completion, .clearing, .clearing, .clearing, .clearing,
        .reversal, .reversal, .reversal, .reversalAdvice, .refundAuthorization, .refundClearing, .clearingReversal,
        .chargeback, .representment, .fraudReport, .expiry, .expiry,
    ]

    private mutating func amount(of kind: Step.Kind, around amount: Int64) -> Int64? {
        let some = [
            amount, max(1, amount / 2), max(1, amount / 3), amount + max(1, amount / 10), amount * 2, 1,
            Int64(1 + random.below(Int(amount))),
        ][random.below(7)]
        switch kind {
        case .fraudReport, .expiry: return nil
        case .reversal, .reversalAdvice, .clearingReversal, .chargeback, .representment:
            return random.percent(40) ? nil : some
        case .completion: return random.percent(5) ? 0 : some
        default: return some
        }
    }

    private mutating func names() -> [Step.Name] {
        switch random.below(12) {
        case 0: [.payment]
        case 1: [.lifecycle]
        case 2: [.trace]
        case 3: [.retrieval]
        case 4: []
        case 5: [.payment, .lifecycle, .trace]
        case 6: [.lifecycle, .trace, .retrieval]
        default: [.request, .lifecycle, .trace]
        }
    }

    private mutating func cardStep() -> Step {
        var step = Step(kind: random.pick([.setStatus, .setLimit, .replaceCard, .replaceCard]), request: request())
        step.card = random.below(Setting.cardCount)
        step.currency = step.card
        step.freezes = random.percent(80)
        step.amount = Int64(random.below(4_000))
        return step
    }

    /// Half of all sequences are out of order: some a little, some altogether.
    private mutating func disorder(_ steps: inout [Step]) {
        switch random.below(4) {
        case 0: steps.shuffle(using: &random)
        case 1:
            for _ in 0..<2 where steps.count > 1 {
                let place = random.below(steps.count - 1)
                steps.swapAt(place, place + 1)
            }
        default: break
        }
    }

    private mutating func repeatSome(_ steps: inout [Step]) {
        while !steps.isEmpty, random.percent(25) {
            steps.insert(random.pick(steps), at: random.below(steps.count + 1))
        }
    }

    /// Time goes by, and sometimes something about a message is wrong.
    private mutating func spoil(_ step: inout Step, stories: Int) {
        step.gap = Int64(random.below(1_000_000))
        if random.percent(6) { step.gap = Int64(random.pick([2, 6, 11, 31, 46])) * 86_400_000_000 }
        if step.kind == .expiry, random.percent(70) { step.gap = 31 * 86_400_000_000 }
        guard step.isLifecycle else { return }
        if random.percent(2) { step.story = random.below(stories + 1) }
        if random.percent(2) { step.card = random.below(Setting.cardCount + 2) }
        if random.percent(2) { step.currency = random.below(Setting.currencies.count) }
    }
}
