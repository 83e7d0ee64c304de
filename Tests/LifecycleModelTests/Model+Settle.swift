/// What the model does with the rest of a payment's life.
extension Model {
    mutating func settle(_ step: Step) -> ModelAnswer {
        let isPosting: Bool
        switch step.kind {
        case .advice, .clearing, .refundClearing, .clearingReversal, .chargeback, .representment: isPosting = true
        default: isPosting = false
        }
        guard step.card < cards.count else {
            // The money has moved: it is put aside for a person to look at.
            return isPosting
                ? ModelAnswer(outcome: .flagged) : ModelAnswer(outcome: .declined, reason: .cardUnknown)
        }
        let account = cards[step.card].account
        let (place, match) = find(step, account)
        guard step.currency == accounts[account].currency else {
            return isPosting
                ? ModelAnswer(outcome: .flagged, match: match)
                : ModelAnswer(outcome: .declined, reason: .invalidAmountOrCurrency, match: match)
        }
        var answer = ModelAnswer(match: match)
        let old = place.map { payments[$0].amounts } ?? ModelAmounts([], flags: [])
        let (fact, reason) = happening(step, place, old)
        guard let fact else {
            answer.outcome = .declined
            answer.reason = reason
            return answer
        }
        var isFlagged = false
        if step.kind == .increment {
            let objections = objections(step, amount: step.amount ?? 0, more: more(step, place, fact))
            if let objection = objections.first {
                answer.outcome = .declined
                answer.reason = objection
                return answer
            }
            isFlagged = accounts[account].velocity.isFull(at: now)
        }
        let at = place ?? open(step, account, awaits: Self.mayBeJoined(step))
        let approved = payments[at].amounts.approved
        payments[at].facts.append(fact)
        if isFlagged {
            payments[at].facts.append(.flagged)
            answer.outcome = .flagged
        }
        let raises = step.kind == .completion && payments[at].amounts.approved > approved
        if step.kind == .advice || raises, available(account) < 0 { payments[at].facts.append(.overLimit) }
        finish(at, old, &answer)
        count(at, old)
        return answer
    }

    /// What a message does to its payment, or why it does nothing.
    func happening(_ step: Step, _ place: Int?, _ amounts: ModelAmounts) -> (Fact?, ModelReason) {
        let amount = step.amount
        let tolerance = Self.tolerance(category: place.map { payments[$0].category } ?? step.category)
        let exists = place != nil
        switch step.kind {
        case .increment:
            return amounts.isClosed ? (nil, .lifecycleOver) : (.increment(amount ?? 0, tolerance: tolerance), .approved)
        case .advice: return (.advice(amount ?? 0, tolerance: tolerance), .approved)
        case .clearing:
            let isFinal = step.isFinal || (step.parts > 0 && step.part >= step.parts)
            return (.clearing(amount ?? 0, isFinal: isFinal, tolerance: tolerance), .approved)
        case .reversal, .reversalAdvice:
            guard exists || Self.mayBeJoined(step) else { return (nil, .originalNotFound) }
            if amounts.flags.contains(.fullyReversed) { return (nil, .alreadyReversed) }
            if amounts.isClosed { return (nil, .lifecycleOver) }
            guard let amount else { return (.fullReversal, .approved) }
            let isEarly = !exists || (amounts.flags.contains(.awaits) && amounts.base == 0)
            if !isEarly, amount > amounts.net { return (nil, .overReversal) }
            return (.reversal(amount), .approved)
        case .completion:
            guard exists, amounts.approved > 0 else { return (nil, .originalNotFound) }
            if amounts.isClosed { return (nil, .lifecycleOver) }
            if (amount ?? 0) - amounts.net > amounts.raiseLeft(tolerance: tolerance) { return (nil, .overTolerance) }
            return (.completion(amount ?? 0), .approved)
        case .expiry:
            guard let place else { return (nil, .originalNotFound) }
            return amounts.hold > 0 && now >= payments[place].expiresAt ? (.expiry, .approved) : (nil, .lifecycleOver)
        case .refundAuthorization: return (.refundAnnounced, .approved)
        case .refundClearing: return (.refund(amount ?? 0), .approved)
        case .clearingReversal: return exists ? (.clearingReversal(amount), .approved) : (nil, .originalNotFound)
        case .chargeback: return exists ? (.chargeback(amount), .approved) : (nil, .originalNotFound)
        case .representment: return exists ? (.representment(amount), .approved) : (nil, .originalNotFound)
        case .fraudReport: return exists ? (.fraud, .approved) : (nil, .originalNotFound)
        case .authorize, .financial, .verify, .setStatus, .setLimit, .replaceCard: return (nil, .originalNotFound)
        }
    }

