import Domain
import Wire

/// A card as it is shown.
extension CardBlock: ListedRecord {
    var key: String { cardToken.description }

    /// The card's face: `•••• 4242`.
    var face: String { CardBlock.face(lastFour.description) }

    /// The face of a card whose number ends so.
    static func face(_ lastFour: String) -> String { lastFour.isEmpty ? "••••" : "•••• \(lastFour)" }

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("token", cardToken.description),
            Field("lastFour", lastFour == Text16() ? nil : lastFour.description),
            Field("status", status.name), Field("currency", currency.description),
        ] + moneyFields("limit", spendingLimit, currency)
            + moneyFields("transactionLimit", transactionLimit, currency) + moneyFields("posted", posted, currency)
            + moneyFields("held", held, currency) + moneyFields("available", available, currency) + [
                Field("expiry", expiry?.description), Field("profile", profile.description),
                Field("createdAt", createdAt.description), Field("createdLsn", createdLSN.rawValue),
            ]
    }

    /// One line of `card list`.
    var cells: [Cell] {
        [
            Cell(cardToken.description), Cell(face), Cell(status.words, status.style),
            Cell(moneyText(available, currency), available < 0 ? .bad : .plain),
            Cell(moneyText(spendingLimit, currency)),
            Cell(moneyText(held, currency)), Cell(profile.description), Cell(expiry?.description ?? "-"),
            Cell(createdAt.short),
        ]
    }

    /// The list of `card list` and of `card create`.
    static let shape = ListPrinter.Shape(
        name: "cards",
        columns: [
            Column("TOKEN"), Column("CARD"), Column("STATUS", importance: 6),
            Column("AVAILABLE", .right, importance: 5),
            Column("LIMIT", .right, importance: 4), Column("HELD", .right, importance: 3),
            Column("PROFILE", importance: 2), Column("EXPIRES", importance: 1), Column("CREATED", importance: 0),
        ],
        fieldNames: [
            "token", "lastFour", "status", "currency", "limit", "limitMinor", "transactionLimit",
            "transactionLimitMinor", "posted", "postedMinor", "held", "heldMinor", "available", "availableMinor",
            "expiry", "profile", "createdAt", "createdLsn",
        ],
        emptyText: "no cards match"
    )

    /// The whole card for people.
    func text(_ output: Output) -> String {
        output.styled(face, .heading) + "  " + output.styled(status.words, status.style) + "\n"
            + output.pairs([
                ("token", Cell(cardToken.description)),
                ("available", Cell(moneyText(available, currency), available < 0 ? .bad : .plain)),
                ("limit", Cell(moneyText(spendingLimit, currency))), ("held", Cell(moneyText(held, currency))),
                ("posted", Cell(moneyText(posted, currency))),
                ("limit per payment", Cell(transactionLimit == nil ? "none" : moneyText(transactionLimit, currency))),
                ("expires", Cell(expiry.map { "end of \($0)" } ?? "never")), ("profile", Cell(profile.description)),
                ("created", Cell("\(createdAt.short) UTC, record \(createdLSN)")),
            ])
    }
}
