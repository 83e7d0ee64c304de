/// A payment: its names and its facts.
struct ModelPayment: Sendable {
    var id: Int
    var account: Int
    var category: Int
    /// The request by which it can be named, or the story's authorization; the other names are by story.
    var requestName: Int?
    var lifecycleName: Int?
    var traceName: Int?
    /// The story of its retrieval reference, and the record of which its approval code is made.
    var retrieval: (story: Int, record: Int)?
    var expiresAt: Int64
    var lastAt: Int64
    var facts: [Fact]
    /// Whether it was made by something that came before its authorization.
    var beganAwaiting: Bool
    /// Whether it counts as an approval of its card already.
    var isCounted = false

    var amounts: ModelAmounts {
        var flags: ModelFlags = []
        if beganAwaiting { flags.insert(.awaits) }
        return ModelAmounts(facts, flags: flags)
    }

    var view: ModelView {
        let amounts = amounts
        return ModelView(
            id: id,
            approved: amounts.approved,
            reversed: amounts.reversed,
            expired: amounts.expired,
            cleared: amounts.cleared,
            overCleared: amounts.overCleared,
            refunded: amounts.refunded,
            disputed: amounts.disputed,
            hold: amounts.hold,
            flags: amounts.flags,
            status: ModelStatus(amounts),
            expiresAt: expiresAt
        )
    }
}
