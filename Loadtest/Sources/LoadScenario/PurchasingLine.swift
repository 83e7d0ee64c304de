public import Domain

/// One line of the City of Toronto's purchasing-card files.
public struct PurchasingLine: Equatable, Sendable {
    /// The line's own identifier: batch and number within it.
    public let batchTransactionID: String
    /// The day of the purchase, as `YYYY-MM-DD`.
    public let date: String
    /// The day on which it was posted, as `YYYY-MM-DD`: rarely before that of the purchase.
    public let postDate: String
    /// Who spent, as the file spells it.
    public let division: String
    /// The account that the card belongs to; empty in some lines.
    public let costCentre: String
    /// The merchant's name.
    public let merchant: String
    /// The merchant's category.
    public let category: UInt16
    /// Billed, in Canadian cents; negative for a credit.
    public let amountCents: Int64
    /// In the merchant's currency, of the same sign.
    public let originalAmount: Int64
    /// The merchant's currency.
    public let originalCurrency: Currency

    /// The columns that a file must have, in any order.
    public static let columns = [
        "batch_txn_id", "tx_date", "division", "cost_centre", "merchant", "mcc", "amount_cents", "orig_amount_minor",
        "orig_currency", "post_date",
    ]

    /// Why a line cannot be read.
    public struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
        /// The line in the file, from 1.
        public let line: Int
        /// What is wrong.
        public let what: String
        /// One line for people.
        public var description: String { "line \(line): \(what)" }
    }

    /// Finds the columns in a header.
    ///
    /// - Returns: For each of `columns`, its place.
    /// - Throws: `Malformed` when one is missing.
    public static func places(header: [String]) throws(Malformed) -> [Int] {
        var places: [Int] = []
        for column in columns {
            guard let place = header.firstIndex(of: column) else {
                throw Malformed(line: 1, what: "there is no column \(column)")
            }
            places.append(place)
        }
        return places
    }

    /// Reads a record whose columns stand at `places`.
    public init(fields: [String], places: [Int], line: Int) throws(Malformed) {
        guard let last = places.max(), fields.count > last else {
            throw Malformed(line: line, what: "\(fields.count) fields")
        }
        batchTransactionID = fields[places[0]]
        date = fields[places[1]]
        division = fields[places[2]]
        costCentre = fields[places[3]]
        merchant = fields[places[4]]
        guard !batchTransactionID.isEmpty else { throw Malformed(line: line, what: "no batch_txn_id") }
        guard date.utf8.count == 10, Instant(date) != nil else {
            throw Malformed(line: line, what: "tx_date \(date)")
        }
        postDate = fields[places[9]]
        guard postDate.utf8.count == 10, Instant(postDate) != nil else {
            throw Malformed(line: line, what: "post_date \(postDate)")
        }
        guard let category = UInt16(fields[places[5]]), category <= 9_999 else {
            throw Malformed(line: line, what: "mcc \(fields[places[5]])")
        }
        guard let amount = Int64(fields[places[6]]), let original = Int64(fields[places[7]]) else {
            throw Malformed(line: line, what: "amount \(fields[places[6]]) or \(fields[places[7]])")
        }
        guard amount != 0, (amount < 0) == (original < 0), original != 0 else {
            throw Malformed(line: line, what: "amounts \(amount) and \(original)")
        }
        guard let currency = Currency(fields[places[8]]) else {
            throw Malformed(line: line, what: "orig_currency \(fields[places[8]])")
        }
        self.category = category
        amountCents = amount
        originalAmount = original
        originalCurrency = currency
    }
}
