/// What of a payment a counter tells apart: `merchant,country` counts each merchant in each country for itself.
public struct CounterKeys: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// Bit n stands for `names[n]`.
    public let rawValue: UInt8

    /// Takes the bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The account of the card: a card that replaced another counts on with it.
    public static let card = CounterKeys(rawValue: 1 << 0)
    /// The acquirer's number for the merchant.
    public static let merchant = CounterKeys(rawValue: 1 << 1)
    /// The terminal.
    public static let terminal = CounterKeys(rawValue: 1 << 2)
    /// The acquirer.
    public static let acquirer = CounterKeys(rawValue: 1 << 3)
    /// What the merchant sells.
    public static let category = CounterKeys(rawValue: 1 << 4)
    /// Where the merchant is.
    public static let country = CounterKeys(rawValue: 1 << 5)
    /// The currency of the amount.
    public static let currency = CounterKeys(rawValue: 1 << 6)

    /// How they are written, in the order of the canonical form.
    public static let names = ["card", "merchant", "terminal", "acquirer", "category", "country", "currency"]

    /// Whether all that one key counts is money of one currency, so that it can be added up.
    public var hasOneCurrency: Bool { !isDisjoint(with: [.card, .currency]) }

    /// In the canonical form.
    public var text: String {
        Self.names.indices.filter { rawValue >> $0 & 1 == 1 }.map { Self.names[$0] }.joined(separator: ",")
    }

    /// Reads names with commas between them, in any order.
    ///
    /// - Parameter place: how many characters are before the text, where it is part of another.
    /// - Throws: `PolicyProblem`, with what is wrong, and where.
    init(_ text: some StringProtocol, at place: Int = 0) throws(PolicyProblem) {
        var keys: CounterKeys = []
        var next = place
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let start = next + part.prefix { $0.isWhitespace }.count
            next += part.count + 1
            let name = String(part.filter { !$0.isWhitespace })
            guard let bit = Self.names.firstIndex(of: name) else {
                throw PolicyProblem(
                    "'\(name.prefix(20))' is no key; keys are \(Self.names.joined(separator: ", "))",
                    at: start
                )
            }
            guard keys.insert(CounterKeys(rawValue: 1 << bit)).inserted else {
                throw PolicyProblem("the key '\(name)' stands twice", at: start)
            }
        }
        self = keys
    }
}
