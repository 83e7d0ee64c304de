/// What of a decided request is changed, to see how it would have ended; the raw values are on the wire.
public enum AlternativeKind: UInt8, CaseIterable, Sendable {
    /// The amount; `value` is the nearest that ends the other way, in minor units, and the one beside it does not.
    case amount = 0
    /// The time; `value` is microseconds since 1970, when velocity windows have emptied enough if nothing else
    /// happens on the card.
    case time = 1
    /// The merchant: another name, number, terminal and city.
    case merchant = 2
    /// What the merchant sells; `value` is a category for example.
    case category = 3
    /// Where the merchant is; `value` is a country for example, packed.
    case country = 4
    /// Whether the card was there; `value` is a `Presence`.
    case presence = 5
    /// The card's status; `value` is that of an active card.
    case cardStatus = 6
    /// The card's expiry: it would be good still.
    case cardExpiry = 7
    /// The card's limit for one payment; `value` is the least that is enough, in minor units.
    case transactionLimit = 8
    /// The account's limit; `value` is the least that is enough, in minor units.
    case spendingLimit = 9
}
