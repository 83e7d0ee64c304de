internal import Client
internal import Domain
internal import LoadModel
internal import Wire

/// Reads the daemon's cards page by page, keeping those of one fleet.
struct CardPages: ~Copyable {
    /// A card of the fleet, amounts in minor units.
    struct Figures {
        let card: Int
        let limit: Int64
        let posted: Int64
        let held: Int64
    }

    private var connection: Connection
    private let naming: CardNaming
    private let count: Int
    private var after: UInt64? = 0

    init(connection: consuming Connection, naming: CardNaming, count: Int) {
        self.connection = connection
        self.naming = naming
        self.count = count
    }

    /// The fleet's cards on the next page, perhaps none; `nil` after the last page.
    mutating func next() throws -> [Figures]? {
        guard let after else { return nil }
        let request = CardList(
            afterOrdinal: after,
            count: UInt32(WireLimits.cardsPerPageMax),
            lastFour: Text16(),
            profile: Text16()
        )
        let page = try connection.call(request, returning: CardListReply.self)
        self.after = page.nextOrdinal == 0 ? nil : page.nextOrdinal
        var found: [Figures] = []
        found.reserveCapacity(page.cards.count)
        for entry in page.cards {
            guard let card = naming.ordinal(of: entry.card.cardToken, count: count) else { continue }
            found.append(
                Figures(
                    card: card,
                    limit: entry.card.spendingLimit,
                    posted: entry.card.posted,
                    held: entry.card.held
                )
            )
        }
        return found
    }
}
