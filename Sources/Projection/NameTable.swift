internal import Authorization
internal import Domain
internal import GRDB

/// Cards and merchants by their numbers in the file; the ones met last are remembered.
final class NameTable {
    /// How many of each are remembered, before all are forgotten.
    static let rememberedCountMax = 1 << 18

    private struct Merchant: Hashable {
        let name: Text64
        let city: Text64
    }

    private var cards: [CardToken: Int64] = [:]
    private var merchants: [Merchant: Int64] = [:]
    private let findCard: RowStatement
    private let addCard: RowStatement
    private let findMerchant: RowStatement
    private let addMerchant: RowStatement
    private let addText: RowStatement

    /// How many rows it has added.
    private(set) var rowCount: UInt64 = 0

    init(_ database: Database) throws {
        findCard = try RowStatement(database, "SELECT id FROM card WHERE token = ?")
        addCard = try RowStatement(database, "INSERT INTO card (token) VALUES (?) RETURNING id")
        findMerchant = try RowStatement(database, "SELECT id FROM merchant WHERE name = ? AND city = ?")
        addMerchant = try RowStatement(
            database,
            "INSERT INTO merchant (name, city, plain_name) VALUES (?, ?, ?) RETURNING id"
        )
        addText = try RowStatement(database, "INSERT INTO merchant_text (rowid, text) VALUES (?, ?)")
    }

    /// A card, known to the engine or not.
    func card(_ token: CardToken) throws(ProjectionError) -> Int64 {
        if let known = cards[token] { return known }
        findCard.bind(token)
        var number = try findCard.firstInteger()
        if number == nil {
            addCard.bind(token)
            number = try addCard.firstInteger()
            rowCount += 1
        }
        guard let number else { throw .unusable("a card without a number") }
        if cards.count >= Self.rememberedCountMax { cards.removeAll(keepingCapacity: true) }
        cards[token] = number
        return number
    }

    /// The number of a merchant: its name and city as they were sent.
    func merchant(_ name: Text64, city: Text64) throws(ProjectionError) -> Int64 {
        let merchant = Merchant(name: name, city: city)
        if let known = merchants[merchant] { return known }
        findMerchant.bind(name)
        findMerchant.bind(city)
        var number = try findMerchant.firstInteger()
        if number == nil {
            addMerchant.bind(name)
            addMerchant.bind(city)
            let plainName = MerchantName.normalise(name.string)
            addMerchant.bind(plainName)
            number = try addMerchant.firstInteger()
            if let number {
                addText.bind(number)
                addText.bind("\(plainName) \(MerchantName.normalise(city.string))")
                try addText.run()
            }
            rowCount += 2
        }
        guard let number else { throw .unusable("a merchant without a number") }
        if merchants.count >= Self.rememberedCountMax { merchants.removeAll(keepingCapacity: true) }
        merchants[merchant] = number
        return number
    }
}
