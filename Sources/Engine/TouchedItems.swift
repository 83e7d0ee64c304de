import Domain

/// What was touched while a snapshot is being made: in any order, any number of times.
struct TouchedItems {
    /// Cards by their tokens.
    var cards: [CardToken] = []
    /// Payments that were there before, by their ids.
    var payments: [UInt64] = []

    var isEmpty: Bool { cards.isEmpty && payments.isEmpty }

    /// How many touches there were, of the same things too.
    var count: Int { cards.count + payments.count }
}
