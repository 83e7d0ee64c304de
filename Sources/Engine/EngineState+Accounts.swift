import Authorization
import Domain
import Platform

/// The shard of a card's account, locked; with the shard of the card, where it is one that replaced another and lies
/// elsewhere.
struct LockedAccount {
    /// The account's shard.
    let shard: Int
    /// The card, where it replaced another.
    var alias: CardAlias?
    /// The card's own shard, if it is another one.
    var aliasShard: Int?
}

extension EngineState {
    /// Locks what a request on a card reads: the account's shard, and the card's own. The caller gives it back with
    /// `unlock`.
    @inline(__always)
    func lockAccount(of token: CardToken) -> LockedAccount {
        let shard = cardShard(token)
        cards.lock(shard)
        guard cards.state(shard).pointee.shard.hasAliases else { return LockedAccount(shard: shard) }
        return lockThroughAlias(token, lockedShard: shard)
    }

    /// In ascending order as all do; whose account a card has never changes, so it may be looked up before.
    private func lockThroughAlias(_ token: CardToken, lockedShard shard: Int) -> LockedAccount {
        guard let alias = cards.state(shard).pointee.shard.alias(token) else { return LockedAccount(shard: shard) }
        let accountShard = cardShard(alias.account)
        if accountShard == shard { return LockedAccount(shard: shard, alias: alias) }
        if accountShard > shard {
            cards.lock(accountShard)
            return LockedAccount(shard: accountShard, alias: alias, aliasShard: shard)
        }
        cards.unlock(shard)
        cards.lock(accountShard)
        cards.lock(shard)
        // Its status may have changed in between.
        let current = cards.state(shard).pointee.shard.alias(token)
        return LockedAccount(shard: accountShard, alias: current, aliasShard: shard)
    }

    @inline(__always)
    func unlock(_ account: LockedAccount) {
        cards.unlock(account.shard)
        if let shard = account.aliasShard { cards.unlock(shard) }
    }

    /// Finds the card that stands for each account whose card was replaced: the newest of its line.
    func findPresentCards() {
        administration.withLock { administration in
            for place in administration.cardPlaces {
                let alias = cards.withLock(Int(place.shard)) { $0.shard.alias(at: Int(place.slot)) }
                if let alias { administration.presentCards[alias.account] = alias.token }
            }
        }
    }

    /// Runs the body with two shards locked, in ascending order; they may be the same.
    func withCards<Value, Failure: Error>(
        _ first: Int,
        _ second: Int,
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        cards.lock(min(first, second))
        if first != second { cards.lock(max(first, second)) }
        defer {
            if first != second { cards.unlock(max(first, second)) }
            cards.unlock(min(first, second))
        }
        return try body()
    }
}
