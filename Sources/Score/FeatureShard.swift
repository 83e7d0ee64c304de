public import Domain

/// What was seen of cards, terminals, merchants and cards at merchants: one of the parts that all of it is in by the
/// hashes of the keys, so that payments of different cards and places can be looked at and added at the same time.
///
/// It is a function of the payments and labels it was given, in their order: whole numbers alone, no clock, no random
/// source, no order of hashes. A payment takes constant time.
public struct FeatureShard: ~Copyable {
    /// How many there are. What is forgotten depends on it: so it is never changed, and no setting.
    public static let count = 256

    var cards: EntityTable
    var merchants: EntityTable
    var terminals: EntityTable
    var pairs: EntityTable

    /// Makes a shard in which nothing was seen yet.
    ///
    /// - Parameter bounds: of all shards together; a shard has room for eight histories of each kind at least.
    public init(bounds: FeatureBounds) {
        cards = EntityTable(wordCount: CardHistory.wordCount, setCount: FeatureBounds.setsPerShard(bounds.cards))
        merchants = EntityTable(
            wordCount: PlaceHistory.wordCount,
            setCount: FeatureBounds.setsPerShard(bounds.merchants)
        )
        terminals = EntityTable(
            wordCount: PlaceHistory.wordCount,
            setCount: FeatureBounds.setsPerShard(bounds.terminals)
        )
        pairs = EntityTable(wordCount: PairHistory.wordCount, setCount: FeatureBounds.setsPerShard(bounds.pairs))
    }

    @inline(__always)
    static func number(_ key: EntityKey) -> Int { Int(truncatingIfNeeded: key.hash & UInt64(count &- 1)) }

    /// How many bytes it takes.
    public var byteCount: Int { cards.byteCount + merchants.byteCount + terminals.byteCount + pairs.byteCount }

    /// How many histories it has of each kind.
    public var counts: FeatureBounds {
        FeatureBounds(cards: cards.count, merchants: merchants.count, terminals: terminals.count, pairs: pairs.count)
    }

    // MARK: Reading

    /// Writes the features of a payment itself, of its card and of the card at the place, as they are before it: the
    /// part of the shard `cardShard`.
    ///
    /// - Complexity: constant; nothing is allocated.
    public borrowing func readCard(_ use: borrowing FeatureUse, into vector: borrowing FeatureVector) {
        let payment = use.payment
        vector.set(PaymentFeature.amount.rawValue, payment.logarithm)
        vector.set(PaymentFeature.minuteOfDay.rawValue, Int32(truncatingIfNeeded: payment.now / 60_000 % 1_440))
        // 1970-01-01 was a Thursday; Monday is 0.
        vector.set(PaymentFeature.weekday.rawValue, Int32(truncatingIfNeeded: (payment.now / 86_400_000 &+ 3) % 7))
        CardHistory.read(cards.find(use.card).map { CardHistory(words: $0) }, payment, into: vector)
        let pair = if let key = use.pair { pairs.find(key) } else { UnsafeMutablePointer<Int64>?.none }
        PairHistory.read(pair.map { PairHistory(words: $0) }, payment, into: vector)
    }

    /// The same of the features of its terminal and its merchant: the part of the shard `placeShard`.
    public borrowing func readPlace(_ use: borrowing FeatureUse, into vector: borrowing FeatureVector) {
        Self.read(use.terminal, in: terminals, use.payment, base: Feature.terminalBase, vector)
        Self.read(use.merchant, in: merchants, use.payment, base: Feature.merchantBase, vector)
    }

    @inline(__always)
    private static func read(
        _ key: EntityKey?,
        in table: borrowing EntityTable,
        _ payment: SeenPayment,
        base: Int,
        _ vector: borrowing FeatureVector
    ) {
        let words = if let key { table.find(key) } else { UnsafeMutablePointer<Int64>?.none }
        PlaceHistory.read(words.map { PlaceHistory(words: $0) }, payment, base: base, into: vector)
    }

    // MARK: Adding

    /// Adds a payment to the histories of its card: the part of the shard `cardShard`.
    ///
    /// - Parameter record: The number of its record, above that of any before: what a snapshot has already is left as
    ///   it is.
    public mutating func addToCard(_ use: borrowing FeatureUse, record: LogSequenceNumber) {
        switch cards.change(use.card, record: record.rawValue) {
        case .included: break
        case .known(let words): CardHistory(words: words).add(use.payment)
        case .new(let words):
            CardHistory(words: words).begin(use.payment)
            CardHistory(words: words).add(use.payment)
        }
        guard let pair = use.pair else { return }
        switch pairs.change(pair, record: record.rawValue) {
        case .included: break
        case .known(let words): PairHistory(words: words).add(use.payment)
        case .new(let words):
            PairHistory(words: words).begin(use.payment)
            PairHistory(words: words).add(use.payment)
        }
    }

    /// The same for its terminal and its merchant: the part of the shard `placeShard`.
    public mutating func addToPlace(_ use: borrowing FeatureUse, record: LogSequenceNumber) {
        if let key = use.terminal { Self.add(use.payment, key, to: &terminals, record.rawValue) }
        if let key = use.merchant { Self.add(use.payment, key, to: &merchants, record.rawValue) }
    }

    private static func add(_ payment: SeenPayment, _ key: EntityKey, to table: inout EntityTable, _ record: UInt64) {
        switch table.change(key, record: record) {
        case .included: break
        case .known(let words): PlaceHistory(words: words).add(payment)
        case .new(let words):
            PlaceHistory(words: words).begin(payment)
            PlaceHistory(words: words).add(payment)
        }
    }

    /// Notes at a terminal and a merchant that a payment was fraud: the part of the shard `placeShard`. What is not
    /// remembered of them any more, is not made again.
    public mutating func note(_ use: FraudLabelUse, record: LogSequenceNumber) {
        if let key = use.terminal { Self.note(use.time, key, in: &terminals, record.rawValue) }
        if let key = use.merchant { Self.note(use.time, key, in: &merchants, record.rawValue) }
    }

    private static func note(_ time: Int64, _ key: EntityKey, in table: inout EntityTable, _ record: UInt64) {
        guard let words = table.changeKnown(key, record: record) else { return }
        PlaceHistory(words: words).label(paidAt: time)
    }
}
