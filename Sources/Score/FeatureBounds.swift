/// How many histories are kept of each kind: the bound on the memory of features.
public struct FeatureBounds: Sendable, Equatable {
    /// The most cards, 296 bytes each.
    public var cards: Int
    /// The most merchants, 464 bytes each.
    public var merchants: Int
    /// The most terminals, 464 bytes each.
    public var terminals: Int
    /// The most pairs of card and merchant, 64 bytes each.
    public var pairs: Int

    /// Joins the four, each up to 2^28; there is room for 2,048 of each kind at least.
    public init(cards: Int, merchants: Int, terminals: Int, pairs: Int) {
        self.cards = cards
        self.merchants = merchants
        self.terminals = terminals
        self.pairs = pairs
    }

    /// 0.8 GiB when all of it is used: a million cards, a quarter of a million merchants, half a million terminals and
    /// two million pairs.
    public static let standard = FeatureBounds(
        cards: 1 << 20,
        merchants: 1 << 18,
        terminals: 1 << 19,
        pairs: 1 << 21
    )

    /// The least: for who keeps no features.
    public static let least = FeatureBounds(cards: 0, merchants: 0, terminals: 0, pairs: 0)

    /// Adds others to these.
    public mutating func add(_ other: FeatureBounds) {
        cards += other.cards
        merchants += other.merchants
        terminals += other.terminals
        pairs += other.pairs
    }

    /// How many sets of eight a shard has.
    static func setsPerShard(_ count: Int) -> Int {
        let perSet = FeatureShard.count * EntityTable.wayCount
        return max(1, (count + perSet - 1) / perSet)
    }

    /// The most bytes that features take.
    public var byteCountMax: Int {
        let histories = [
            (cards, CardHistory.wordCount), (merchants, PlaceHistory.wordCount), (terminals, PlaceHistory.wordCount),
            (pairs, PairHistory.wordCount),
        ]
        return histories.reduce(0) { sum, kind in
            let sets = Self.setsPerShard(kind.0)
            return sum + FeatureShard.count * EntityTable.byteCountMax(wordCount: kind.1, setCount: sets)
        }
    }
}
