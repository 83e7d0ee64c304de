public import Domain

/// All shards of features, for one thread.
public struct FeatureStore: ~Copyable {
    // SAFETY: `FeatureShard.count` shards, initialised in `init`, destroyed in `deinit`, reached by their numbers
    // alone.
    private let shards: UnsafeMutablePointer<FeatureShard>

    /// Makes a store in which nothing was seen yet.
    public init(bounds: FeatureBounds) {
        shards = .allocate(capacity: FeatureShard.count)
        for number in 0..<FeatureShard.count { (shards + number).initialize(to: FeatureShard(bounds: bounds)) }
    }

    deinit {
        shards.deinitialize(count: FeatureShard.count)
        shards.deallocate()
    }

    /// How many bytes it takes; at most the bounds' `byteCountMax`.
    public var byteCount: Int { (0..<FeatureShard.count).reduce(0) { $0 + shards[$1].byteCount } }

    /// How many histories it has of each kind.
    public var counts: FeatureBounds {
        (0..<FeatureShard.count).reduce(into: FeatureBounds.least) {
            $0.add(shards[$1].counts)
        }
    }

    /// Writes a payment's features as they are before it: a decision reads first, and adds the payment afterwards.
    public borrowing func read(_ facts: PaymentFacts, into vector: borrowing FeatureVector) {
        let use = FeatureUse(facts)
        shards[use.cardShard].readCard(use, into: vector)
        shards[use.placeShard].readPlace(use, into: vector)
    }

    /// Adds a payment to the histories of all it concerns.
    ///
    /// - Parameter record: The number of its record, above that of any before.
    public mutating func add(_ facts: PaymentFacts, record: LogSequenceNumber) {
        let use = FeatureUse(facts)
        shards[use.cardShard].addToCard(use, record: record)
        shards[use.placeShard].addToPlace(use, record: record)
    }

    /// Notes at its terminal and its merchant that a payment was fraud.
    public mutating func note(_ label: FraudLabel, record: LogSequenceNumber) {
        let use = FraudLabelUse(label)
        if let shard = use.placeShard { shards[shard].note(use, record: record) }
    }

    /// A fingerprint of all histories.
    public borrowing func digest() -> Digest128 {
        var digest = Digest128()
        for number in 0..<FeatureShard.count {
            let part = shards[number].digest()
            digest.combine(part.high, part.low)
        }
        return digest
    }
}
