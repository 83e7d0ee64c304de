import Domain

/// Whose history it is: 128 bits of token, text or fingerprint. Two owners have the same by accident about once in
/// 2^64.
struct EntityKey: Hashable, BitwiseCopyable {
    let high: UInt64
    let low: UInt64

    /// What shards and tables spread keys by: the lowest bits say the shard, those from 16 on the set.
    @inline(__always)
    var hash: UInt64 {
        let product = (high ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: low ^ 0xE703_7ED1_A0B4_28DB)
        let mixed = (product.high ^ product.low) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed &>> 32
    }

    @inline(__always)
    static func card(_ token: CardToken) -> EntityKey { EntityKey(high: token.high, low: token.low) }

    /// `nil` for a merchant that is not said.
    @inline(__always)
    static func merchant(_ text: Text16) -> EntityKey? {
        text.low | text.high == 0 ? nil : EntityKey(high: text.high, low: text.low)
    }

    /// A terminal is one of its merchant's. `nil` where it is not said.
    @inline(__always)
    static func terminal(_ terminal: Text16, of merchant: Text16) -> EntityKey? {
        guard terminal.low | terminal.high != 0 else { return nil }
        var digest = Digest128()
        digest.combine(merchant.low, merchant.high)
        digest.combine(terminal.low, terminal.high)
        return EntityKey(high: digest.high, low: digest.low)
    }

    /// A card at a place.
    @inline(__always)
    static func pair(_ card: EntityKey, _ place: EntityKey) -> EntityKey {
        var digest = Digest128()
        digest.combine(place.high, place.low)
        digest.combine(card.high, card.low)
        return EntityKey(high: digest.high, low: digest.low)
    }
}
