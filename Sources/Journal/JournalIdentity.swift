/// 128 random bits that every segment and block of one journal carries, so that files never mix.
public struct JournalIdentity: Hashable, Sendable {
    /// The upper 64 bits.
    public let high: UInt64
    /// The lower 64 bits.
    public let low: UInt64

    /// From its halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// What a block carries of it.
    var folded: UInt64 { high ^ low }
}
