public import Domain

/// One row of the table that says how long a hold stands; the first row that fits a payment counts.
///
/// Written as up to five conditions and a number of days: `preauthorization 30d`, `present cardholder any 5d`,
/// `category 5541-5542 1d`. Conditions: `network N`, `present` or `not-present`, `cardholder` or `merchant`, `final`,
/// `preauthorization` or `estimated`, `category LIST`; `any` says nothing.
public struct ExpiryRow: Equatable, Sendable {
    /// The card network's number; `nil`: any.
    public var network: UInt8?
    /// Whether the card was there; `nil`: any.
    public var presence: Presence?
    /// Who started the payment; `nil`: any.
    public var initiator: Initiator?
    /// The kind of amount; `nil`: any.
    public var kind: AuthorizationKind?
    /// The merchant's category, as ranges in order; empty: any.
    public var categories: [ClosedRange<MerchantCategory>]
    /// How many days the hold stands, 1 to `AuthorizationLimits.expiryDaysMax`.
    public var days: UInt16
}

/// One row of the table that says by how much a completion or a clearing may be above what was approved; the first row
/// that has a payment's category counts, and without one it is nothing.
///
/// Written as categories and a percentage: `5812-5814,7230 15%`.
public struct ToleranceRow: Equatable, Sendable {
    /// The merchant's category, as ranges in order; empty: any.
    public var categories: [ClosedRange<MerchantCategory>]
    /// In hundredths of what was approved, 0 to 100.
    public var percent: UInt16
}

extension ExpiryRow {
    static let form =
        "`none`, or conditions and days: `not-present cardholder 10d`, `preauthorization 30d`, "
        + "`category 5541-5542 1d`; from 1d to \(AuthorizationLimits.expiryDaysMax)d"

    /// Reads the form above.
    ///
    /// - Throws: `PolicyProblem`, with what is wrong in it.
    init(_ text: String) throws(PolicyProblem) {
        self.init(network: nil, presence: nil, initiator: nil, kind: nil, categories: [], days: 0)
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        guard let last = words.popLast(), last.hasSuffix("d"),
            let days = number(last.dropLast(), most: AuthorizationLimits.expiryDaysMax), days > 0
        else { throw PolicyProblem("it does not end in a number of days such as 5d") }
        self.days = days
        while let word = words.popFirst() { try read(word, &words) }
    }

    private mutating func read(_ word: String, _ words: inout ArraySlice<String>) throws(PolicyProblem) {
        switch word {
        case "any": break
        case "present": try once(&presence, .present, word)
        case "not-present": try once(&presence, .notPresent, word)
        case "cardholder": try once(&initiator, .cardholder, word)
        case "merchant": try once(&initiator, .merchant, word)
        case "final": try once(&kind, .final, word)
        case "preauthorization": try once(&kind, .preauthorization, word)
        case "estimated": try once(&kind, .estimated, word)
        case "network":
            guard let text = words.popFirst(), let network = number(text[...], most: 255), network > 0 else {
                throw PolicyProblem("network is not followed by a number from 1 to 255")
            }
            try once(&self.network, UInt8(network), word)
        case "category":
            guard let text = words.popFirst() else { throw PolicyProblem("category is not followed by a list") }
            guard categories.isEmpty else { throw PolicyProblem("'category' says the same thing twice") }
            categories = try categoryRanges(text)
        default: throw PolicyProblem("'\(word)' is no condition")
        }
    }

    private func once<Value>(_ place: inout Value?, _ value: Value, _ word: String) throws(PolicyProblem) {
        guard place == nil else { throw PolicyProblem("'\(word)' says the same thing twice") }
        place = value
    }

    /// The row in its canonical form.
    public var text: String {
        var words: [String] = []
        if let network { words.append("network \(network)") }
        switch presence {
        case .present: words.append("present")
        case .notPresent: words.append("not-present")
        case .unknown, nil: break
        }
        if let initiator { words.append("\(initiator)") }
        if let kind, kind != .unknown { words.append("\(kind)") }
        if !categories.isEmpty { words.append("category \(categoryText(categories))") }
        if words.isEmpty { words.append("any") }
        return "\(words.joined(separator: " ")) \(days)d"
    }

    /// What counts where nobody set anything: lodging, vehicles and pre-authorizations 30 days, fuel 1, payments that a
    /// merchant started 5, those without the card 10, those with it 5.
    static let defaults: [ExpiryRow?] = table([
        "category 3351-3999,7011,7512 30d", "category 5541-5542 1d", "preauthorization 30d", "merchant 5d",
        "not-present cardholder 10d", "any 5d",
    ])

    private static func table(_ rows: [String]) -> [ExpiryRow?] {
        var table = rows.map { try? ExpiryRow($0) }
        precondition(!table.contains(nil), "a default that does not have the form")
        while table.count < AuthorizationLimits.tableRowCount { table.append(nil) }
        return table
    }
}

extension ToleranceRow {
    static let form = "`none`, or categories and a percentage: `5812-5814,7230 15%`, `any 5%`; from 0% to 100%"

    /// Reads the form above.
    ///
    /// - Throws: `PolicyProblem`, with what is wrong in it.
    init(_ text: String) throws(PolicyProblem) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else { throw PolicyProblem("it is not CATEGORIES PERCENTAGE") }
        guard words[1].hasSuffix("%"), let percent = number(words[1].dropLast(), most: 100) else {
            throw PolicyProblem("'\(words[1])' is not a whole percentage from 0% to 100%")
        }
        self.init(categories: words[0] == "any" ? [] : try categoryRanges(words[0]), percent: percent)
    }

    /// The row in its canonical form.
    public var text: String { "\(categories.isEmpty ? "any" : categoryText(categories)) \(percent)%" }

    /// What counts where nobody set anything: 15 % where tips are usual, 20 % for fuel, lodging and vehicles.
    static let defaults: [ToleranceRow?] = table(["5812-5814,7230 15%", "3351-3999,5541-5542,7011,7512 20%"])

    private static func table(_ rows: [String]) -> [ToleranceRow?] {
        var table = rows.map { try? ToleranceRow($0) }
        precondition(!table.contains(nil), "a default that does not have the form")
        while table.count < AuthorizationLimits.tableRowCount { table.append(nil) }
        return table
    }
}

private func number(_ digits: Substring, most: UInt16) -> UInt16? {
    guard !digits.isEmpty, digits.utf8.count <= 5, digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = UInt16(digits), number <= most
    else { return nil }
    return number
}

private func categoryRanges(_ text: String) throws(PolicyProblem) -> [ClosedRange<MerchantCategory>] {
    guard case .only(let ranges) = try Profile.Selection(only: text, what: "category", read: { MerchantCategory($0) })
    else { return [] }
    return ranges
}

private func categoryText(_ ranges: [ClosedRange<MerchantCategory>]) -> String {
    ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        .joined(separator: ",")
}
