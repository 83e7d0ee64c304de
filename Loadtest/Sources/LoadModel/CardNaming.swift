public import Domain

/// Names the cards of a load: card `n` of a seed always has the same token, so a later run finds the cards again.
@frozen
public struct CardNaming: Sendable {
    /// What all tokens follow from.
    public let seed: UInt64
    @usableFromInline let mask: UInt64

    /// Different seeds name different cards.
    public init(seed: UInt64) {
        self.seed = seed
        mask = mixed(seed ^ 0xA55E_4710_AD00_0001)
    }

    /// The token of card `ordinal`, from 0 up. Never zero, and both halves look random to whoever hashes them.
    @inlinable
    public func token(ordinal: Int) -> CardToken {
        let low = mixed(UInt64(bitPattern: Int64(ordinal)) ^ mask)
        return CardToken(high: mixed(low ^ seed) | 1, low: low)
    }

    /// Which card has the token; `nil` where it is not one of the first `count` of this seed.
    public func ordinal(of token: CardToken, count: Int) -> Int? {
        let ordinal = unmixed(token.low) ^ mask
        guard ordinal < UInt64(count), self.token(ordinal: Int(ordinal)) == token else { return nil }
        return Int(ordinal)
    }
}
