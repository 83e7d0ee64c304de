import Authorization
import Domain

// Commands on cards, judged again.

extension Reexecution {
    /// Judges a command once more by what its event says that it asked, and carries it out.
    mutating func perform(_ event: CardEvent, _ lsn: LogSequenceNumber) throws(ReexecutionError) {
        let part = cards.part(of: event.token, policy: configuration.policy)
        let card = part.shard.card(event.token)
        var replacement: CardView?
        if case .replaced(let asked) = event {
            replacement = cards.part(of: asked.newToken, policy: configuration.policy).shard.card(asked.newToken)
        }
        let command = CardCommand(
            requestID: event.requestID,
            actor: event.actor,
            transmissionTime: event.transmissionTime,
            token: event.token,
            action: action(event, on: card)
        )
        let again: CardEvent
        do throws(CardCommandError) {
            again = try validate(
                command,
                seen: card,
                replacement: replacement,
                present: presentCards[card?.account ?? event.token],
                at: event.time,
                policy: configuration.policy
            )
        } catch {
            throw ReexecutionError(lsn: lsn, finding: .impossible("\(error)"))
        }
        guard again == event else {
            throw ReexecutionError(lsn: lsn, finding: .differs(recorded: "\(event)", now: "\(again)"))
        }
        part.shard.apply(event, lsn: lsn)
        guard case .replaced(let replaced) = event else { return }
        cards.part(of: replaced.newToken, policy: configuration.policy).shard.applyAlias(replaced, lsn: lsn)
        presentCards[replaced.account] = replaced.newToken
    }

    /// What was asked: an event says what is from now on, a command what changes.
    private func action(_ event: CardEvent, on card: CardView?) -> CardCommand.Action {
        switch event {
        case .created(let created):
            .create(
                CardCommand.Creation(
                    status: created.status,
                    currency: created.currency,
                    limit: created.limit,
                    transactionLimit: created.transactionLimit,
                    expiry: created.expiry,
                    lastFour: created.lastFour,
                    profile: created.profile
                )
            )
        case .statusChanged(let changed): .setStatus(changed.status)
        case .limitsChanged(let changed):
            .setLimits(
                CardCommand.LimitChanges(
                    limit: changed.limit,
                    transactionLimit: changed.transactionLimit.map { .set($0) } ?? .remove,
                    expiry: changed.expiry == card?.expiry ? nil : changed.expiry,
                    profile: changed.profile
                )
            )
        case .replaced(let replaced):
            .replace(
                CardCommand.Replacement(
                    newToken: replaced.newToken,
                    reason: replaced.reason,
                    expiry: replaced.expiry,
                    lastFour: replaced.lastFour
                )
            )
        }
    }
}
