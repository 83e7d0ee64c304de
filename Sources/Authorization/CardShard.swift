public import Domain

/// One shard's cards and their velocity histories, in memory of its own.
///
/// A card takes 96 bytes and between 11 and 21 of the index; a card that was approved something within a window
/// takes a history of 128 bytes per velocity rule on top, and more while more than ten ticks of approvals are in it. A
/// window has at most 60,000 ticks, so a history has at most a megabyte.
///
/// A shard only ever changes by `apply` and `policyChanged`, called in the order of the journal; the same calls make
/// the same shard. Time never runs backwards within a shard.
public struct CardShard: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): no memory is shared with another value; who mutates it has it alone.
    // What every decision changes lies together: it moves from one processor to the other.
    /// The time of the last event.
    var latest = Instant.epoch
    /// The payments of the shard's accounts.
    var payments: PaymentStore
    var index: CardIndex
    var records: Slab
    var details: Slab
    var velocity: VelocityStore
    /// The windows of rules 1 to 4 as of the last `policyChanged`, and how often each was replaced.
    var windows: OwnedBuffer<VelocityWindow>
    var epochs: OwnedBuffer<UInt32>
    var windowLengths = VelocityWindowLengths()
    /// Bit n: the window of rule n + 1 is on.
    var windowsOn: UInt8 = 0
    /// The keys of those that wait for their authorization.
    var awaiting: FingerprintIndex
    /// How many cards replaced another.
    var aliasCount = 0
    /// The rules in force, with what was counted of them.
    var rules = ShardRules()
    private let pinned = Pinned()

    /// Makes an empty shard in which all velocity rules are off, with an index for so many cards; more may come.
    public init(expectedCards: Int, memory: SlabMemory = .heap) {
        precondition(MemoryLayout<CardRecord>.size == CardRecord.byteCount)
        precondition(MemoryLayout<CardDetail>.size == CardDetail.byteCount)
        precondition(MemoryLayout<VelocityStore.Header>.size == 48 && MemoryLayout<VelocityStore.Entry>.size == 16)
        index = CardIndex(expectedCards: expectedCards, memory: memory)
        records = Slab(stride: CardRecord.byteCount, segmentShift: 10, memory: memory)
        details = Slab(stride: CardDetail.byteCount, segmentShift: 10, memory: memory)
        velocity = VelocityStore(memory: memory)
        payments = PaymentStore(memory: memory)
        awaiting = FingerprintIndex(memory: memory)
        windows = OwnedBuffer(repeating: VelocityWindow(seconds: 0), count: AuthorizationLimits.velocityRuleCount)
        epochs = OwnedBuffer(repeating: 0, count: AuthorizationLimits.velocityRuleCount)
    }

    /// How many cards there are.
    public var cardCount: Int { records.count }

    /// How many bytes of memory the shard has taken, unused room in it included.
    public var byteCount: Int {
        index.byteCount + records.byteCount + details.byteCount + velocity.byteCount + payments.byteCount
            + awaiting.byteCount
    }

    /// A token's bits, mixed. The low 32 bits are for choosing a shard; the shard itself goes by the others.
    public static func hash(_ token: CardToken) -> UInt64 { CardIndex.hash(token) }

    /// The time of the last event that was applied.
    public var latestEventTime: Instant { latest }

    // MARK: Queries

    /// The card with a token; `nil` where there is none.
    public func card(_ token: CardToken) -> CardView? { slot(of: token).map { card(atSlot: Int($0)) } }

    /// The card in a slot below `cardCount`; slots are given out in the order of creation.
    public func card(atSlot slot: Int) -> CardView {
        precondition((0..<cardCount).contains(slot), "no such slot")
        let card = record(UInt32(slot)).pointee
        let detail = detail(UInt32(slot)).pointee
        guard let currency = Currency(packed: card.currency), let lastFour = LastFour(packed: detail.lastFour) else {
            preconditionFailure("a card record was damaged in memory")
        }
        return CardView(
            token: card.token,
            status: card.status,
            currency: currency,
            expiry: ExpiryMonth(monthNumber: card.expiry),
            lastFour: lastFour,
            profileIndex: card.profileIndex,
            balances: card.isAlias ? Balances(limit: 0, posted: 0, held: 0) : card.balances,
            transactionLimit: card.transactionLimit < 0 ? nil : card.transactionLimit,
            createdLSN: LogSequenceNumber(rawValue: detail.createdLSN),
            createdAt: Instant(microseconds: detail.createdAt),
            account: card.isAlias ? card.aliasOf : nil
        )
    }

    /// Where the index lies, for `prefetchAddress(hash:hint:)`. It changes when a card is created.
    public var indexHint: UInt { index.hint }

    /// Where the search for a token begins, for the processor to fetch ahead. Not to be read through: the hint may be
    /// out of date. Takes nothing but its arguments, so it needs no lock.
    @inline(__always)
    public static func prefetchAddress(hash: UInt64, hint: UInt) -> UnsafeRawPointer? {
        CardIndex.address(of: hash, hint: hint)
    }

    /// What a decision about a card will touch besides its record and its histories. Not to be read through.
    public struct PrefetchAddresses {
        /// Where the next payment ends that will hold something.
        public var payment: UnsafeRawPointer?
        /// Where the next one ends that is closed at once; it begins two cache lines before.
        public var closedPayment: UnsafeRawPointer?
        /// Where the next entry of the card's first history will be; `nil` where it has none.
        public var firstEntry: UnsafeRawPointer?
        /// That of its second.
        public var secondEntry: UnsafeRawPointer?
        /// The history that is looked at next for being over.
        public var hand: UnsafeRawPointer
    }

    /// The slot that the card of a token with this hash most likely has; `nil` for an unknown card. By the index alone,
    /// because a look at the record would wait for what is to be fetched.
    @inline(__always)
    public func likelySlot(hash: UInt64) -> UInt32? { index.find(hash) { _ in true } }

    /// Where the record of the card in a slot lies. Not to be read through.
    @inline(__always)
    public func prefetchRecordAddress(slot: UInt32) -> UnsafeRawPointer { UnsafeRawPointer(record(slot)) }

    /// Where the velocity history of the card in a slot lies; reads the record. `nil` where there is none. Not to be
    /// read through.
    @inline(__always)
    public func prefetchHistoryAddress(slot: UInt32) -> UnsafeRawPointer? {
        let number = record(slot).pointee.velocity
        return number == 0 ? nil : UnsafeRawPointer(velocity.history(number))
    }

    /// What a decision about the card in a slot will touch; reads its record and its histories.
    @inline(__always)
    public func prefetchAddresses(slot: UInt32) -> PrefetchAddresses {
        var places = PrefetchAddresses(
            payment: payments.prefetchAddress,
            closedPayment: payments.prefetchFullAddress,
            hand: UnsafeRawPointer(velocity.history(min(velocity.hand, velocity.unitCount - 1)))
        )
        let number = record(slot).pointee.velocity
        guard number != 0 else { return places }
        places.firstEntry = velocity.place(number)
        let next = velocity.history(number).pointee.next
        if next != 0 { places.secondEntry = velocity.place(next) }
        return places
    }

    /// How many bytes lie between the beginnings of two histories that were made one after the other.
    public static var historyByteCount: Int { VelocityStore.unitByteCount }

    // MARK: Places

    @inline(__always)
    func slot(of token: CardToken) -> UInt32? { slot(of: token, hash: CardIndex.hash(token)) }

    @inline(__always)
    func slot(of token: CardToken, hash: UInt64) -> UInt32? {
        index.find(hash) { slot in
            let card = record(slot)
            return card.pointee.tokenHigh == token.high && card.pointee.tokenLow == token.low
        }
    }

    @inline(__always)
    func record(_ slot: UInt32) -> UnsafeMutablePointer<CardRecord> {
        // SAFETY: the slab's stride is the record's size, and `append` was followed by `initialize`.
        records.address(of: slot).assumingMemoryBound(to: CardRecord.self)
    }

    func detail(_ slot: UInt32) -> UnsafeMutablePointer<CardDetail> {
        // SAFETY: as for `record`.
        details.address(of: slot).assumingMemoryBound(to: CardDetail.self)
    }
}
