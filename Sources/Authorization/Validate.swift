public import Domain

/// Judges a command against the card as it stands (`nil`: there is none) and returns the event that carries it out.
///
/// A function of its arguments alone. A limit may be lowered below what the card owes: its next payments decline.
///
/// - Parameters:
///   - command: what is asked.
///   - card: the card that it names, as it stands.
///   - replacement: for a replacement, the card that has the new token already; `nil`: none has.
///   - present: the card that stands for the account now, where one took another's place; `nil`: none did.
///   - time: when it is decided.
///   - policy: the one in force.
/// - Throws: `CardCommandError`; then there is nothing to apply.
public func validate(
    _ command: CardCommand,
    seen card: CardView?,
    replacement: CardView? = nil,
    present: CardToken? = nil,
    at time: Instant,
    policy: borrowing Policy
) throws(CardCommandError) -> CardEvent {
    guard !command.token.isZero else {
        throw .invalidField(name: "cardToken", problem: "it is zero; a token has at least one bit set")
    }
    switch command.action {
    case .create(let creation): return .created(try created(command, creation, seen: card, at: time, policy: policy))
    case .setStatus(let status):
        guard let card else { throw .cardUnknown }
        guard card.status.mayBecome(status) else { throw .transitionNotAllowed(from: card.status, to: status) }
        return .statusChanged(
            CardEvent.StatusChanged(
                requestID: command.requestID,
                actor: command.actor,
                time: time,
                transmissionTime: command.transmissionTime,
                token: command.token,
                previous: card.status,
                status: status
            )
        )
    case .setLimits(let changes):
        guard let card else { throw .cardUnknown }
        guard card.account == nil else {
            throw .invalidField(name: "cardToken", problem: "the card replaced another; its limits are the account's")
        }
        return .limitsChanged(try changed(command, changes, card: card, at: time, policy: policy))
    case .replace(let asked):
        guard let card else { throw .cardUnknown }
        // Else two cards of one account could pay.
        if let present, present != command.token { throw .replacedAlready(by: present) }
        guard !asked.newToken.isZero, asked.newToken != command.token else {
            throw .invalidField(name: "newToken", problem: "it is zero or the card's own")
        }
        guard replacement == nil else { throw .cardExists }
        try check(asked.expiry, at: time)
        return .replaced(
            CardEvent.Replaced(
                requestID: command.requestID,
                actor: command.actor,
                time: time,
                transmissionTime: command.transmissionTime,
                token: command.token,
                account: card.account ?? command.token,
                newToken: asked.newToken,
                reason: asked.reason,
                previous: card.status,
                status: card.status.isFinal ? card.status : asked.reason.status,
                currency: card.currency,
                expiry: asked.expiry,
                lastFour: asked.lastFour
            )
        )
    }
}

private func created(
    _ command: CardCommand,
    _ creation: CardCommand.Creation,
    seen card: CardView?,
    at time: Instant,
    policy: borrowing Policy
) throws(CardCommandError) -> CardEvent.Created {
    guard card == nil else { throw .cardExists }
    guard creation.status == .active || creation.status == .notActivated else {
        throw .invalidField(name: "status", problem: "a new card is active or notActivated, not \(creation.status)")
    }
    guard creation.currency.isAssigned else {
        throw .invalidField(name: "currency", problem: "\(creation.currency) is no currency of ISO 4217")
    }
    try check(creation.limit, "limit")
    if let limit = creation.transactionLimit { try check(limit, "transactionLimit") }
    try check(creation.expiry, at: time)
    let name = creation.profile == Text16() ? Profile.defaultName : creation.profile
    return CardEvent.Created(
        requestID: command.requestID,
        actor: command.actor,
        time: time,
        transmissionTime: command.transmissionTime,
        token: command.token,
        status: creation.status,
        currency: creation.currency,
        limit: creation.limit,
        transactionLimit: creation.transactionLimit,
        expiry: creation.expiry,
        lastFour: creation.lastFour,
        profile: name,
        profileIndex: try profileIndex(name, policy)
    )
}

private func changed(
    _ command: CardCommand,
    _ changes: CardCommand.LimitChanges,
    card: CardView,
    at time: Instant,
    policy: borrowing Policy
) throws(CardCommandError) -> CardEvent.LimitsChanged {
    guard changes != CardCommand.LimitChanges() else {
        throw .invalidField(name: "limits", problem: "nothing is to be changed; give at least one")
    }
    if let limit = changes.limit { try check(limit, "limit") }
    var transactionLimit = card.transactionLimit
    switch changes.transactionLimit {
    case .set(let limit):
        try check(limit, "transactionLimit")
        transactionLimit = limit
    case .remove: transactionLimit = nil
    case nil: break
    }
    try check(changes.expiry, at: time)
    let name = changes.profile ?? policy.profileName(at: card.profileIndex)
    return CardEvent.LimitsChanged(
        requestID: command.requestID,
        actor: command.actor,
        time: time,
        transmissionTime: command.transmissionTime,
        token: command.token,
        limit: changes.limit ?? card.balances.limit,
        transactionLimit: transactionLimit,
        expiry: changes.expiry ?? card.expiry,
        profile: name,
        profileIndex: try profileIndex(name, policy)
    )
}

private func check(_ amount: Int64, _ name: String) throws(CardCommandError) {
    guard (0...AuthorizationLimits.amountMax).contains(amount) else {
        throw .invalidField(
            name: name,
            problem: "\(amount) is not from 0 to \(AuthorizationLimits.amountMax) minor units"
        )
    }
}

private func check(_ expiry: ExpiryMonth?, at time: Instant) throws(CardCommandError) {
    if let expiry, expiry.end <= time {
        throw .invalidField(name: "expiry", problem: "\(expiry) is over; the last month of a card lies ahead")
    }
}

private func profileIndex(_ name: Text16, _ policy: borrowing Policy) throws(CardCommandError) -> UInt8 {
    guard let index = policy.profileIndex(named: name) else {
        throw .invalidField(
            name: "profile",
            problem: "there is no profile '\(name)'; set profile.\(name).category first"
        )
    }
    return index
}