    /// What the account would owe more for a fact more.
    func more(_ step: Step, _ place: Int?, _ fact: Fact) -> Int64 {
        guard let place else { return step.amount ?? 0 }
        var after = payments[place]
        after.facts.append(fact)
        let (old, new) = (payments[place].amounts, after.amounts)
        return new.hold + new.posted - old.hold - old.posted
    }

    /// The newest payment that a message names, by the strongest of its names that fits one; those that wait for their
    /// authorization come last.
    func find(_ step: Step, _ account: Int) -> (Int?, ModelMatch) {
        let candidates = payments.indices.reversed().filter { payments[$0].account == account }
        if step.names.contains(.payment), let id = paymentOfStory[step.story],
            let place = candidates.first(where: { payments[$0].id == id })
        {
            return (place, .identifier)
        }
        for awaits in [false, true] {
            let some = candidates.filter { payments[$0].amounts.flags.contains(.awaits) == awaits }
            if step.names.contains(.request),
                let place = some.first(where: { payments[$0].requestName == Self.request(ofStory: step.story) })
            {
                return (place, awaits ? .awaiting : .identifier)
            }
            if step.names.contains(.lifecycle),
                let place = some.first(where: { payments[$0].lifecycleName == step.story })
            {
                return (place, awaits ? .awaiting : .lifecycle)
            }
            if step.names.contains(.trace), let place = some.first(where: { payments[$0].traceName == step.story }) {
                return (place, awaits ? .awaiting : .trace)
            }
            if !awaits, step.names.contains(.retrieval), let record = recordOfStory[step.story],
                let place = some.first(where: { place in
                    payments[place].retrieval.map { $0.story == step.story && $0.record == record } ?? false
                        && (step.amount == nil || step.amount == payments[place].amounts.approved)
                })
            {
                return (place, .retrieval)
            }
        }
        return (nil, .none)
    }

    mutating func open(_ step: Step, _ account: Int, awaits: Bool) -> Int {
        let isEarly = step.isLifecycle
        var payment = ModelPayment(
            id: lastRecord,
            account: account,
            category: step.category,
            expiresAt: Self.expiry(step, now),
            lastAt: now,
            facts: [],
            beganAwaiting: awaits
        )
        if isEarly {
            switch step.kind {
            case .increment, .advice, .clearing, .reversal, .reversalAdvice: break
            default: payment.beganAwaiting = false
            }
            payment.requestName = step.names.contains(.request) ? Self.request(ofStory: step.story) : step.request
            if step.names.contains(.lifecycle) { payment.lifecycleName = step.story }
            if step.names.contains(.trace) { payment.traceName = step.story }
            if step.names.contains(.retrieval), let record = recordOfStory[step.story] {
                payment.retrieval = (step.story, record)
            }
        }
        payments.append(payment)
        if paymentOfStory[step.story] == nil { paymentOfStory[step.story] = payment.id }
        return payments.count - 1
    }

    mutating func finish(_ place: Int, _ old: ModelAmounts, _ answer: inout ModelAnswer) {
        payments[place].lastAt = now
        let new = payments[place].amounts
        answer.heldChange = new.hold - old.hold
        answer.postedChange = new.posted - old.posted
        answer.payment = payments[place].view
    }

    /// The first time that a payment takes or holds something, it counts as one approval.
    mutating func count(_ place: Int, _ old: ModelAmounts) {
        let new = payments[place].amounts
        let more = new.hold + new.taken + new.takenLate - old.hold - old.taken - old.takenLate
        guard !payments[place].isCounted, more > 0 else { return }
        payments[place].isCounted = true
        accounts[payments[place].account].velocity.add(at: now)
    }
}
