public import Domain

/// What was seen of cards, terminals, merchants and cards at merchants, and the features that a payment has by it.
///
/// It is a function of the payments and labels it was given, in their order: whole numbers alone, no clock, no random
/// source, no order of hashes. A payment takes constant time, but for an index that doubles now and then.
public struct FeatureStore: ~Copyable {
    /// How many histories are kept.
    public let bounds: FeatureBounds

    var cards: EntityTable
    var merchants: EntityTable
    var terminals: EntityTable
    var pairs: EntityTable

    /// Makes a store in which nothing was seen yet.
    public init(bounds: FeatureBounds) {
        self.bounds = bounds
        cards = EntityTable(wordCount: CardHistory.wordCount, capacity: bounds.cards)
        merchants = EntityTable(wordCount: PlaceHistory.wordCount, capacity: bounds.merchants)
        terminals = EntityTable(wordCount: PlaceHistory.wordCount, capacity: bounds.terminals)
        pairs = EntityTable(wordCount: PairHistory.wordCount, capacity: bounds.pairs)
    }

    /// How many bytes it takes; at most `bounds.byteCountMax`.
    public var byteCount: Int { cards.byteCount + merchants.byteCount + terminals.byteCount + pairs.byteCount }

    /// How many histories it has of each kind.
    public var counts: FeatureBounds {
        FeatureBounds(cards: cards.count, merchants: merchants.count, terminals: terminals.count, pairs: pairs.count)
    }

    // MARK: A payment

    /// Writes a payment's features as they are before it: a decision reads first, and adds the payment afterwards.
    ///
    /// - Complexity: constant; nothing is allocated.
    public borrowing func read(_ facts: PaymentFacts, into vector: inout FeatureVector) {
        let merchant = EntityKey.merchant(facts.merchant)
        let terminal = EntityKey.terminal(facts.terminal, of: facts.merchant)
        let payment = SeenPayment(facts, terminal: terminal)
        vector.set(PaymentFeature.amount.rawValue, payment.logarithm)
        vector.set(PaymentFeature.minuteOfDay.rawValue, Int32(truncatingIfNeeded: payment.now / 60_000 % 1_440))
        // 1970-01-01 was a Thursday; Monday is 0.
        vector.set(PaymentFeature.weekday.rawValue, Int32(truncatingIfNeeded: (payment.now / 86_400_000 &+ 3) % 7))
        CardHistory.read(cards.find(.card(facts.card)).map { CardHistory(words: $0) }, payment, into: vector)
        readPlace(terminal, in: terminals, payment, base: Feature.terminalBase, &vector)
        readPlace(merchant, in: merchants, payment, base: Feature.merchantBase, &vector)
        let pair = (merchant ?? terminal).flatMap { pairs.find(.pair(facts.card, $0)) }
        PairHistory.read(pair.map { PairHistory(words: $0) }, payment, into: vector)
    }

    @inline(__always)
    private func readPlace(
        _ key: EntityKey?,
        in table: borrowing EntityTable,
        _ payment: SeenPayment,
        base: Int,
        _ vector: inout FeatureVector
    ) {
        let words = if let key { table.find(key) } else { UnsafeMutablePointer<Int64>?.none }
        PlaceHistory.read(words.map { PlaceHistory(words: $0) }, payment, base: base, into: vector)
    }

    /// Adds a payment to the histories of all it concerns.
    ///
    /// - Parameter record: The number of its record, above that of any before: what a snapshot has already is left as
    ///   it is.
    public mutating func add(_ facts: PaymentFacts, record: LogSequenceNumber) {
        let merchant = EntityKey.merchant(facts.merchant)
        let terminal = EntityKey.terminal(facts.terminal, of: facts.merchant)
        let payment = SeenPayment(facts, terminal: terminal)
        let number = record.rawValue
        switch cards.change(.card(facts.card), record: number) {
        case .included: break
        case .known(let words): CardHistory(words: words).add(payment)
        case .new(let words):
            CardHistory(words: words).begin(payment)
            CardHistory(words: words).add(payment)
        }
        if let terminal { Self.add(payment, terminal, to: &terminals, number) }
        if let merchant { Self.add(payment, merchant, to: &merchants, number) }
        guard let place = merchant ?? terminal else { return }
        switch pairs.change(.pair(facts.card, place), record: number) {
        case .included: break
        case .known(let words): PairHistory(words: words).add(payment)
        case .new(let words):
            PairHistory(words: words).begin(payment)
            PairHistory(words: words).add(payment)
        }
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

    /// Notes at its terminal and its merchant that a payment was fraud. What is not remembered of them any more, is
    /// not made again.
    public mutating func note(_ label: FraudLabel, record: LogSequenceNumber) {
        let time = min(1 << 50, max(1, label.paidAt.milliseconds))
        if let key = EntityKey.terminal(label.terminal, of: label.merchant) {
            Self.note(time, key, in: &terminals, record.rawValue)
        }
        if let key = EntityKey.merchant(label.merchant) { Self.note(time, key, in: &merchants, record.rawValue) }
    }

    private static func note(_ time: Int64, _ key: EntityKey, in table: inout EntityTable, _ record: UInt64) {
        guard let words = table.changeKnown(key, record: record) else { return }
        PlaceHistory(words: words).label(paidAt: time)
    }
}
