public import Domain

/// A card that replaced another: a token of its own with status, expiry and last digits of its own, whose money,
/// limits, histories and payments are those of the account, which is the first card of the line.
public struct CardAlias: Sendable, Equatable {
    /// The card's own token.
    public var token: CardToken
    /// The account's token.
    public var account: CardToken
    /// The card's own status.
    public var status: CardStatus
    /// The card's own last month; `nil`: it does not expire.
    public var expiry: ExpiryMonth?
}

extension Observation {
    /// The card that a recorded request named, if it was one that replaced another.
    public func alias(_ token: CardToken) -> CardAlias? {
        account.map { CardAlias(token: token, account: $0, status: status, expiry: expiry) }
    }

    /// Takes status and expiry from the card that the request names, and notes whose money it is.
    mutating func look(through alias: CardAlias) {
        guard found else { return }
        account = alias.account
        status = alias.status
        expiry = alias.expiry
    }
}

extension CardShard {
    /// Whether any card in this shard replaced another: if none did, there is no need to ask.
    public var hasAliases: Bool { aliasCount > 0 }

    /// The card with a token, if it replaced another; it may be another shard's account.
    public func alias(_ token: CardToken) -> CardAlias? {
        guard aliasCount > 0, let slot = slot(of: token), record(slot).pointee.isAlias else { return nil }
        return alias(atSlot: slot)
    }

    /// The card at a place in the order of the shard's cards, from 0, if it replaced another.
    public func alias(at place: Int) -> CardAlias? {
        precondition(place >= 0 && place < cardCount, "the shard has a card there")
        guard aliasCount > 0, record(UInt32(place)).pointee.isAlias else { return nil }
        return alias(atSlot: UInt32(place))
    }

    func alias(atSlot slot: UInt32) -> CardAlias {
        let card = record(slot).pointee
        return CardAlias(
            token: card.token,
            account: card.aliasOf,
            status: card.status,
            expiry: card.expiry == 0 ? nil : ExpiryMonth(monthNumber: card.expiry)
        )
    }

    /// Takes over a replacement in the shard of the new token: the alias comes to be.
    ///
    /// The event must come from `validate`, so that no card has the token.
    public mutating func applyAlias(_ event: CardEvent.Replaced, lsn: LogSequenceNumber) {
        latest = max(latest, event.time)
        precondition(slot(of: event.newToken) == nil, "the card exists")
        precondition(cardCount < AuthorizationLimits.cardsPerShardMax, "the shard is full")
        let slot = records.append()
        let detailSlot = details.append()
        precondition(slot == detailSlot)
        record(slot).initialize(
            to: CardRecord(
                tokenHigh: event.newToken.high,
                tokenLow: event.newToken.low,
                limit: Int64(bitPattern: event.account.high),
                posted: Int64(bitPattern: event.account.low),
                held: 0,
                transactionLimit: -1,
                currency: event.currency.packed,
                velocity: 0,
                expiry: event.expiry?.monthNumber ?? 0,
                status: .active,
                profileIndex: 0,
                lifecycle: CardRecord.aliasBit
            )
        )
        detail(slot).initialize(
            to: CardDetail(
                createdLSN: lsn.rawValue,
                createdAt: event.time.microseconds,
                lastFour: event.lastFour.packed,
                reserved: 0,
                reservedToo: 0
            )
        )
        index.insert(CardIndex.hash(event.newToken), slot: slot)
        aliasCount += 1
    }
}
