/// How many histories are kept of each kind: the bound on the memory of features.
public struct FeatureBounds: Sendable, Equatable {
    /// The most cards, 288 bytes each.
    public var cards: Int
    /// The most merchants, 456 bytes each.
    public var merchants: Int
    /// The most terminals, 456 bytes each.
    public var terminals: Int
    /// The most pairs of card and merchant, 56 bytes each.
    public var pairs: Int

    /// Joins the four, each 1 to 2^28.
    public init(cards: Int, merchants: Int, terminals: Int, pairs: Int) {
        self.cards = cards
        self.merchants = merchants
        self.terminals = terminals
        self.pairs = pairs
    }

    /// 0.9 GiB when all of it is used: a million cards, a quarter of a million merchants, half a million terminals and
    /// two million pairs.
    public static let standard = FeatureBounds(
        cards: 1 << 20,
        merchants: 1 << 18,
        terminals: 1 << 19,
        pairs: 1 << 21
    )

    /// The most bytes that features take, the indexes of keys included: 16 bytes a history at most, and segments and
    /// indexes that are begun.
    public var byteCountMax: Int {
        let histories = [
            (cards, CardHistory.wordCount), (merchants, PlaceHistory.wordCount), (terminals, PlaceHistory.wordCount),
            (pairs, PairHistory.wordCount),
        ]
        return histories.reduce(0) { sum, kind in
            sum + (kind.0 + 255) / 256 * 256 * (kind.1 + EntityTable.headWords) * 8 + max(4_096, kind.0 * 16)
        }
    }
}
