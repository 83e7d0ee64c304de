/// What the model answers to authorizations.
extension Model {
    /// What is wrong with asking a card for more, in order of precedence; `more` is what the account would owe more.
    func objections(_ step: Step, amount: Int64, more: Int64) -> [ModelReason] {
        let card = cards[step.card]
        let account = accounts[card.account]
        var found: [ModelReason] = []
        if card.isLost { found.append(.cardLost) } else if card.isFrozen { found.append(.cardFrozen) }
        let isComparable = step.currency == account.currency
        if !isComparable { found.append(.invalidAmountOrCurrency) }
        guard step.kind != .verify, more > 0 else { return found }
        if isComparable, account.transactionLimit > 0, amount > account.transactionLimit {
            found.append(.exceedsTransactionLimit)
        }
        if amount > Setting.threshold(currency: step.currency) { found.append(.exceedsAmountThreshold) }
        if isComparable, more > available(card.account) { found.append(.insufficientFunds) }
        return found
    }

    mutating func authorize(_ step: Step) -> ModelAnswer {
        guard step.card < cards.count else {
            return ModelAnswer(outcome: .declined, reason: .cardUnknown)
        }
        let account = cards[step.card].account
        let asked = step.kind == .verify ? 0 : step.amount ?? 0
        let isFlagged = accounts[account].velocity.isFull(at: now)
        if step.kind != .verify, step.currency == accounts[account].currency,
            let place = awaitingPayment(step, account)
        {
            return join(step, place, asked, isFlagged: isFlagged)
        }
        let objections = objections(step, amount: asked, more: asked)
        var approved = asked
        var reason = ModelReason.approved
        if let first = objections.first {
            let money: [ModelReason] = [.exceedsTransactionLimit, .exceedsAmountThreshold, .insufficientFunds]
            var most = min(available(account), Setting.threshold(currency: step.currency))
            if accounts[account].transactionLimit > 0 { most = min(most, accounts[account].transactionLimit) }
            guard objections.allSatisfy({ money.contains($0) }), step.takesPart, most > 0 else {
                return ModelAnswer(outcome: .declined, reason: first)
            }
            approved = most
            reason = .partiallyApproved
        }
        var answer = ModelAnswer(outcome: isFlagged ? .flagged : .approved, reason: reason)
        answer.approvedAmount = approved
        accounts[account].velocity.add(at: now)
        guard asked > 0 else { return answer }
        let place = open(step, account, awaits: false)
        payments[place].isCounted = true
        let tolerance = Self.tolerance(category: step.category)
        payments[place].facts.append(
            step.kind == .financial
                ? .paid(approved, tolerance: tolerance) : .authorized(approved, tolerance: tolerance)
        )
        if isFlagged { payments[place].facts.append(.flagged) }
        name(place, as: step)
        finish(place, ModelAmounts([], flags: []), &answer)
        return answer
    }

    /// An authorization whose payment is there already: an advice, an early clearing, increment or reversal made it.
    mutating func join(_ step: Step, _ place: Int, _ asked: Int64, isFlagged: Bool) -> ModelAnswer {
        let old = payments[place].amounts
        let tolerance = Self.tolerance(category: payments[place].category)
        let isTooLate = old.flags.contains(.fullyReversed)
        var after = payments[place]
        if isTooLate {
            after.facts.append(.authorizedTooLate(asked, tolerance: tolerance))
        } else if step.kind == .financial {
            after.facts.append(.paid(asked, tolerance: tolerance))
        } else {
            after.facts.append(.authorized(asked, tolerance: tolerance))
        }
        let new = after.amounts
        // What an advice or an early clearing took already is not asked for again.
        let more = new.hold + new.posted - old.hold - old.posted
        let objections = objections(step, amount: asked, more: more)
        if !isTooLate, let first = objections.first { return ModelAnswer(outcome: .declined, reason: first) }
        var answer = ModelAnswer()
        if isTooLate {
            (answer.outcome, answer.reason) = (.declined, .originalReversed)
        } else {
            answer.approvedAmount = new.base
            if !after.isCounted { accounts[after.account].velocity.add(at: now) }
            if isFlagged {
                answer.outcome = .flagged
                after.facts.append(.flagged)
            }
            after.expiresAt = Self.expiry(step, now)
        }
        after.isCounted = true
        payments[place] = after
        name(place, as: step)
        finish(place, old, &answer)
        return answer
    }

    /// The newest payment that waits for this authorization, by its own id, the lifecycle id or the trace.
    func awaitingPayment(_ step: Step, _ account: Int) -> Int? {
        let waiting = payments.indices.reversed().filter {
            payments[$0].account == account && payments[$0].amounts.flags.contains(.awaits)
                && now - payments[$0].lastAt <= Self.awaitingTime
        }
        return waiting.first { payments[$0].requestName == step.request }
            ?? waiting.first { payments[$0].lifecycleName == step.story }
            ?? waiting.first { payments[$0].traceName == step.story }
    }

    /// Gives a payment the names of its authorization.
    mutating func name(_ place: Int, as step: Step) {
        payments[place].requestName = step.request
        payments[place].lifecycleName = step.story
        payments[place].traceName = step.story
        payments[place].retrieval = (step.story, lastRecord)
        paymentOfStory[step.story] = payments[place].id
        recordOfStory[step.story] = lastRecord
    }
}
