/// Where a card most likely is: for fetching ahead, and for nothing else.
struct ForeseenCard: BitwiseCopyable {
    /// The place in one word, never 0.
    let rawValue: UInt64

    /// Takes a word that a place once was; `nil` for 0.
    @inline(__always)
    init?(rawValue: UInt64) {
        guard rawValue != 0 else { return nil }
        self.rawValue = rawValue
    }

    @inline(__always)
    init(shard: Int, slot: UInt32) { rawValue = UInt64(truncatingIfNeeded: shard &+ 1) &<< 32 | UInt64(slot) }

    /// The number of its shard.
    @inline(__always)
    var shard: Int { Int(truncatingIfNeeded: rawValue &>> 32) &- 1 }

    /// Its slot there.
    @inline(__always)
    var slot: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}
