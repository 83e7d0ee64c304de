public import Domain
internal import Platform

extension RequestID {
    /// A new id: a UUID of version 7 (RFC 9562, section 5.7), 48 bits of the clock in milliseconds and 74 random ones.
    ///
    /// Store it before sending: only the same id makes a repeat safe.
    public static func make() -> RequestID {
        let halves = uuidVersion7(milliseconds: UInt64(clamping: Clock.now() / 1_000), random: RandomBytes.word)
        return RequestID(high: halves.high, low: halves.low)
    }
}

extension CardToken {
    /// A new token: a UUID of version 4 (RFC 9562, section 5.4), 122 random bits, so that it tells nothing of the card.
    public static func make() -> CardToken {
        CardToken(
            high: RandomBytes.word() & ~0xF000 | 0x4000,
            low: RandomBytes.word() & (.max >> 2) | 1 << 63
        )
    }
}

/// Joins the parts of a UUID of version 7.
func uuidVersion7(milliseconds: UInt64, random: () -> UInt64) -> (high: UInt64, low: UInt64) {
    let high = milliseconds << 16 | 0x7000 | random() & 0x0FFF
    let low = 1 << 63 | random() & (.max >> 2)
    return (high, low)
}
