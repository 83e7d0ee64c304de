internal import Platform

/// The harness's own ledger: what every card must hold, from nothing but the replies.
///
/// Replies of one card may overtake each other on different connections, so order is taken from the LSN: of two replies
/// of a card, the one with the higher LSN must hold at least its own amount more. At the end, base plus the sum of all
/// approved amounts must be what the daemon says, to the cent, and what the card's last reply said.
public struct LedgerModel: ~Copyable {
    /// One card, half a cache line.
    @usableFromInline
    struct Card {
        /// Held before the run.
        @usableFromInline var base: Int64 = 0
        /// Sum of the approved amounts of the run.
        @usableFromInline var approved: Int64 = 0
        /// The highest LSN seen in a reply, 0 for none.
        @usableFromInline var lastLSN: UInt64 = 0
        /// What the card held after that record.
        @usableFromInline var lastHeld: Int64 = 0
        @usableFromInline init() {}
    }

    /// How many cards there are.
    public let count: Int
    // SAFETY: mapped and initialised in init with `count` elements, unmapped in deinit; every index is checked against
    // `count` before use.
    @usableFromInline let cards: UnsafeMutablePointer<Card>

    /// Every card holds nothing.
    public init(count: Int) {
        self.count = count
        do {
            // In huge pages: cards are asked about at random, and the generator must not be what is measured.
            cards = try Memory.mapAnonymous(byteCount: Self.byteCount(count)).bindMemory(to: Card.self, capacity: count)
        } catch {
            preconditionFailure("no memory for \(count) cards: \(error)")
        }
        cards.initialize(repeating: Card(), count: count)
    }

    deinit { Memory.unmap(cards, byteCount: Self.byteCount(count)) }

    private static func byteCount(_ count: Int) -> Int { max(1, count) * MemoryLayout<Card>.stride }

    /// What the card held before the run.
    public mutating func setBase(card: Int, held: Int64) {
        precondition(card >= 0 && card < count, "a card of the load")
        cards[card].base = held
        cards[card].lastHeld = held
    }

    /// Where the card's state lies, to be brought closer before it is needed.
    @inlinable
    public func address(card: Int) -> UnsafeRawPointer {
        precondition(card >= 0 && card < count, "a card of the load")
        return UnsafeRawPointer(cards + card)
    }

    /// Takes one answer and tells what is wrong with it.
    ///
    /// - Complexity: constant, no allocation where nothing is wrong.
    @inlinable
    public mutating func record(card: Int, amount: Int64, _ reply: ReplyFacts) -> Discrepancy? {
        precondition(card >= 0 && card < count, "a card of the load")
        let approval = reply.reason <= 1
        let sound = approval ? reply.approvedAmount > 0 && reply.approvedAmount <= amount : reply.approvedAmount == 0
        let balanced = reply.limit &- reply.posted &- reply.held == reply.available
        let state = cards[card]
        let newer = reply.lsn > state.lastLSN
        let before = newer ? state.lastHeld : reply.held
        let after = newer ? reply.held &- reply.approvedAmount : state.lastHeld
        guard sound, balanced, before <= after, reply.lsn != state.lastLSN else {
            return explain(card: card, amount: amount, reply)
        }
        cards[card].approved = state.approved + reply.approvedAmount
        if newer {
            cards[card].lastLSN = reply.lsn
            cards[card].lastHeld = reply.held
        }
        return nil
    }

    @usableFromInline
    func explain(card: Int, amount: Int64, _ reply: ReplyFacts) -> Discrepancy {
        let state = cards[card]
        let net = reply.limit &- reply.posted &- reply.held
        if net != reply.available {
            return Discrepancy(
                card: card,
                what: "available after LSN \(reply.lsn) is not limit - posted - held",
                expected: net,
                found: reply.available
            )
        }
        if reply.reason > 1, reply.approvedAmount != 0 {
            return Discrepancy(
                card: card,
                what: "declined with an approved amount at LSN \(reply.lsn)",
                expected: 0,
                found: reply.approvedAmount
            )
        }
        if reply.reason <= 1, reply.approvedAmount <= 0 || reply.approvedAmount > amount {
            return Discrepancy(
                card: card,
                what: "approved amount at LSN \(reply.lsn) against the amount asked",
                expected: amount,
                found: reply.approvedAmount
            )
        }
        if reply.lsn == state.lastLSN {
            return Discrepancy(
                card: card,
                what: "two requests were answered with one LSN, or LSN 0",
                expected: 0,
                found: Int64(clamping: reply.lsn)
            )
        }
        return Discrepancy(
            card: card,
            what: "held does not grow with the LSN (\(state.lastLSN) held \(state.lastHeld); \(reply.lsn) approved "
                + "\(reply.approvedAmount))",
            expected: state.lastHeld,
            found: reply.held
        )
    }

    /// Adds what another model of the same cards saw; both had the same base.
    public mutating func merge(_ other: borrowing LedgerModel) {
        precondition(other.count == count, "models of the same cards")
        for card in 0..<count {
            let theirs = other.cards[card]
            precondition(theirs.base == cards[card].base, "models with the same base")
            cards[card].approved += theirs.approved
            if theirs.lastLSN > cards[card].lastLSN {
                cards[card].lastLSN = theirs.lastLSN
                cards[card].lastHeld = theirs.lastHeld
            }
        }
    }

    /// A model with the same base and no replies.
    public func forkedBase() -> LedgerModel {
        var fork = LedgerModel(count: count)
        for card in 0..<count { fork.setBase(card: card, held: cards[card].base) }
        return fork
    }

    /// Makes what the card must hold now the base of a new run.
    public mutating func rebase() {
        for card in 0..<count {
            let held = expectedHeld(card: card)
            cards[card] = Card()
            setBase(card: card, held: held)
        }
    }

    /// What the card must hold now.
    public func expectedHeld(card: Int) -> Int64 {
        precondition(card >= 0 && card < count, "a card of the load")
        return cards[card].base + cards[card].approved
    }

    /// Whether any request on the card was answered with a decision.
    public func isTouched(card: Int) -> Bool {
        precondition(card >= 0 && card < count, "a card of the load")
        return cards[card].lastLSN != 0
    }

    /// Compares the daemon's balance with the model's, and the last reply's with both.
    public func verify(card: Int, held: Int64) -> Discrepancy? {
        let expected = expectedHeld(card: card)
        guard held == expected else {
            return Discrepancy(card: card, what: "balance held", expected: expected, found: held)
        }
        guard cards[card].lastHeld == expected else {
            return Discrepancy(
                card: card,
                what: "held in the card's last reply (LSN \(cards[card].lastLSN))",
                expected: expected,
                found: cards[card].lastHeld
            )
        }
        return nil
    }

    /// Sum of all approved amounts of the run, in minor units.
    public var approvedTotal: Int64 {
        var total: Int64 = 0
        for card in 0..<count { total += cards[card].approved }
        return total
    }

    /// How many cards were touched.
    public var touchedCount: Int {
        var touched = 0
        for card in 0..<count where cards[card].lastLSN != 0 { touched += 1 }
        return touched
    }
}
